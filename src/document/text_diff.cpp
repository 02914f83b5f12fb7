#include "document/text_diff.hpp"

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "base/utf.hpp"
#include "document/common_sequence.hpp"

namespace colibri::document {
namespace {

using Text = std::u16string_view;

constexpr size_t kMaxLineEdits = 1'500, kMaxWordEdits = 300, kMaxWords = 4'000;

std::vector<Text> lines_of(Text text) {
  std::vector<Text> out;
  while (!text.empty()) {
    const size_t end = std::min(text.find(u'\n'), text.size() - 1) + 1;
    out.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return out;
}

bool is_word(char16_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         (c >= 0xC0 && c < 0x2000);
}

// Words, numbers, single signs; a surrogate pair is one sign.
std::vector<Text> words_of(Text text) {
  std::vector<Text> out;
  while (!text.empty()) {
    size_t end = 1;
    if (is_word(text[0]))
      while (end < text.size() && is_word(text[end])) ++end;
    else if (is_high_surrogate(text[0]) && text.size() > 1 && is_low_surrogate(text[1]))
      end = 2;
    out.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return out;
}

// Gives equal pieces equal numbers.
class Numbering {
 public:
  std::vector<uint32_t> of(const std::vector<Text>& pieces) {
    std::vector<uint32_t> out;
    out.reserve(pieces.size());
    for (const Text piece : pieces)
      out.push_back(known_.emplace(piece, static_cast<uint32_t>(known_.size())).first->second);
    return out;
  }

 private:
  std::unordered_map<Text, uint32_t> known_;
};

// Goes through both texts from the front to the back: lines first, words within.
class Differ {
 public:
  Differ(Text before, Text after) : before_(before), after_(after) {}

  std::vector<Hunk> run() {
    by_pieces(before_, after_, lines_of, kMaxLineEdits, [this](Text a, Text b) { by_words(a, b); });
    return std::move(hunks_);
  }

 private:
  using Split = std::vector<Text> (*)(Text);

  void by_words(Text a, Text b) {
    if (a.empty() || b.empty() || words_of(a).size() + words_of(b).size() > kMaxWords ||
        similarity(a, b) < 0.3)
      return add(a, b);
    by_pieces(a, b, words_of, kMaxWordEdits, [this](Text x, Text y) { add(x, y); });
  }

  // Cuts both into pieces and hands on what stands between those they have in common.
  void by_pieces(Text a, Text b, Split split, size_t max_edits,
                 const std::function<void(Text, Text)>& between) {
    const auto pieces_a = split(a), pieces_b = split(b);
    Numbering numbering;
    const auto numbers_a = numbering.of(pieces_a), numbers_b = numbering.of(pieces_b);
    const auto [front, back] = common_ends(numbers_a, numbers_b);
    const auto middle = [&, front = front, back = back](const std::vector<uint32_t>& numbers) {
      return std::span(numbers).subspan(front, numbers.size() - front - back);
    };
    const auto common = common_sequence(middle(numbers_a), middle(numbers_b), max_edits);
    size_t i = front, j = front;
    const auto flush = [&](size_t to_i, size_t to_j) {
      const Text old = joined(a, pieces_a, i, to_i), now = joined(b, pieces_b, j, to_j);
      if (!old.empty() || !now.empty()) between(old, now);
    };
    if (common)
      for (const auto& [x, y] : *common) {
        flush(front + x, front + y);
        i = front + x + 1;
        j = front + y + 1;
      }
    flush(pieces_a.size() - back, pieces_b.size() - back);
  }

  static std::pair<size_t, size_t> common_ends(const std::vector<uint32_t>& a,
                                               const std::vector<uint32_t>& b) {
    const size_t most = std::min(a.size(), b.size());
    size_t front = 0, back = 0;
    while (front < most && a[front] == b[front]) ++front;
    while (back < most - front && a[a.size() - 1 - back] == b[b.size() - 1 - back]) ++back;
    return {front, back};
  }

  // The text of the pieces [from, to): they follow each other in `whole`. Empty ones keep their
  // place, which add() needs.
  static Text joined(Text whole, const std::vector<Text>& pieces, size_t from, size_t to) {
    const char16_t* begin =
        from < pieces.size() ? pieces[from].data() : whole.data() + whole.size();
    const char16_t* end = to < pieces.size() ? pieces[to].data() : whole.data() + whole.size();
    return {begin, static_cast<size_t>(end - begin)};
  }

  void add(Text a, Text b) {
    size_t front = 0, back = 0;
    const size_t most = std::min(a.size(), b.size());
    while (front < most && a[front] == b[front]) ++front;
    while (back < most - front && a[a.size() - 1 - back] == b[b.size() - 1 - back]) ++back;
    if (front > 0 && is_high_surrogate(a[front - 1])) --front;
    if (back > 0 && is_low_surrogate(a[a.size() - back])) --back;
    const auto from = static_cast<size_t>(a.data() - before_.data()) + front;
    hunks_.push_back({from, from + a.size() - front - back,
                      std::u16string(b.substr(front, b.size() - front - back))});
  }

  Text before_, after_;
  std::vector<Hunk> hunks_;
};

ChangeSet change_of(size_t length, const std::vector<Hunk>& hunks) {
  std::vector<ChangeSet::Replacement> parts;
  for (const Hunk& hunk : hunks) parts.push_back({hunk.from, hunk.to, hunk.insert});
  return ChangeSet::replace(length, parts);
}

}  // namespace

std::vector<Hunk> hunks_between(Text from, Text to) {
  if (from == to) return {};
  return Differ(from, to).run();
}

ChangeSet diff(Text from, Text to) {
  return change_of(from.size(), hunks_between(from, to));
}

ChangeSet merge_text(Text base, Text ours, Text theirs) {
  if (base == ours || ours == theirs) return diff(ours, theirs);
  const auto our_hunks = hunks_between(base, ours);
  auto hunks = hunks_between(base, theirs);
  std::erase_if(hunks, [&](const Hunk& hunk) {
    return std::ranges::find(our_hunks, hunk) != our_hunks.end();
  });
  return change_of(base.size(), hunks).map(change_of(base.size(), our_hunks));
}

double similarity(Text a, Text b) {
  if (a == b) return 1;
  std::unordered_map<Text, int> counts;
  size_t all = 0, same = 0;
  const auto is_blank = [](Text word) { return word == u" " || word == u"\n" || word == u"\t"; };
  for (const Text word : words_of(a))
    if (!is_blank(word)) {
      ++counts[word];
      all += word.size();
    }
  for (const Text word : words_of(b))
    if (!is_blank(word)) {
      all += word.size();
      if (const auto found = counts.find(word); found != counts.end() && found->second-- > 0)
        same += word.size();
    }
  return all == 0 ? 0 : 2.0 * static_cast<double>(same) / static_cast<double>(all);
}

}  // namespace colibri::document
