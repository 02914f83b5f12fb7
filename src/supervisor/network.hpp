#pragma once
// The container's user and network namespaces. They are made before the container, so that the
// network is closed towards the host before any of its processes runs, and so that slirp4netns gets
// ready while the OCI runtime starts.
#include <cstdint>
#include <string>
#include <vector>

#include "link/prefix.hpp"
#include "supervisor/launch.hpp"

namespace colibri::supervisor {

struct Namespaces {
  Descriptor user;
  Descriptor network;
};

// A subnet for the container that no address of this host lies in, and its name server.
struct Subnet {
  std::string cidr;
  std::string name_server;
};

// The addresses of this host but the loopback's.
[[nodiscard]] std::vector<link::Prefix> host_addresses();

[[nodiscard]] Subnet choose_subnet(const std::vector<link::Prefix>& host_addresses);

// New namespaces: ids 0 up are uid_base up, loopback is up, and the `forbidden` networks are
// unreachable whatever is attached later, but for what is on the link itself.
[[nodiscard]] Result<Namespaces> make_namespaces(uint32_t uid_base, uint32_t uid_count,
                                                 const std::vector<link::Prefix>& forbidden);

// slirp4netns attached to a network namespace: the way out, without any way to the host's loopback.
// It ends with this object or this process.
class Slirp {
 public:
  [[nodiscard]] static Result<Slirp> start(const Namespaces& namespaces, const Subnet& subnet);

  // `unavailable` when it ended instead, `timeout` after 10 s.
  [[nodiscard]] Task<Result<>> ready();
  void stop();

 private:
  Child child_;
  Descriptor ready_;
  Descriptor exit_;   // slirp4netns leaves when this is closed.
  Descriptor error_;  // What it says on stderr.
};

// resolv.conf for inside: that name server, and the search domains of the host's `host_text`.
[[nodiscard]] std::string make_resolv_conf(const std::string& name_server,
                                           const std::string& host_text);

}  // namespace colibri::supervisor
