// What colibri.yaml says about groups and reservations, good and bad; and how much of a disk stays.
#include <gtest/gtest.h>

#include <string>

#include "server/config.hpp"

namespace colibri::server {
namespace {

constexpr int64_t kHour = 3'600'000;
constexpr int64_t kNine = 1'796'115'600'000;  // 2026-12-01 09:00 UTC

std::string with_group(const std::string& rest) {
  return "groups:\n  - {name: course, emails: [Ada@Example.org], domains: "
         "[Students.example.org]}\n" +
         rest;
}

std::string wrong_in(const std::string& text) {
  const auto config = parse_config(text, "test.yaml");
  if (!config) return config.error().detail;
  const auto checked = check_config(*config);
  return checked ? "" : checked.error().detail;
}

TEST(QueueSettings, AGroupHasItsPeopleAndItsLimits) {
  const auto config = parse_config(
      "queue: {per_user: 2, hours: 20, half_life: 3d, claim: 5m, weights: {H100: 4}}\n"
      "groups:\n"
      "  - {name: course, emails: [Ada@Example.org], domains: [Students.example.org], per_user: "
      "3,\n"
      "     hours: 1.5, at_once: 8}\n",
      "test.yaml");
  ASSERT_TRUE(config) << config.error().detail;
  const lease::Rules& rules = config->rules;
  EXPECT_EQ(rules.per_user, 2);
  EXPECT_EQ(rules.week_ms, 20 * kHour);
  EXPECT_EQ(rules.half_life_ms, 72 * kHour);
  EXPECT_EQ(rules.claim_ms, 5 * 60'000);
  EXPECT_EQ(rules.weight("H100"), 4);
  const lease::Group* group = rules.group("course");
  ASSERT_NE(group, nullptr);
  EXPECT_EQ(group->per_user, 3);
  EXPECT_EQ(group->week_ms, kHour * 3 / 2);
  EXPECT_EQ(group->at_once, 8);
  // Addresses are compared in lower case.
  EXPECT_EQ(rules.groups_of("ada@example.org").size(), 1U);
  EXPECT_EQ(rules.groups_of("bob@students.example.org").size(), 1U);
  EXPECT_TRUE(rules.groups_of("bob@example.org").empty());
}

TEST(QueueSettings, AReservationsTimesAreUtcUnlessTheySayOtherwise) {
  for (const auto& [from, to] : {std::pair("2026-12-01 09:00", "2026-12-01 11:00"),
                                 std::pair("2026-12-01 10:00+01:00", "2026-12-01T11:00Z"),
                                 std::pair("2026-12-01 03:30-05:30", "2026-12-01 11:00")}) {
    const auto config = parse_config(
        with_group("reservations:\n  - {group: course, accelerator: T4, count: 2, from: \"" +
                   std::string(from) + "\", to: \"" + to + "\", weekly: true,\n" +
                   "     until: \"2027-02-01 00:00\"}\n"),
        "test.yaml");
    ASSERT_TRUE(config) << config.error().detail;
    ASSERT_EQ(config->rules.reservations.size(), 1U);
    const lease::Reservation& made = config->rules.reservations[0];
    EXPECT_EQ(made.group, "course");
    EXPECT_EQ(made.model, "T4");
    EXPECT_EQ(made.count, 2);
    EXPECT_EQ(made.from_ms, kNine) << from;
    EXPECT_EQ(made.to_ms, kNine + 2 * kHour);
    EXPECT_TRUE(made.weekly);
    EXPECT_GT(made.until_ms, made.to_ms);
  }
}

TEST(QueueSettings, WhatIsWrongIsNamedWithItsLine) {
  const auto group = [](const std::string& inside) { return "groups:\n  - {" + inside + "}\n"; };
  const auto reservation = [](const std::string& inside) {
    return with_group("reservations:\n  - {group: course, accelerator: T4, " + inside + "}\n");
  };
  const std::string from = "from: \"2026-12-01 09:00\"", to = ", to: \"2026-12-01 11:00\"";
  const std::pair<std::string, std::string> all[] = {
      {"groups: everybody\n", "groups must be a list"},
      {group("emails: [a@example.org]"), "a group needs a name"},
      {group("name: g"), "a group needs emails or domains"},
      {group("name: g, emails: [a@b.c], at_once: -1"), "at_once must be a number"},
      {group("name: g, emails: [a@b.c], hours: many"), "hours must be a number"},
      {group("name: g, emails: [a@b.c], colour: red"), "unknown key \"colour\""},
      {with_group("  - {name: course, domains: [b.c]}\n"), "two groups have the same name"},
      {reservation(from), "a reservation needs group, accelerator, from and to"},
      {reservation("from: tomorrow" + to), "from must be a time like"},
      {reservation("from: \"2026-02-30 09:00\"" + to), "from must be a time like"},
      {reservation("from: \"2026-12-01 25:00\"" + to), "from must be a time like"},
      {reservation("from: \"2026-12-01 09:00+1\"" + to), "from must be a time like"},
      {reservation("from: \"2026-12-01 09:00+01:00 or so\"" + to), "from must be a time like"},
      {reservation("from: \"2026-12-01 12:00\"" + to), "to must be after its from"},
      {reservation("from: \"2026-11-01 09:00\"" + to + ", weekly: true"), "longer than a week"},
      {reservation(from + to + ", count: 0"), "count must be a number"},
      {"reservations:\n  - {group: nobody, accelerator: T4, " + from + to + "}\n",
       "there is no group \"nobody\""},
      {"queue: {weights: {T4: 0}}\n", "T4 must be a number"},
      {"queue: {weights: [T4]}\n", "weights must be a map"},
      {"queue: {claim: soon}\n", "claim"}};
  for (const auto& [text, words] : all)
    EXPECT_NE(wrong_in(text).find(words), std::string::npos) << text << "says: " << wrong_in(text);
  EXPECT_NE(wrong_in(group("name: g")).find("line 2"), std::string::npos);
}

TEST(KeepingSettings, APartOfADiskOrBytes) {
  const auto config = parse_config(
      "runtimes: {keep_files: 2d, keep_files_free: 2.5%, keep_files_limit: unlimited,\n"
      "           disk_floor: 20GiB}\n",
      "test.yaml");
  ASSERT_TRUE(config) << config.error().detail;
  EXPECT_EQ(config->keeping.keep_ms, 48 * kHour);
  EXPECT_EQ(config->keeping.free.of(1000), 25U);
  EXPECT_EQ(config->keeping.most_bytes, 0U);
  EXPECT_EQ(config->keeping.floor.of(1000), 20ull << 30);
  EXPECT_EQ(parse_config("runtimes: {keep_files: off}\n", "t")->keeping.keep_ms, 0);
  for (const char* wrong : {"keep_files_free: 91%", "keep_files_free: -1%", "disk_floor: much",
                            "keep_files_free: 10 %%", "keep_files_limit: 10%", "keep_files: no"})
    EXPECT_NE(wrong_in("runtimes: {" + std::string(wrong) + "}\n"), "") << wrong;
}

}  // namespace
}  // namespace colibri::server
