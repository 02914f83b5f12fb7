#include "document/text_diff.hpp"

#include <algorithm>
#include <vector>

#include "base/utf.hpp"

namespace colibri::document {
namespace {

using Text = std::u16string_view;
using Lines = std::vector<Text>;

// Past this many comparisons the middle counts as one change.
constexpr size_t kMostComparisons = 1 << 20;

// Each with its line end.
Lines lines_of(Text text) {
  Lines lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find(u'\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

size_t common_prefix(Text a, Text b) {
  const auto [at, other] = std::ranges::mismatch(a, b);
  auto n = static_cast<size_t>(at - a.begin());
  if (n > 0 && is_high_surrogate(a[n - 1])) --n;
  return n;
}

size_t common_suffix(Text a, Text b) {
  size_t n = 0;
  while (n < a.size() && n < b.size() && a[a.size() - 1 - n] == b[b.size() - 1 - n]) ++n;
  if (n > 0 && is_low_surrogate(a[a.size() - n])) --n;
  return n;
}

// Text of `from` in [begin, end) becomes `insert`.
struct Hunk {
  size_t begin = 0, end = 0;
  Text insert;
};

// Hunks over whole lines, in order, by the longest common subsequence.
std::vector<Hunk> line_hunks(const Lines& a, const Lines& b, Text to) {
  const size_t n = a.size(), m = b.size();
  std::vector<uint32_t> longest((n + 1) * (m + 1), 0);
  const auto at = [&](size_t i, size_t j) -> uint32_t& { return longest[i * (m + 1) + j]; };
  for (size_t i = n; i-- > 0;)
    for (size_t j = m; j-- > 0;)
      at(i, j) = a[i] == b[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));

  std::vector<Hunk> hunks;
  size_t from_at = 0, to_at = 0;
  for (size_t i = 0, j = 0; i < n || j < m;) {
    if (i < n && j < m && a[i] == b[j]) {
      from_at += a[i++].size();
      to_at += b[j++].size();
      continue;
    }
    Hunk hunk{from_at, from_at, {}};
    const size_t begin = to_at;
    while ((i < n || j < m) && !(i < n && j < m && a[i] == b[j])) {
      if (j == m || (i < n && at(i + 1, j) >= at(i, j + 1)))
        from_at += a[i++].size();
      else
        to_at += b[j++].size();
    }
    hunk.end = from_at;
    hunk.insert = to.substr(begin, to_at - begin);
    hunks.push_back(hunk);
  }
  return hunks;
}

}  // namespace

ChangeSet diff(Text from, Text to) {
  const size_t prefix = common_prefix(from, to);
  const Text from_rest = from.substr(prefix), to_rest = to.substr(prefix);
  const size_t suffix = common_suffix(from_rest, to_rest);
  const Text a = from_rest.substr(0, from_rest.size() - suffix);
  const Text b = to_rest.substr(0, to_rest.size() - suffix);

  const Lines a_lines = lines_of(a), b_lines = lines_of(b);
  std::vector<Hunk> hunks{{0, a.size(), b}};
  if ((a_lines.size() + 1) * (b_lines.size() + 1) <= kMostComparisons)
    hunks = line_hunks(a_lines, b_lines, b);

  // From the last to the first: what lies before keeps its place.
  ChangeSet change = ChangeSet::replace(from.size(), 0, 0, {});
  for (auto hunk = hunks.rbegin(); hunk != hunks.rend(); ++hunk) {
    const Text old = a.substr(hunk->begin, hunk->end - hunk->begin);
    const size_t head = common_prefix(old, hunk->insert);
    const size_t tail = common_suffix(old.substr(head), hunk->insert.substr(head));
    change = change.compose(ChangeSet::replace(
        change.new_length(), prefix + hunk->begin + head, prefix + hunk->end - tail,
        hunk->insert.substr(head, hunk->insert.size() - head - tail)));
  }
  return change;
}

}  // namespace colibri::document
