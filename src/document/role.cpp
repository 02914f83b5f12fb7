#include "document/role.hpp"

#include <array>
#include <utility>

#include "document/command.hpp"

namespace colibri::document {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 4> kRoles = {
    {{Role::viewer, "viewer"},
     {Role::commenter, "commenter"},
     {Role::editor, "editor"},
     {Role::owner, "owner"}}};

}  // namespace

std::string_view to_string(Role role) {
  return kRoles[static_cast<size_t>(role)].second;
}

std::optional<Role> parse_role(std::string_view name) {
  for (const auto& [role, text] : kRoles)
    if (text == name) return role;
  return std::nullopt;
}

Role needed_role(const Op& op) {
  const bool is_comment =
      std::holds_alternative<StartThread>(op) || std::holds_alternative<Reply>(op) ||
      std::holds_alternative<EditComment>(op) || std::holds_alternative<DeleteComment>(op) ||
      std::holds_alternative<ResolveThread>(op);
  return is_comment ? Role::commenter : Role::editor;
}

}  // namespace colibri::document
