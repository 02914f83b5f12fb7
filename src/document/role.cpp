#include "document/role.hpp"

#include <array>
#include <utility>

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

Role needed_role(const Op&) {
  return Role::editor;
}

}  // namespace colibri::document
