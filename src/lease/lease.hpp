#pragma once
// The right to a Runtime, as a state machine: requested → queued → starting → ready → ending →
// ended. Pure: time comes in as `now_ms`, and what must happen comes out as a state to read, so
// every transition and deadline can be tested without a clock.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

// What people see of a lease: `lease` in docs/protocol.md 2.3.
struct Status {
  RuntimeId id;
  State state = State::requested;
  std::string flavor;
  std::string image;
  std::string reason;  // Why it ended, as a word: idle, deadline, supervisor_lost, …
  std::string detail;  // The same for a person; while queued or starting, what it waits for.
  // While starting: the engine's own queue (Slurm's) has it, and it may begin at expected_ms (0:
  // nobody can tell). For people it is queued.
  bool waiting = false;
  int64_t expected_ms = 0;
  int64_t since_ms = 0;
  int64_t ends_ms = 0;  // Of its life; 0 before it starts.
  Kernel kernel;

  friend bool operator==(const Status&, const Status&) = default;
};

[[nodiscard]] json::Object to_json(const Status& status);

// How long each part of a life may take.
struct Terms {
  int64_t life_ms = 12LL * 60 * 60 * 1000;
  int64_t idle_ms = 90LL * 60 * 1000;
  int64_t start_ms = 30LL * 1000;  // From starting to ready.
  int64_t link_ms = 30LL * 1000;   // Without a word from its supervisor.
  int64_t end_ms = 20LL * 1000;    // From ending to ended.
};

// A deadline that has passed, and what its owner must do about it.
enum class Due {
  start,  // It did not get ready in time: end it by force.
  link,   // Its supervisor is gone: end it by force, with reason `supervisor_lost`.
  idle,   // Nobody used it: end() with reason `idle`.
  life,   // Its time is over: end() with reason `deadline`.
  end,    // It did not end by itself: end it by force.
};

class Lease {
 public:
  Lease(RuntimeId id, std::string flavor, std::string image, Terms terms, int64_t now_ms);

  // A lease as its store row has it when the server starts: without a link, so that its supervisor
  // has link_ms to dial in. One that ran is taken for ready with an idle kernel until the
  // supervisor says otherwise.
  static Lease resumed(Status status, Terms terms, int64_t now_ms);

  // Each is `conflict`, and changes nothing, in a state that it does not follow from.
  Result<> queue(std::string detail, int64_t now_ms);  // requested →
  Result<> start(int64_t now_ms);                      // requested, queued →; life begins
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

  // The earliest deadline that has passed, if any. A busy kernel is never idle.
  [[nodiscard]] std::optional<Due> due(int64_t now_ms) const;
  // When due() may next answer; nothing when ended.
  [[nodiscard]] std::optional<int64_t> next_deadline_ms() const;

  [[nodiscard]] const Status& status() const { return status_; }
  [[nodiscard]] bool alive() const { return status_.state != State::ended; }
  // Whether the kernel takes cells.
  [[nodiscard]] bool can_execute() const;

 private:
  void enter(State state, int64_t now_ms);

  Status status_;
  Terms terms_;
  int64_t used_ms_ = 0;
  std::optional<int64_t> unlinked_ms_;  // Since when, once it is ready.
  bool linked_ = false;
};

}  // namespace colibri::lease
