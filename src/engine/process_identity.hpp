#pragma once
// A process of another life: its id alone may have been given to somebody else since, so its start
// time goes with it. Internal to this module.
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace colibri::engine {

struct ProcessIdentity {
  int64_t pid = 0;
  uint64_t start_ticks = 0;  // Field 22 of /proc/<pid>/stat: since boot.

  friend bool operator==(const ProcessIdentity&, const ProcessIdentity&) = default;
};

// Nothing when there is no such process, or only its zombie.
[[nodiscard]] std::optional<ProcessIdentity> identify(int64_t pid);

[[nodiscard]] std::string to_text(const ProcessIdentity& identity);
[[nodiscard]] std::optional<ProcessIdentity> parse_identity(std::string_view text);

// A descriptor of this very process (close it), `not_found` when it has ended.
[[nodiscard]] Result<int> open_process(const ProcessIdentity& identity);

}  // namespace colibri::engine
