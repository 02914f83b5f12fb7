#pragma once
// The users that runtimes have on this host: each a range of its own, which no user of the host and
// no other runtime shares, whichever server has started it.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace colibri::engine {

inline constexpr uint32_t kUidsPerRuntime = 65'536;
// How far behind the first range a free one is looked for; more than a host has runtimes.
inline constexpr uint32_t kUidRanges = 10'000;
// Far above where hosts give out users and subordinate ids by themselves.
inline constexpr uint32_t kFirstUid = 1'000'000'000;
inline constexpr uint32_t kFirstUidLeast = 65'536;
inline constexpr uint32_t kFirstUidMost = 3'600'000'000;

// The texts of the host's files; empty where there is none.
struct HostUsers {
  std::string passwd, group, subuid, subgid;
};
[[nodiscard]] HostUsers read_host_users();

// Who of the host has users among `count` from `first` on, as "alice (1000000 up, /etc/subuid)"; at
// most ten.
[[nodiscard]] std::vector<std::string> users_among(const HostUsers& host, uint32_t first,
                                                   uint64_t count);

// `invalid` with a sentence when runtimes, `limit` of them from `first` on, would share users with
// the host.
[[nodiscard]] Result<> check_user_ranges(const HostUsers& host, uint32_t first, uint64_t limit);

}  // namespace colibri::engine
