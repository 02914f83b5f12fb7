#pragma once
// CodeMirror's ChangeSet in C++: a description of edits to a text of a known length, counted in
// UTF-16 units. Same results as the npm package @codemirror/state (its ChangeSet.apply, compose,
// map and toJSON); testdata/change_set_vectors.jsonl holds its answers. Lines are split at \n
// only.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace colibri::document {

class ChangeSet {
 public:
  // From ChangeSet.toJSON(): a number keeps that many units, an array [deleted, line, line…]
  // replaces them. `invalid` when malformed or longer than kMaxLength.
  static Result<ChangeSet> from_json(const json::Value& value);
  // One replacement in a text of `length` units.
  static ChangeSet replace(size_t length, size_t from, size_t to, std::u16string_view insert);
  struct Replacement {
    size_t from = 0, to = 0;
    std::u16string_view insert;
  };
  // Several at once, rising and apart, each counted in the text as it is before.
  static ChangeSet replace(size_t length, std::span<const Replacement> parts);

  [[nodiscard]] json::Value to_json() const;
  [[nodiscard]] size_t length() const;      // Of the text it starts from.
  [[nodiscard]] size_t new_length() const;  // Of the text it makes.
  [[nodiscard]] bool empty() const;         // Changes nothing.

  // What holding or walking it takes: its sections, and the units that it inserts.
  [[nodiscard]] size_t sections() const { return sections_.size() / 2; }
  [[nodiscard]] size_t inserted_units() const;

  // Requires text.size() == length().
  [[nodiscard]] std::u16string apply(std::u16string_view text) const;
  // The same in place: cheaper for the one change in a long text that a keystroke is.
  void apply_to(std::u16string& text) const;

  // This, then `next`. Requires new_length() == next.length().
  [[nodiscard]] ChangeSet compose(const ChangeSet& next) const;

  // This, made to apply after `other` that started from the same text. With `before`, text inserted
  // at the same place comes before the other's. Requires length() == other.length().
  [[nodiscard]] ChangeSet map(const ChangeSet& other, bool before = false) const;

  // Where `position` of the old text is in the new one. With text inserted right there: in front of
  // that text, or behind it. Requires position <= length().
  [[nodiscard]] size_t map_position(size_t position, bool in_front = true) const;

  // Whether an edge of a change falls between the halves of a surrogate pair of `text`, or it
  // inserts half a pair.
  [[nodiscard]] bool splits_surrogates(std::u16string_view text) const;

  static constexpr size_t kMaxLength = 64u << 20;

 private:
  // As CodeMirror keeps them: pairs (length, inserted), inserted == -1 for kept text; the inserted
  // text of section i is inserted_[i / 2].
  std::vector<int32_t> sections_;
  std::vector<std::u16string> inserted_;
};

struct Update {
  std::string client;  // collab's clientID
  ChangeSet changes;
};

// `updates`, a chain made on the text before `over`, as they apply after it. Those that `over`
// already holds (same client, same order) are left out; none at all when they are not the same
// length there.
//
// Takes one update of `over` at a time, as every page does (web/src/model/cell_text.ts): moving an
// insertion over a deletion and then over another insertion is not the same as moving it over both
// composed, so that server and page would end with different texts. Each step is the npm package's
// rebaseUpdates over a single update.
[[nodiscard]] std::optional<std::vector<Update>> rebase(std::vector<Update> updates,
                                                        const std::vector<Update>& over);

}  // namespace colibri::document
