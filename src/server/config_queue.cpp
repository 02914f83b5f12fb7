// What colibri.yaml says about who gets accelerators when: queue, groups and reservations.
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "lease/usage.hpp"
#include "server/config_section.hpp"

namespace colibri::server {

namespace {

constexpr int64_t kHourMs = 3'600'000;
constexpr size_t kMostGroups = 1000, kMostReservations = 10'000;

std::string in_lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

std::vector<std::string> lower_strings(const YAML::Node& node, const std::string& key) {
  std::vector<std::string> out;
  for (std::string& each : strings(node, key)) out.push_back(in_lower_case(std::move(each)));
  return out;
}

// Of accelerators, weighted, in a week.
int64_t hours_of(const YAML::Node& node) {
  return static_cast<int64_t>(number<double>(node, "hours", 0, 1e6) * kHourMs);
}

void read_weights(const YAML::Node& node, lease::Rules& rules) {
  if (!node.IsMap()) wrong(node, "weights must be a map of models and numbers");
  for (const auto& item : node) {
    const std::string model = scalar(item.first, "a model in weights");
    rules.weights[model] = number<double>(item.second, model, 0.001, 1000);
  }
}

lease::Group read_group(const YAML::Node& node) {
  using Node = const YAML::Node&;
  lease::Group group;
  read_map(node, "a group",
           {{"name", [&](Node n) { group.name = scalar(n, "name"); }},
            {"emails", [&](Node n) { group.emails = lower_strings(n, "emails"); }},
            {"domains", [&](Node n) { group.domains = lower_strings(n, "domains"); }},
            {"per_user", [&](Node n) { group.per_user = number<int>(n, "per_user", 0, 1024); }},
            {"hours", [&](Node n) { group.week_ms = hours_of(n); }},
            {"at_once", [&](Node n) { group.at_once = number<int>(n, "at_once", 0, 100'000); }}});
  if (group.name.empty()) wrong(node, "a group needs a name");
  if (group.emails.empty() && group.domains.empty())
    wrong(node, "a group needs emails or domains: who is in it");
  return group;
}

// "2026-12-01 09:00", in UTC, or with an offset behind it: "2026-12-01 09:00+01:00".
int64_t read_time(const YAML::Node& node, const std::string& key) {
  const std::string text = scalar(node, key);
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, used = 0;
  const int found = std::sscanf(text.c_str(), "%4d-%2d-%2d%*1[ T]%2d:%2d%n", &year, &month, &day,
                                &hour, &minute, &used);
  const auto bad = [&] { wrong(node, key + " must be a time like 2026-12-01 09:00+01:00"); };
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (found != 5 || !date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59) bad();
  int offset = 0;
  if (const std::string rest = text.substr(static_cast<size_t>(used));
      !rest.empty() && rest != "Z") {
    char sign[2] = {};
    int hours = 0, minutes = 0, end = 0;
    if (std::sscanf(rest.c_str(), "%1[+-]%2d:%2d%n", sign, &hours, &minutes, &end) != 3 ||
        static_cast<size_t>(end) != rest.size() || hours > 14 || minutes > 59)
      bad();
    offset = (hours * 60 + minutes) * (sign[0] == '-' ? -1 : 1);
  }
  const auto days = std::chrono::sys_days(date).time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(days).count() +
         (hour * 60 + minute - offset) * int64_t{60'000};
}

lease::Reservation read_reservation(const YAML::Node& node) {
  using Node = const YAML::Node&;
  lease::Reservation made;
  read_map(node, "a reservation",
           {{"group", [&](Node n) { made.group = scalar(n, "group"); }},
            {"accelerator", [&](Node n) { made.model = scalar(n, "accelerator"); }},
            {"count", [&](Node n) { made.count = number<int>(n, "count", 1, 100'000); }},
            {"from", [&](Node n) { made.from_ms = read_time(n, "from"); }},
            {"to", [&](Node n) { made.to_ms = read_time(n, "to"); }},
            {"weekly", [&](Node n) { made.weekly = boolean(n, "weekly"); }},
            {"until", [&](Node n) { made.until_ms = read_time(n, "until"); }}});
  if (made.group.empty() || made.model.empty() || made.from_ms == 0 || made.to_ms == 0)
    wrong(node, "a reservation needs group, accelerator, from and to");
  if (made.to_ms <= made.from_ms) wrong(node, "a reservation's to must be after its from");
  if (made.weekly && made.to_ms - made.from_ms > lease::kWeekMs)
    wrong(node, "a weekly reservation must not be longer than a week");
  return made;
}

}  // namespace

void read_queue(const YAML::Node& node, Config& config) {
  using Node = const YAML::Node&;
  lease::Rules& rules = config.rules;
  read_map(node, "queue",
           {{"per_user", [&](Node n) { rules.per_user = number<int>(n, "per_user", 0, 1024); }},
            {"hours", [&](Node n) { rules.week_ms = hours_of(n); }},
            {"half_life", [&](Node n) { rules.half_life_ms = duration(n, "half_life"); }},
            {"claim", [&](Node n) { rules.claim_ms = duration(n, "claim"); }},
            {"weights", [&](Node n) { read_weights(n, rules); }}});
}

void read_groups(const YAML::Node& node, Config& config) {
  if (!node.IsSequence() || node.size() > kMostGroups) wrong(node, "groups must be a list");
  auto& groups = config.rules.groups;
  for (const YAML::Node& item : node) {
    groups.push_back(read_group(item));
    if (std::ranges::count(groups, groups.back().name, &lease::Group::name) > 1)
      wrong(item, "two groups have the same name");
  }
}

void read_reservations(const YAML::Node& node, Config& config) {
  if (!node.IsSequence() || node.size() > kMostReservations)
    wrong(node, "reservations must be a list");
  for (const YAML::Node& item : node) config.rules.reservations.push_back(read_reservation(item));
}

Result<> check_queue(const Config& config) {
  for (const lease::Reservation& each : config.rules.reservations)
    if (!config.rules.group(each.group))
      return failure(ErrorCode::invalid, "reservations: there is no group \"" + each.group + "\"");
  return {};
}

}  // namespace colibri::server
