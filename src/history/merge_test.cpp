#include "history/merge.hpp"

#include <gmock/gmock.h>

#include <random>

#include "base/utf.hpp"

namespace colibri::history {
namespace {

using document::Cell;
using document::CellType;
using document::Document;
using document::Op;
using testing::ElementsAre;
using testing::IsEmpty;

Cell cell(const std::string& id, const std::string& source, const std::string& output = "") {
  Cell made;
  made.id = {id};
  made.source = to_utf16(source);
  if (!output.empty())
    made.outputs.push_back(document::Stream{"stdout", to_utf16(output), {}, {}, {}});
  return made;
}

// A notebook that both sides start from, and what became of it in the document and in the file.
class Sides {
 public:
  explicit Sides(std::vector<Cell> cells) : document_("e_1", {}) {
    file.cells = cells;
    base_ = summarise(file);
    document_.load(std::move(cells), {}, 5);
  }

  void we(Op op) {
    const auto record = document_.decide({1, {"u_1"}, {}, 0, std::move(op), "Ada"});
    ASSERT_TRUE(record) << record.error().detail;
    document_.apply(*record);
  }
  Cell& theirs(const std::string& id) {
    return *std::ranges::find(file.cells, CellId{id}, &Cell::id);
  }
  void they_delete(const std::string& id) {
    std::erase_if(file.cells, [&](const Cell& c) { return c.id.value == id; });
  }
  void they_insert(size_t at, Cell made) {
    file.cells.insert(file.cells.begin() + static_cast<std::ptrdiff_t>(at), std::move(made));
  }

  std::vector<Op> merge(bool ids_last = false, bool has_outputs = true) {
    const Theirs theirs{file, summarise(file), has_outputs, ids_last, without_outputs};
    auto ops = history::merge(base_, document_, theirs);
    for (const Op& op : ops) we(op);
    return ops;
  }
  std::vector<std::string> shown() {
    std::vector<std::string> out;
    for (const Cell& c : document_.cells()) out.push_back(c.id.value + ":" + to_utf8(c.source));
    return out;
  }
  std::string output(const std::string& id) {
    std::string out;
    for (const auto& o : document_.find({id})->outputs)
      out += to_utf8(std::get<document::Stream>(o).text);
    return out;
  }
  const Document& document() { return document_; }

  nbformat::Notebook file;
  std::set<CellId> without_outputs;

