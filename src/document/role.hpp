#pragma once
// What somebody may do with a notebook, from least to most. Who has which role is not the
// Document's concern; what each command needs is.
#include <optional>
#include <string_view>

namespace colibri::document {

enum class Role { viewer, commenter, editor, owner };  // In this order; compare with <.

[[nodiscard]] std::string_view to_string(Role role);
[[nodiscard]] std::optional<Role> parse_role(std::string_view name);

}  // namespace colibri::document
