#pragma once
// The change that makes one text of another, as a person would have typed it: only what differs,
// line by line, so that cursors and what others type elsewhere in the text stay where they are.
#include <string_view>

#include "document/change_set.hpp"

namespace colibri::document {

// Texts whose differing parts have very many lines are compared by their common ends only. Never
// splits a surrogate pair. Requires texts of at most ChangeSet::kMaxLength.
[[nodiscard]] ChangeSet diff(std::u16string_view from, std::u16string_view to);

}  // namespace colibri::document
