#include "supervisor/network.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "base/log.hpp"
#include "engine/cgroup_mounts.hpp"

namespace colibri::supervisor {
namespace {

using link::Prefix;

constexpr auto kReadyDeadline = std::chrono::seconds(10);

bool write_whole(const std::string& path, const std::string& text) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

bool raise_loopback() {
  const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request = {};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  return socket && ::ioctl(socket.get(), SIOCSIFFLAGS, &request) == 0;
}

// Adds an "unreachable" route by netlink; it needs no device, so it comes before any.
bool forbid(int socket, const Prefix& prefix) {
  struct {
    nlmsghdr header;
    rtmsg route;
    rtattr attribute;
    std::array<uint8_t, 16> address;
  } request = {};
  const size_t bytes = prefix.ipv6 ? 16 : 4;
  request.attribute.rta_len = static_cast<uint16_t>(RTA_LENGTH(bytes));
  request.attribute.rta_type = RTA_DST;
  request.address = prefix.address;
  request.header.nlmsg_len =
      static_cast<uint32_t>(NLMSG_LENGTH(sizeof request.route) + RTA_LENGTH(bytes));
  request.header.nlmsg_type = RTM_NEWROUTE;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE;
  request.route.rtm_family = prefix.ipv6 ? AF_INET6 : AF_INET;
  request.route.rtm_dst_len = prefix.length;
  request.route.rtm_table = RT_TABLE_MAIN;
  request.route.rtm_protocol = RTPROT_STATIC;
  request.route.rtm_type = RTN_UNREACHABLE;
  if (::send(socket, &request, request.header.nlmsg_len, 0) < 0) return false;

  alignas(nlmsghdr) std::array<char, 1024> answer{};
  const ssize_t size = ::recv(socket, answer.data(), answer.size(), 0);
  const auto* header = reinterpret_cast<const nlmsghdr*>(answer.data());
  if (size < 0 || !NLMSG_OK(header, static_cast<size_t>(size)) ||
      header->nlmsg_type != NLMSG_ERROR) {
    return false;
  }
  const auto* result = static_cast<const nlmsgerr*>(NLMSG_DATA(header));
  errno = -result->error;
  return result->error == 0;
}

bool forbid_all(const std::vector<Prefix>& networks) {
  const Descriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!socket) return false;
  const bool has_ipv6 = ::access("/proc/sys/net/ipv6", F_OK) == 0;
  return std::ranges::all_of(networks, [&](const Prefix& network) {
    return (network.ipv6 && !has_ipv6) || forbid(socket.get(), network);
  });
}

// Runs in the new namespaces: waits for its ids, sets the network up, says 0 or its errno, and
// lives on until the other end has opened the namespaces.
[[noreturn]] void set_up_inside(int socket, const std::vector<Prefix>& forbidden) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  char go = 0;
  if (::read(socket, &go, 1) != 1) ::_exit(1);
  int error = 0;
  if (!raise_loopback() || !forbid_all(forbidden)) error = errno == 0 ? EIO : errno;
  // ping without raw sockets.
  write_whole("/proc/sys/net/ipv4/ping_group_range", "0 65535");
  (void)!::write(socket, &error, sizeof error);
  (void)!::read(socket, &go, 1);
  ::_exit(0);
}

Result<Namespaces> adopt(pid_t pid, int socket, uint32_t uid_base, uint32_t uid_count) {
  const std::string folder = "/proc/" + std::to_string(pid);
  const std::string mapping =
      "0 " + std::to_string(uid_base) + " " + std::to_string(uid_count) + "\n";
  if (!write_whole(folder + "/uid_map", mapping) || !write_whole(folder + "/gid_map", mapping)) {
    return errno_failure("cannot map the runtime's users to " + std::to_string(uid_base), errno);
  }
  int error = 0;
  if (::write(socket, "g", 1) != 1 || ::read(socket, &error, sizeof error) != sizeof error) {
    return failure(ErrorCode::io, "cannot set the runtime's network up");
  }
  if (error != 0) return errno_failure("cannot set the runtime's network up", error);
  Namespaces made{Descriptor(::open((folder + "/ns/user").c_str(), O_RDONLY | O_CLOEXEC)),
                  Descriptor(::open((folder + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC))};
  if (!made.user || !made.network) return errno_failure("cannot open the namespaces", errno);
  return made;
}

}  // namespace

std::vector<Prefix> host_addresses() {
  std::vector<Prefix> addresses;
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return addresses;
  for (const ifaddrs* each = first; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr) continue;
    Prefix prefix;
    if (each->ifa_addr->sa_family == AF_INET) {
      const auto* address = reinterpret_cast<const sockaddr_in*>(each->ifa_addr);
      std::memcpy(prefix.address.data(), &address->sin_addr, 4);
      prefix.length = 32;
      if (prefix.address[0] == IN_LOOPBACKNET) continue;
    } else if (each->ifa_addr->sa_family == AF_INET6) {
      const auto* address = reinterpret_cast<const sockaddr_in6*>(each->ifa_addr);
      if (IN6_IS_ADDR_LOOPBACK(&address->sin6_addr)) continue;
      std::memcpy(prefix.address.data(), &address->sin6_addr, 16);
      prefix.ipv6 = true;
      prefix.length = 128;
    } else {
      continue;
    }
    if (std::ranges::find(addresses, prefix) == addresses.end()) addresses.push_back(prefix);
  }
  ::freeifaddrs(first);
  return addresses;
}

