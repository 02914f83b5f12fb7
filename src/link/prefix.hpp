#pragma once
// Networks by address and length ("10.1.2.0/24", "fd00::/8"), and which of them a runtime must not
// reach. Pure.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace colibri::link {

struct Prefix {
  bool ipv6 = false;
  std::array<uint8_t, 16> address{};  // Network byte order; 4 bytes of it for IPv4.
  uint8_t length = 0;                 // Bits; those behind are zero.

  friend bool operator==(const Prefix&, const Prefix&) = default;
};

// A single address is a network of itself. `invalid` with a sentence, also for one with bits set
// behind its length.
[[nodiscard]] Result<Prefix> parse_prefix(std::string_view text);
[[nodiscard]] std::string to_text(const Prefix& prefix);

[[nodiscard]] bool contains(const Prefix& outer, const Prefix& inner);

// `whole` without `parts`: the fewest networks that cover the rest.
[[nodiscard]] std::vector<Prefix> subtract(const Prefix& whole, const std::vector<Prefix>& parts);

// What has no route in a runtime: link-local and cloud metadata addresses and those of this host,
// always; private networks (RFC 1918, RFC 6598, RFC 4193) but for what is `allowed`.
[[nodiscard]] std::vector<Prefix> unreachable_networks(const std::vector<Prefix>& host_addresses,
                                                       const std::vector<Prefix>& allowed);

}  // namespace colibri::link
