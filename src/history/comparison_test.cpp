#include "history/comparison.hpp"

#include <gtest/gtest.h>

namespace colibri::history {
namespace {

RevisionHead head_of(std::vector<RevisionCell> cells) {
  return {.cells = std::move(cells)};
}

TEST(Comparison, FindsNothingBetweenTheSame) {
  const RevisionHead head = head_of({{{"a"}, "1", "x"}, {{"b"}, "2", ""}});
  EXPECT_EQ(compare(head, head), Comparison());
}

TEST(Comparison, CountsWhatBecameOfCells) {
  const RevisionHead before =
      head_of({{{"a"}, "1", ""}, {{"b"}, "2", "x"}, {{"c"}, "3", ""}, {{"d"}, "4", ""}});
  const RevisionHead after =
      head_of({{{"d"}, "4", ""}, {{"a"}, "changed", ""}, {{"new"}, "5", "z"}, {{"b"}, "2", "y"}});
  EXPECT_EQ(compare(before, after),
            (Comparison{.added = 1, .deleted = 1, .changed = 1, .moved = 1, .outputs = 1}));
}

TEST(Comparison, TellsNothingOfOutputsThatWereNotKept) {
  const RevisionHead with = head_of({{{"a"}, "1", "x"}, {{"b"}, "2", "y"}});
  RevisionHead without = head_of({{{"a"}, "1", ""}, {{"b"}, "2", ""}});
  without.with_outputs = false;
  EXPECT_EQ(compare(with, without).outputs, 0);
  const RevisionHead running = head_of({{{"a"}, "1", "", true}, {{"b"}, "2", ""}});
  EXPECT_EQ(compare(with, running).outputs, 1);
}

TEST(Comparison, SeesTheNotebooksMetadata) {
  RevisionHead before, after;
  before.metadata = {{"a", 1}, {"b", 2}};
  after.metadata = {{"b", 2}, {"a", 1}};
  EXPECT_FALSE(compare(before, after).notebook);
  after.metadata.set("c", 3);
  EXPECT_TRUE(compare(before, after).notebook);
}

}  // namespace
}  // namespace colibri::history