 private:
  Summary base_;
  Document document_;
};

TEST(Merge, DoesNothingWhenNothingChanged) {
  Sides s({cell("a", "1", "out"), cell("b", "2")});
  EXPECT_THAT(s.merge(), IsEmpty());
}

TEST(Merge, TakesInWhatOnlyTheyChanged) {
  Sides s({cell("a", "one"), cell("b", "two"), cell("c", "three")});
  s.theirs("a").source = u"one!";
  s.theirs("b").metadata.set("tags", json::Array{"x"});
  s.they_delete("c");
  s.they_insert(1, cell("n", "new", "shown"));
  s.merge();
  EXPECT_THAT(s.shown(), ElementsAre("a:one!", "n:new", "b:two"));
  EXPECT_EQ(s.output("n"), "shown");
  EXPECT_TRUE(s.document().find({"b"})->metadata.contains("tags"));
}

TEST(Merge, KeepsWhatOnlyWeChanged) {
  Sides s({cell("a", "one"), cell("b", "two")});
  s.we(document::ReplaceText{{"a"}, "ours"});
  s.we(document::InsertCell{{"n"}, CellType::code, CellId{"b"}, "new", {}});
  s.we(document::DeleteCell{{"b"}});
  EXPECT_THAT(s.merge(), IsEmpty());
  EXPECT_THAT(s.shown(), ElementsAre("a:ours", "n:new"));
}

TEST(Merge, MergesTextThatBothChanged) {
  Sides s({cell("a", "x = 1\ny = 2\n")});
  s.we(document::ReplaceText{{"a"}, "x = 10\ny = 2\n"});
  s.theirs("a").source = u"x = 1\ny = 2\nz = 3\n";
  s.merge();
  EXPECT_THAT(s.shown(), ElementsAre("a:x = 10\ny = 2\nz = 3\n"));
}

TEST(Merge, KeepsACellThatOneSideDeletedAndTheOtherChanged) {
  Sides s({cell("a", "one"), cell("b", "two"), cell("c", "three")});
  s.we(document::ReplaceText{{"a"}, "ours"});
  s.we(document::DeleteCell{{"b"}});
  s.theirs("b").source = u"theirs";
  s.they_delete("a");
  s.merge();
  EXPECT_THAT(s.shown(), testing::UnorderedElementsAre("a:ours", "b:theirs", "c:three"));
}

TEST(Merge, LeavesDeletedWhatBothLetBe) {
  Sides s({cell("a", "one"), cell("b", "two")});
  s.we(document::DeleteCell{{"a"}});
  s.they_delete("b");
  s.merge();
  EXPECT_THAT(s.shown(), IsEmpty());
}

TEST(Merge, KeepsACellThatRuns) {
  Sides s({cell("a", "one")});
  s.we(document::RunCells{{{"a"}}, {{"x_1"}}});
  s.they_delete("a");
  s.merge();
  EXPECT_THAT(s.shown(), ElementsAre("a:one"));
}

TEST(Merge, TakesTheirOutputsOnlyWhereOursAreAsTheyWere) {
  Sides s({cell("a", "1", "old"), cell("b", "2", "old")});
  s.we(document::ReplaceOutputs{{"b"}, {document::Stream{"stdout", u"ours", {}, {}, {}}}, 1});
  for (const char* id : {"a", "b"}) {
    s.theirs(id).outputs = {document::Stream{"stdout", u"theirs", {}, {}, {}}};
    s.theirs(id).execution_count = 7;
  }
  s.merge();
  EXPECT_EQ(s.output("a"), "theirs");
  EXPECT_EQ(s.document().find({"a"})->execution_count, 7);
  EXPECT_EQ(s.output("b"), "ours");
}

TEST(Merge, LeavesOutputsAloneThatTheFileDoesNotHold) {
  Sides s({cell("a", "1"), cell("b", "2")});
  s.we(document::ReplaceOutputs{{"a"}, {document::Stream{"stdout", u"ours", {}, {}, {}}}, 1});
  s.theirs("a").source = u"3";
  s.merge(false, false);
  EXPECT_EQ(s.output("a"), "ours");
  s.they_delete("b");
  s.merge(false, false);
  EXPECT_THAT(s.shown(), ElementsAre("a:3"));
}

TEST(Merge, LeavesTheOutputsAloneOfACellThatRanThen) {
  Sides s({cell("a", "1", "old"), cell("b", "2", "old")});
  for (const char* id : {"a", "b"}) s.theirs(id).outputs.clear();
  s.without_outputs = {{"a"}};
  s.merge();
  EXPECT_EQ(s.output("a"), "old");
  EXPECT_EQ(s.output("b"), "");
}

TEST(Merge, MovesCellsThatTheyMovedAndNotThoseWeMoved) {
  Sides s({cell("a", "1"), cell("b", "2"), cell("c", "3"), cell("d", "4")});
  std::rotate(s.file.cells.begin(), s.file.cells.begin() + 1, s.file.cells.end() - 1);  // b c a d
  s.we(document::MoveCell{{"d"}, std::nullopt});                                        // d a b c
  s.merge();
  EXPECT_THAT(s.shown(), ElementsAre("d:4", "b:2", "c:3", "a:1"));
  std::ranges::reverse(s.file.cells);
  s.merge();
  EXPECT_EQ(s.shown().front(), "d:4");
}

TEST(Merge, FindsCellsByWhatTheySayWhenIdsAreNew) {
  Sides s({cell("a", "import numpy"), cell("b", "x = compute(1)\nplot(x)"), cell("c", "")});
  for (Cell& c : s.file.cells) c.id.value = "other-" + c.id.value;
  s.theirs("other-b").source = u"x = compute(2)\nplot(x)";
  s.they_insert(0, cell("other-n", "# Title"));
  s.merge();
  EXPECT_THAT(s.shown(),
              ElementsAre("other-n:# Title", "a:import numpy", "b:x = compute(2)\nplot(x)", "c:"));
}

TEST(Merge, MergesMetadataMemberByMember) {
  Sides s({cell("a", "1")});
  s.we(document::SetCellMetadata{{"a"}, {{"ours", 1}, {"both", 1}}});
  s.theirs("a").metadata = {{"theirs", 2}, {"both", 2}};
  s.file.metadata = {{"kernelspec", json::Object{{"name", "ir"}}}};
  s.file.minor = 6;
  s.merge();
  EXPECT_EQ(json::serialize(s.document().find({"a"})->metadata),
            R"({"ours":1,"both":1,"theirs":2})");
  EXPECT_TRUE(s.document().metadata().contains("kernelspec"));
  EXPECT_EQ(s.document().nbformat_minor(), 6);
}

TEST(Merge, ChangesTypesAndAttachments) {
  Sides s({cell("a", "text", "out")});
  s.theirs("a").type = CellType::markdown;
  s.theirs("a").outputs.clear();
  s.theirs("a").attachments = json::Object{{"p.png", json::Object{{"image/png", "AAAA"}}}};
  s.merge();
  EXPECT_EQ(s.document().find({"a"})->type, CellType::markdown);
  EXPECT_THAT(s.document().find({"a"})->outputs, IsEmpty());
  EXPECT_TRUE(s.document().find({"a"})->attachments);
}

TEST(Merge, TakesACellOutOfTheBin) {
  Sides s({cell("a", "1", "out")});
  s.we(document::ReplaceText{{"a"}, "2"});
  s.we(document::DeleteCell{{"a"}});
  s.theirs("a").source = u"1!";
  s.merge();
  EXPECT_THAT(s.shown(), ElementsAre("a:1!"));
  EXPECT_EQ(s.document().find({"a"})->version(),
            3U);  // Behind the text of old: what was on its way to that fits no more.
  EXPECT_THAT(s.document().bin(), IsEmpty());
}

// --- random ---

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  size_t below(size_t n) { return n == 0 ? 0 : random_() % n; }