Subnet choose_subnet(const std::vector<Prefix>& host_addresses) {
  // The first is slirp's own; a VirtualBox guest has an address in it.
  const char* const kCandidates[] = {"10.0.2.", "10.113.77.", "172.29.113.", "192.168.213."};
  for (const char* candidate : kCandidates) {
    const std::string start = candidate;
    const auto network = link::parse_prefix(start + "0/24");
    const bool taken = std::ranges::any_of(
        host_addresses, [&](const Prefix& host) { return link::contains(*network, host); });
    if (!taken) return {start + "0/24", start + "3"};
  }
  return {"10.0.2.0/24", "10.0.2.3"};
}

Result<Namespaces> make_namespaces(uint32_t uid_base, uint32_t uid_count,
                                   const std::vector<Prefix>& forbidden) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
    return errno_failure("socketpair", errno);
  }
  Descriptor ours(ends[0]);
  Descriptor theirs(ends[1]);
  const long pid = ::syscall(SYS_clone, CLONE_NEWUSER | CLONE_NEWNET | SIGCHLD, nullptr, nullptr,
                             nullptr, nullptr);
  if (pid < 0) {
    return failure(ErrorCode::unsupported,
                   "containers need user namespaces, which this host refuses (look at sysctl "
                   "user.max_user_namespaces, and whether this is root)");
  }
  if (pid == 0) {
    ::close(ends[0]);
    set_up_inside(ends[1], forbidden);
  }
  theirs.reset();
  auto made = adopt(static_cast<pid_t>(pid), ours.get(), uid_base, uid_count);
  ours.reset();
  ::kill(static_cast<pid_t>(pid), SIGKILL);
  while (::waitpid(static_cast<pid_t>(pid), nullptr, 0) < 0 && errno == EINTR) {
  }
  return made;
}

Result<Slirp> Slirp::start(const Namespaces& namespaces, const Subnet& subnet) {
  const std::string program = find_program({"slirp4netns"});
  if (program.empty()) {
    return failure(ErrorCode::unsupported,
                   "the runtimes' network needs slirp4netns: apt-get install slirp4netns");
  }
  std::array<std::array<int, 2>, 3> pipes{};
  Slirp slirp;
  std::array<Descriptor, 3> theirs;
  for (size_t i = 0; i < pipes.size(); ++i) {
    if (::pipe2(pipes[i].data(), O_CLOEXEC) < 0) return errno_failure("pipe", errno);
    // Of the exit pipe slirp4netns has the end to read from, of the others the end to write to.
    const size_t our_end = i == 1 ? 1 : 0;
    (i == 0 ? slirp.ready_ : i == 1 ? slirp.exit_ : slirp.error_).reset(pipes[i][our_end]);
    theirs[i].reset(pipes[i][1 - our_end]);
  }
  // It must not wait for us to read what it says while it runs.
  ::fcntl(theirs[2].get(), F_SETFL, O_NONBLOCK);
  const auto path = [](int fd) { return "/proc/self/fd/" + std::to_string(fd); };
  auto child = launch(
      {.argv = {program, "--configure", "--mtu=65520", "--disable-host-loopback",
                "--cidr=" + subnet.cidr, "--enable-sandbox", "--enable-seccomp", "--ready-fd=3",
                "--exit-fd=4", "--netns-type=path", "--userns-path=" + path(5), path(6), "tap0"},
       .descriptors = {{theirs[0].get(), 3},
                       {theirs[1].get(), 4},
                       {namespaces.user.get(), 5},
                       {namespaces.network.get(), 6},
                       {theirs[2].get(), 2}},
       .dies_with_us = true});
  if (!child) return std::unexpected(child.error());
  slirp.child_ = std::move(*child);
  return slirp;
}

Task<Result<>> Slirp::ready() {
  const bool answered = co_await wait_readable(ready_.get(), kReadyDeadline);
  if (!answered) {
    co_return failure(ErrorCode::timeout, "slirp4netns does not get ready");
  }
  char answer = 0;
  if (::read(ready_.get(), &answer, 1) == 1) co_return Result<>{};
  std::array<char, 512> said{};
  ::fcntl(error_.get(), F_SETFL, O_NONBLOCK);
  const ssize_t size = ::read(error_.get(), said.data(), said.size());
  std::string text(said.data(), static_cast<size_t>(std::max<ssize_t>(size, 0)));
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < ' '; }, ' ');
  co_return failure(ErrorCode::unavailable, "slirp4netns ended: " + text);
}

void Slirp::stop() {
  exit_.reset();
  child_.end();
}

std::string make_resolv_conf(const std::string& name_server, const std::string& host_text) {
  std::string text = "nameserver " + name_server + "\n";
  constexpr size_t kSearchLimit = 1024;
  for (size_t start = 0; start < host_text.size();) {
    const size_t end = std::min(host_text.find('\n', start), host_text.size());
    const std::string line = host_text.substr(start, end - start);
    const bool wanted = line.starts_with("search ") || line.starts_with("options ");
    if (wanted && line.size() < kSearchLimit) text += line + "\n";
    start = end + 1;
  }
  return text;
}

}  // namespace colibri::supervisor
