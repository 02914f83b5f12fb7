#pragma once
// The right to a Runtime, as a state machine: requested → queued → starting → ready → ending →
// ended. Pure: time comes in as `now_ms`, and what must happen comes out as a state to read, so
// every transition and deadline can be tested without a clock.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace colibri::lease {

enum class State { requested, queued, starting, ready, ending, ended };
enum class KernelState { none, starting, idle, busy, restarting, dead };

[[nodiscard]] std::string_view to_string(State state);
[[nodiscard]] std::string_view to_string(KernelState state);
[[nodiscard]] std::optional<State> parse_state(std::string_view name);
[[nodiscard]] std::optional<KernelState> parse_kernel_state(std::string_view name);

struct Kernel {
  KernelState state = KernelState::none;
  std::string name;      // of the kernelspec: "python3"
  std::string language;  // "python"
  std::string reason;    // Why it is restarting or dead: kernel_died, out_of_memory, restarted.
  std::string detail;    // The same for a person.

  friend bool operator==(const Kernel&, const Kernel&) = default;
};

// Why somebody waits.
enum class Why { no_free_accelerator, no_place, limit, quota, reserved, no_disk };
[[nodiscard]] std::string_view to_string(Why why);

// A place in the queue, as its person sees it.
struct Place {
  std::string flavor;  // That one waits for.
  int64_t position = 1;
  int64_t ahead = 0;                   // People who come first.
  std::optional<int64_t> expected_ms;  // One's turn at the latest; nothing: nobody can tell.
  Why why = Why::no_place;
  std::optional<int64_t> offered_until_ms;  // It is one's turn, until then.

  friend bool operator==(const Place&, const Place&) = default;
};

// Of a person's hours on accelerators; nothing: no limit. They renew by the wall clock, whatever
// the clock that the lease lives by says.
struct Hours {
  std::optional<int64_t> left_ms, renews_ms;

  friend bool operator==(const Hours&, const Hours&) = default;
};

struct AcceleratorName {
  std::string model, title;

  friend bool operator==(const AcceleratorName&, const AcceleratorName&) = default;
};

// What people see of a lease: `lease` in docs/protocol.md 2.3 and 2.5.
struct Status {
  RuntimeId id;
  State state = State::requested;
  std::string flavor;
  std::string flavor_title;  // What people call it; may be empty.
  std::string image;
  std::string reason;  // Why it ended, as a word: idle, deadline, supervisor_lost, …
  std::string detail;  // The same for a person; while queued or starting, what it waits for.
  // While starting: the engine's own queue (Slurm's) has it, and it may begin at expected_ms (0:
  // nobody can tell). For people it is queued.
  bool waiting = false;
  int64_t expected_ms = 0;
  int64_t since_ms = 0;
  int64_t ends_ms = 0;       // Of its life; 0 before it starts, and when it has no end.
  int64_t idle_ends_ms = 0;  // When it ends if nobody uses it; 0: not idle now.
  int64_t notice_ms = 0;     // From when on people are told of the nearer end; 0: none is known.
  bool keep = false;         // keep() would put the nearer end off.
  std::vector<AcceleratorName> accelerators;
  std::optional<Place> queue;
  Hours hours;
  Kernel kernel;

  friend bool operator==(const Status&, const Status&) = default;
};

// `shift_ms` is added to all times but renews_ms: from the clock that the lease lives by to the
// wall clock's.
[[nodiscard]] json::Object to_json(const Status& status, int64_t shift_ms = 0);

// How long each part of a life may take.
struct Terms {
  int64_t life_ms = 12LL * 60 * 60 * 1000;       // 0: for ever.
  int64_t idle_ms = 90LL * 60 * 1000;            // 0: never idle.
  int64_t notice_ms = 10LL * 60 * 1000;          // Before an end; at most half of what ends there.
  int64_t keep_ms = 30LL * 60 * 1000;            // What keep() adds to a life,
  int64_t keep_limit_ms = 2LL * 60 * 60 * 1000;  // up to this much in all.
  int64_t start_ms = 30LL * 1000;                // From starting to ready.
  int64_t link_ms = 30LL * 1000;                 // Without a word from its supervisor.
  int64_t end_ms = 20LL * 1000;                  // From ending to ended.
};

// A deadline that has passed, and what its owner must do about it.
enum class Due {
  start,   // It did not get ready in time: end it by force.
  link,    // Its supervisor is gone: end it by force, with reason `supervisor_lost`.
  idle,    // Nobody used it: end() with reason `idle`.
  life,    // Its time is over: end() with reason `deadline`.
  end,     // It did not end by itself: end it by force.
  notice,  // People are to be told of the end: tell them, then noticed().
};

class Lease {
 public:
  Lease(RuntimeId id, std::string flavor, std::string image, Terms terms, int64_t now_ms);