 private:
  std::mt19937 random_;
};

std::vector<Cell> some_cells(Dice& dice, const char* prefix) {
  static const char* const kSources[] = {"", "x = 1", "import numpy\nimport os\n", "# Title", "x"};
  std::vector<Cell> cells;
  for (size_t n = dice.below(7); n > 0; --n) {
    cells.push_back(cell(prefix + std::to_string(n), kSources[dice.below(5)],
                         dice.below(2) ? "out" + std::to_string(dice.below(3)) : ""));
    if (dice.below(4) == 0) {
      cells.back().type = CellType::markdown;
      cells.back().outputs.clear();
    }
    if (dice.below(3) == 0) cells.back().metadata.set("m", static_cast<int>(dice.below(3)));
  }
  for (size_t i = cells.size(); i > 1; --i) std::swap(cells[i - 1], cells[dice.below(i)]);
  return cells;
}

TEST(Merge, RestoresAnyVersionOverAnyOther) {
  for (unsigned seed = 1; seed <= 1'500 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    Sides s(some_cells(dice, "a"));
    s.file.cells = some_cells(dice, "a");
    s.merge(/*ids_last=*/true);
    const Summary wanted = summarise(s.file);
    const Summary got = summarise({s.document().cells(), s.document().metadata(), 5, {}});
    EXPECT_EQ(json::serialize(to_json(got)), json::serialize(to_json(wanted)));
  }
}

// A place between words, so that no later word is typed into an earlier one.
size_t some_place(Dice& dice, const std::u16string& text) {
  std::vector<size_t> places{0, text.size()};
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] == u' ' || text[i] == u'\n') places.push_back(i);
  return places[dice.below(places.size())];
}

// Each side writes words of its own into cells, moves, deletes and inserts cells. No word of
// either may be missing but in cells that the same side deleted itself.
TEST(Merge, LosesNoWordOfEitherSide) {
  for (unsigned seed = 1; seed <= 1'500 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    Sides s(some_cells(dice, "a"));
    if (dice.below(3) == 0)
      for (Cell& c : s.file.cells) c.id.value += "x";  // A program that gives new ids.
    std::vector<std::string> words;
    for (int i = 0; i < 4; ++i) {
      const std::string word = std::string("OURS") + "ABCD"[i];
      const std::string their = std::string("THEIRS") + "ABCD"[i];
      if (const auto& cells = s.document().cells(); !cells.empty() && dice.below(4)) {
        const Cell& c = cells[dice.below(cells.size())];
        std::u16string text = c.source;
        text.insert(some_place(dice, text), to_utf16(word));
        s.we(document::ReplaceText{c.id, to_utf8(text)});
      } else {
        s.we(document::InsertCell{{"n" + word}, CellType::code, std::nullopt, word, {}});
      }
      words.push_back(word);
      if (!s.file.cells.empty() && dice.below(4)) {
        std::u16string& text = s.file.cells[dice.below(s.file.cells.size())].source;
        text.insert(some_place(dice, text), to_utf16(their));
      } else {
        s.they_insert(dice.below(s.file.cells.size() + 1), cell("n" + their, their));
      }
      words.push_back(their);
    }
    const auto untouched = [](const std::u16string& text) {
      return to_utf8(text).find("RS") == std::string::npos;
    };
    for (const Cell& c : std::vector<Cell>(s.document().cells()))
      if (untouched(c.source) && dice.below(3) == 0) s.we(document::DeleteCell{c.id});
    std::erase_if(s.file.cells,
                  [&](const Cell& c) { return untouched(c.source) && dice.below(3) == 0; });
    s.merge();
    std::string all;
    for (const std::string& shown : s.shown()) all += shown + "\n";
    for (const std::string& word : words)
      EXPECT_NE(all.find(word), std::string::npos) << word << " is not in\n" << all;
  }
}

}  // namespace
}  // namespace colibri::history
