#include "lease/rules.hpp"

#include <algorithm>

#include "lease/usage.hpp"

namespace colibri::lease {

std::optional<Reservation::Window> Reservation::window(int64_t now_ms) const {
  if (now_ms < to_ms) return Window{from_ms, to_ms};
  if (!weekly) return std::nullopt;
  const int64_t weeks = (now_ms - to_ms) / kWeekMs + 1;
  const Window found{from_ms + weeks * kWeekMs, to_ms + weeks * kWeekMs};
  if (until_ms > 0 && found.from_ms >= until_ms) return std::nullopt;
  return found;
}

double Rules::weight(const std::string& model) const {
  const auto found = weights.find(model);
  return found == weights.end() ? 1 : found->second;
}

std::vector<std::string> Rules::groups_of(std::string_view email) const {
  std::string lower(email);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const size_t at = lower.rfind('@');
  const std::string domain = at == std::string::npos ? "" : lower.substr(at + 1);
  std::vector<std::string> out;
  for (const Group& each : groups) {
    const bool named = std::ranges::find(each.emails, lower) != each.emails.end();
    const bool there = std::ranges::find(each.domains, domain) != each.domains.end();
    if (!lower.empty() && (named || (there && !domain.empty()))) out.push_back(each.name);
  }
  return out;
}

const Group* Rules::group(const std::string& name) const {
  const auto found = std::ranges::find(groups, name, &Group::name);
  return found == groups.end() ? nullptr : &*found;
}

int Rules::per_user_of(const std::vector<std::string>& names) const {
  std::optional<int> most;
  for (const std::string& name : names)
    if (const Group* found = group(name); found && found->per_user)
      most = std::max(most.value_or(0), *found->per_user);
  return most.value_or(per_user);
}

std::optional<int64_t> Rules::week_of(const std::vector<std::string>& names) const {
  std::optional<int64_t> most;
  for (const std::string& name : names)
    if (const Group* found = group(name); found && found->week_ms)
      most = std::max(most.value_or(0), *found->week_ms);
  return most ? most : week_ms;
}

}  // namespace colibri::lease
