#pragma once
// What changed between two versions of a text, in pieces as small as a person would have typed
// them, so that cursors and what others type elsewhere in the text stay where they are.
#include <string>
#include <string_view>
#include <vector>

#include "document/change_set.hpp"

namespace colibri::document {

// Replaces the units [from, to) of the old text.
struct Hunk {
  size_t from = 0, to = 0;
  std::u16string insert;

  friend bool operator==(const Hunk&, const Hunk&) = default;
};

// In the order of the text; none when the two are the same. Never splits a surrogate pair. Parts
// that differ in very many places count as one hunk. Texts of at most ChangeSet::kMaxLength.
[[nodiscard]] std::vector<Hunk> hunks_between(std::u16string_view from, std::u16string_view to);

// The change that makes `to` of `from`.
[[nodiscard]] ChangeSet diff(std::u16string_view from, std::u16string_view to);

// The change of `ours` that brings in what leads from `base` to `theirs`. Where both changed the
// same place, both stay, one behind the other; what both did alike is done once.
[[nodiscard]] ChangeSet merge_text(std::u16string_view base, std::u16string_view ours,
                                   std::u16string_view theirs);

// How much of two texts is the same, from 0 to 1.
[[nodiscard]] double similarity(std::u16string_view a, std::u16string_view b);

}  // namespace colibri::document
