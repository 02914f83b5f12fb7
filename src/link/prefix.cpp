#include "link/prefix.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace colibri::link {
namespace {

int bits_of(const Prefix& prefix) {
  return prefix.ipv6 ? 128 : 32;
}

bool bit(const Prefix& prefix, int index) {
  return (prefix.address[static_cast<size_t>(index / 8)] >> (7 - index % 8) & 1) != 0;
}

void subtract_into(const Prefix& whole, const std::vector<Prefix>& parts,
                   std::vector<Prefix>& rest) {
  const auto covers = [&](const Prefix& part) { return contains(part, whole); };
  const auto touches = [&](const Prefix& part) { return contains(whole, part); };
  if (std::ranges::any_of(parts, covers)) return;
  if (std::ranges::none_of(parts, touches)) return rest.push_back(whole);
  Prefix half = whole;
  ++half.length;
  subtract_into(half, parts, rest);
  const auto index = static_cast<size_t>(whole.length);
  half.address[index / 8] |= static_cast<uint8_t>(0x80u >> index % 8);
  subtract_into(half, parts, rest);
}

Prefix known(std::string_view text) {
  return *parse_prefix(text);
}

}  // namespace

Result<Prefix> parse_prefix(std::string_view text) {
  const auto wrong = [&](const char* why) {
    return failure(ErrorCode::invalid, "\"" + std::string(text) + "\" is no network" + why);
  };
  Prefix prefix;
  const size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  prefix.ipv6 = address.find(':') != std::string::npos;
  if (::inet_pton(prefix.ipv6 ? AF_INET6 : AF_INET, address.c_str(), prefix.address.data()) != 1) {
    return wrong(" like 10.1.2.0/24");
  }
  prefix.length = static_cast<uint8_t>(bits_of(prefix));
  if (slash != std::string_view::npos) {
    const std::string_view length = text.substr(slash + 1);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), value);
    if (error != std::errc() || end != length.data() + length.size() ||
        value > static_cast<unsigned>(bits_of(prefix))) {
      return wrong(" like 10.1.2.0/24");
    }
    prefix.length = static_cast<uint8_t>(value);
  }
  for (int index = prefix.length; index < bits_of(prefix); ++index) {
    if (bit(prefix, index)) return wrong(": its address has bits behind its length");
  }
  return prefix;
}

std::string to_text(const Prefix& prefix) {
  char text[INET6_ADDRSTRLEN] = {};
  ::inet_ntop(prefix.ipv6 ? AF_INET6 : AF_INET, prefix.address.data(), text, sizeof text);
  return std::string(text) + "/" + std::to_string(prefix.length);
}

bool contains(const Prefix& outer, const Prefix& inner) {
  if (outer.ipv6 != inner.ipv6 || outer.length > inner.length) return false;
  for (int index = 0; index < outer.length; ++index) {
    if (bit(outer, index) != bit(inner, index)) return false;
  }
  return true;
}

std::vector<Prefix> subtract(const Prefix& whole, const std::vector<Prefix>& parts) {
  std::vector<Prefix> rest;
  subtract_into(whole, parts, rest);
  return rest;
}

std::vector<Prefix> unreachable_networks(const std::vector<Prefix>& host_addresses,
                                         const std::vector<Prefix>& allowed) {
  // Where clouds keep what a machine may know about itself, its keys among it.
  static constexpr const char* kNever[] = {"169.254.0.0/16", "100.100.100.200", "192.0.0.192",
                                           "168.63.129.16",  "fe80::/10",       "fd00:ec2::254",
                                           "fd20:ce::254"};
  static constexpr const char* kPrivate[] = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
                                             "100.64.0.0/10", "fc00::/7"};
  std::vector<Prefix> networks;
  for (const char* text : kNever) networks.push_back(known(text));
  networks.insert(networks.end(), host_addresses.begin(), host_addresses.end());
  for (const char* text : kPrivate) {
    const auto rest = subtract(known(text), allowed);
    networks.insert(networks.end(), rest.begin(), rest.end());
  }
  std::vector<Prefix> once;
  for (const Prefix& network : networks) {
    if (std::ranges::find(once, network) == once.end()) once.push_back(network);
  }
  return once;
}

}  // namespace colibri::link
