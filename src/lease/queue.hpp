#pragma once
// Who gets a runtime next, and what everybody who waits is told. A Scene is all that matters for
// that; the functions read it and change nothing, so that a queue is tested by scripts without a
// clock. docs/protocol.md 2.5 has the rules.
//
// The order is by arrival, put back by what one has used: an hour of an accelerator counts as one
// hour of waiting. So who has used less goes first, and nobody waits for ever.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "lease/lease.hpp"
#include "lease/rules.hpp"

namespace colibri::lease {

struct Device {
  std::string id, model;
};

// Of accelerators; none for a runtime of processors alone.
struct Need {
  std::string model;
  int count = 0;
};

struct Person {
  UserId user;
  std::vector<std::string> groups;
  double used_ms = 0;              // faded_ms() of what they have used.
  std::optional<int64_t> left_ms;  // Of this week, weighted; nothing: no limit.
};

struct Waiting {
  RuntimeId id;
  Person person;
  std::string flavor;
  Need need;
  int64_t since_ms = 0;
  int64_t life_ms = 0;   // How long it may live once it runs.
  bool follows = false;  // It takes the place of a runtime of the same person.
};

// A runtime that lives, or is offered to somebody.
struct Holding {
  RuntimeId id;
  UserId user;
  std::vector<std::string> groups;
  std::vector<std::string> devices;  // Their ids.
  int64_t ends_ms = 0;
  bool takes_place = true;  // False: it will take the place of another of the same person.
  bool offered = false;     // It uses nothing yet.
  std::optional<int64_t> left_ms = {};  // As its person's.
};

struct Scene {
  int64_t now_ms = 0;
  int64_t wall_shift_ms = 0;  // To the wall clock, which reservations and weeks go by.
  const Rules* rules = nullptr;
  size_t places = 0;  // Runtimes that may live at a time.
  std::vector<Device> devices;
  std::vector<Holding> holdings;
  std::vector<Waiting> waiting;
};

struct Grant {
  RuntimeId id;
  std::vector<std::string> devices;
  std::optional<int64_t> latest_end_ms;  // For a reservation.
};

// The ids of those who wait, who comes first first.
[[nodiscard]] std::vector<RuntimeId> order(const Scene& scene);

// The next one who can have what they wait for, now. Whoever waits for accelerators of a model that
// are free, but too few of them, keeps those behind from taking them.
[[nodiscard]] std::optional<Grant> next(const Scene& scene);

// The place of one who waits; `waiting` is one of scene.waiting, or one who would come.
[[nodiscard]] Place place(const Scene& scene, const Waiting& waiting);

// Whether one who would come could start at once.
[[nodiscard]] bool is_free(const Scene& scene, const Waiting& newcomer);

// Devices of this model that nobody holds and that are not kept for a group without this person.
[[nodiscard]] int free_devices(const Scene& scene, const Person& person, const std::string& model);

// Until when somebody who has these accelerators may keep them beyond now: a reservation's begin.
// Nothing: no reservation says otherwise.
[[nodiscard]] std::optional<int64_t> latest_end(const Scene& scene, const Holding& holding);

// When all that this one's person has will have used up their hours. Nothing: no limit.
[[nodiscard]] std::optional<int64_t> hours_end(const Scene& scene, const Holding& holding);

// Whether somebody waits for what this one has, who could have it.
[[nodiscard]] bool is_wanted(const Scene& scene, const Holding& holding);

}  // namespace colibri::lease
