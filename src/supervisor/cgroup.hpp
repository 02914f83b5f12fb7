#pragma once
// The control group of one runtime, on hosts with cgroup v2, v1 or both: made before the OCI
// runtime starts, read for the meters.
#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "supervisor/sandbox.hpp"

namespace colibri::supervisor {

// Whether /sys/fs/cgroup is one cgroup v2 hierarchy.
[[nodiscard]] bool has_only_cgroup2();

// Where v1 hierarchies have the controllers, takes the v2 one beside them out of sight, for this
// process's mount namespace, which must be its own, and those that come of it.
void hide_second_hierarchy();

class Cgroup {
 public:
  // Which limits there are to be.
  struct Kinds {
    bool memory = false;
    bool cpu = false;
    bool pids = false;
  };

  // Makes the group `name` ("/colibri/<id>") in each hierarchy. `unsupported` when this host can't
  // set one of these limits.
  [[nodiscard]] static Result<Cgroup> make(const std::string& name, Kinds limits);

  // Writes limits into the group while it is in use. `io` when the host refuses one, or the group
  // was made without that kind of limit.
  [[nodiscard]] Result<> set(const std::string& name, const Limits& limits) const;

  // Whether swap is counted, so that it can be limited.
  [[nodiscard]] bool limits_swap() const;

  [[nodiscard]] uint64_t memory_used() const;   // Without inactive page cache.
  [[nodiscard]] uint64_t memory_limit() const;  // UINT64_MAX: none.
  [[nodiscard]] uint64_t cpu_used_us() const;   // Processor time since the start.
  [[nodiscard]] uint64_t oom_kills() const;

 private:
  bool unified_ = false;
  std::string memory_;  // Folders; empty where the hierarchy is missing.
  std::string cpu_;
};

}  // namespace colibri::supervisor