  // A lease as its store row has it when the server starts: without a link, so that its supervisor
  // has link_ms to dial in. One that ran is taken for ready with an idle kernel until the
  // supervisor says otherwise, and its life and idle time end nothing before the supervisor has
  // dialled and said what is left of them: the wall clock may have been set since. `kept_ms` as
  // kept_ms() was.
  static Lease resumed(Status status, Terms terms, int64_t kept_ms, int64_t now_ms);

  // Each is `conflict`, and changes nothing, in a state that it does not follow from.
  Result<> queue(std::string detail, int64_t now_ms);  // requested →
  // requested, queued →; life begins, and ends at `latest_end_ms` when that is earlier.
  Result<> start(int64_t now_ms, std::optional<int64_t> latest_end_ms = {});
  // starting, and stays so: the engine's own queue has it, so no deadline counts.
  Result<> wait(std::string why, int64_t expected_ms);
  // The queue let it begin at `at_ms`: from then on its time to start and its life count.
  // starting; harmless when ready.
  Result<> begin(int64_t at_ms, int64_t now_ms);
  Result<> become_ready(int64_t now_ms);  // starting →
  Result<> set_image(std::string image);  // The one it gets; until it is ready.
  Result<> end(std::string reason, std::string detail, int64_t now_ms);  // all before ending →
  // All but ended →. A reason that end() gave stays.
  Result<> become_ended(std::string reason, std::string detail, int64_t now_ms);

  // The kernel has this state; only while starting or ready. Empty `name` or `language`: as
  // before. A change of the kernel's state counts as use.
  Result<> set_kernel(const Kernel& kernel, int64_t now_ms);
  // Whether its supervisor has a link to us. A new lease has none, and needs none before ready.
  void set_linked(bool linked, int64_t now_ms);
  // Somebody used it (a command, a key): the idle time starts anew.
  void touch(int64_t now_ms);

  // Puts the nearer end off: the idle time starts anew, or the life gets keep_ms more. `conflict`
  // with a sentence when the rules (docs/protocol.md 2.5) do not allow it.
  Result<> keep(int64_t now_ms);
  // Whether others wait for what it has, and when its life must end for a reservation.
  void set_wanted(bool others_wait, std::optional<int64_t> latest_end_ms);
  // When its person's hours are used up: a life that has begun ends then at the latest, and is as
  // long as before when they last longer again.
  void set_hours_end(std::optional<int64_t> hours_end_ms);
  // What its supervisor has counted: that is believed after a restart of the server, up to what the
  // terms allow. 0: not known.
  void believe(int64_t left_ms, int64_t idle_left_ms, int64_t now_ms);
  // How much longer than its terms say it lives.
  [[nodiscard]] int64_t kept_ms() const { return kept_ms_; }
  // People have been told of the notice that was due.
  void noticed() { noticed_ms_ = status_.notice_ms; }

  // For people: shown in status(), and of no effect here.
  void set_queue(std::optional<Place> place) { status_.queue = std::move(place); }
  void set_detail(std::string detail) { status_.detail = std::move(detail); }
  void set_accelerators(std::vector<AcceleratorName> names) {
    status_.accelerators = std::move(names);
  }
  void set_flavor_title(std::string title) { status_.flavor_title = std::move(title); }
  void set_hours(Hours hours) { status_.hours = hours; }

  // The earliest deadline that has passed, if any. A busy kernel is never idle.
  [[nodiscard]] std::optional<Due> due(int64_t now_ms) const;
  // When due() may next answer; nothing when ended.
  [[nodiscard]] std::optional<int64_t> next_deadline_ms() const;

  [[nodiscard]] const Status& status() const { return status_; }
  [[nodiscard]] const Terms& terms() const { return terms_; }
  [[nodiscard]] bool alive() const { return status_.state != State::ended; }
  // Whether the kernel takes cells.
  [[nodiscard]] bool can_execute() const;

 private:
  void enter(State state, int64_t now_ms);
  void refresh();  // What status_ says of the ends.
  void live_until(int64_t ends_ms);
  // Of a life that begins then; 0: it has no end of its own.
  [[nodiscard]] int64_t life_end(int64_t from_ms) const;
  [[nodiscard]] bool idle_ends_first() const;
  // How much later its life might end, by keep().
  [[nodiscard]] int64_t could_keep_ms() const;
  [[nodiscard]] const char* why_not_longer() const;

  Status status_;
  Terms terms_;
  int64_t used_ms_ = 0;
  int64_t kept_ms_ = 0;
  int64_t noticed_ms_ = -1;
  bool others_wait_ = false;
  int64_t life_ends_ms_ = 0;  // Whatever the hours say; 0: as status_.ends_ms.
  std::optional<int64_t> latest_end_ms_, hours_end_ms_;
  bool told_ = true;                    // What its supervisor has counted is known.
  std::optional<int64_t> unlinked_ms_;  // Since when, once it is ready.
  bool linked_ = false;
};

}  // namespace colibri::lease
