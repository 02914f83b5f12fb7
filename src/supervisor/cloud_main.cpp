// colibri-cloud: one cloud of one person as a folder, for as long as the server wants it. A program
// of its own, so that the cloud is mounted where nobody else sees it (in its mount namespace, which
// others enter by its process), and all of it ends with it.
//
// Reads one line of JSON from stdin (docs/protocol.md 8.2), looks whether the cloud answers, mounts
// it, and says {"ready":true} or {"error":…} on stdout, and then {"said":…} for what rclone says.
// It ends when stdin does, or rclone.
//
// Under the name of fusermount it is what rclone calls to get that mount.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstring>
#include <string>

#include "async/spawn.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "engine/cgroup_mounts.hpp"
#include "engine/find_program.hpp"
#include "link/prefix.hpp"
#include "supervisor/cloud_sandbox.hpp"
#include "supervisor/mounts.hpp"
#include "supervisor/network.hpp"

namespace colibri::supervisor {
namespace {

constexpr size_t kMostSpecBytes = 1u << 20;
constexpr size_t kMostSaid = 4096;
constexpr int kCheckLimitMs = 30'000;
constexpr int kEndLimitMs = 5'000;

struct Spec {
  std::string folder;  // Of this cloud.
  std::string remote;  // "cloud:path"
  std::vector<std::string> env;
  std::vector<link::Prefix> allowed;
  bool everywhere = false;  // The host's own network.
  int64_t cache_bytes = 0;
};

Result<std::string> read_line() {
  std::string line;
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) == 1) {
    if (byte == '\n') return line;
    if (line.size() == kMostSpecBytes) break;
    line += byte;
  }
  return failure(ErrorCode::invalid, "no line of JSON came");
}

Result<Spec> read_spec() {
  const auto line = read_line();
  const auto told = line ? json::parse_object(*line) : std::unexpected(line.error());
  if (!told) return std::unexpected(told.error());
  Spec spec{.folder = json::string_at(*told, "folder").value_or(""),
            .remote = json::string_at(*told, "remote").value_or(""),
            .env = {},
            .allowed = {},
            .everywhere = json::bool_at(*told, "everywhere").value_or(false),
            .cache_bytes = json::integer_at(*told, "cache_bytes").value_or(0)};
  if (!spec.folder.starts_with('/') || !spec.remote.starts_with("cloud:"))
    return failure(ErrorCode::invalid, "folder and remote must be given");
  const json::Array* env = json::array_at(*told, "env");
  for (const json::Value& each : env ? *env : json::Array{})
    if (const std::string* text = each.if_string()) spec.env.push_back(*text);
  const json::Array* networks = json::array_at(*told, "network_allow");
  for (const json::Value& each : networks ? *networks : json::Array{}) {
    const std::string* text = each.if_string();
    const auto prefix = link::parse_prefix(text ? *text : "");
    if (!prefix) return std::unexpected(prefix.error());
    spec.allowed.push_back(*prefix);
  }
  return spec;
}

struct Network {
  Namespaces namespaces;
  Slirp slirp;
  std::string resolv_conf;
};

Task<void> await_ready(Slirp& slirp, Result<>& outcome) {
  outcome = co_await slirp.ready();
}

// As runtimes have it: no way to this host, to what tells a machine its keys, and to private
// networks but those that are allowed.
Result<Network> make_network(const Spec& spec) {
  const std::string own = engine::read_small_file("/etc/resolv.conf");
  if (spec.everywhere) return Network{{}, {}, own};
  const auto addresses = host_addresses();
  auto namespaces =
      make_namespaces(kCloudUser, 1, link::unreachable_networks(addresses, spec.allowed));
  if (!namespaces) return std::unexpected(namespaces.error());
  const Subnet subnet = choose_subnet(addresses);
  auto slirp = Slirp::start(*namespaces, subnet);
  if (!slirp) return std::unexpected(slirp.error());
  Network network{*std::move(namespaces), *std::move(slirp),
                  make_resolv_conf(subnet.name_server, own)};
  asio::io_context context;
  Result<> ready = failure(ErrorCode::io, "the cloud's network does not get ready");
  async::spawn(context.get_executor(), await_ready(network.slirp, ready), "a cloud's network");
  context.run();
  if (!ready) return std::unexpected(ready.error());
  return network;
}

Result<> make_folders(const std::string& folder) {
  for (const char* each : {"/root", "/cache", "/mount", "/mount/cloud"})
    if (::mkdir((folder + each).c_str(), 0700) != 0 && errno != EEXIST)
      return errno_failure("making " + folder + each, errno);
  if (::chown((folder + "/cache").c_str(), kCloudUser, kCloudUser) != 0)
    return errno_failure("giving the cache to rclone", errno);
  return {};
}

struct Pipe {
  Descriptor read, write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno_failure("pipe", errno);
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

// Keeps the end of what is said.
void keep(std::string& said, std::string_view more) {
  said += more;
  if (said.size() > 2 * kMostSaid) said.erase(0, said.size() - kMostSaid);
}

void tell(const json::Object& what) {
  std::puts(json::serialize(what).c_str());
  std::fflush(stdout);
}

// Tells each line that comes, until the last has; false when nobody wants it any more.
bool tell_all(int from) {
  std::string said;
  for (;;) {
    std::array<char, 4096> piece{};
    std::array<pollfd, 2> ways = {{{from, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
    if (::poll(ways.data(), ways.size(), -1) < 0 && errno != EINTR) return false;
    if (ways[1].revents != 0) return false;
    if (ways[0].revents == 0) continue;
    const ssize_t got = ::read(from, piece.data(), piece.size());
    if (got <= 0) return true;
    said.append(piece.data(), static_cast<size_t>(got));
    for (size_t end = said.find('\n'); end != std::string::npos; end = said.find('\n')) {
      tell({{"said", said.substr(0, end)}});
      said.erase(0, end + 1);
    }
    if (said.size() >= kMostSaid) said.clear();
  }
}

// What comes until all of it has come; whether it has. Not when nothing comes within the limit, or
// nobody wants it any more.
bool collect(int from, int limit_ms, std::string& said) {
  std::array<char, 4096> piece{};
  for (;;) {
    std::array<pollfd, 2> ways = {{{from, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
    if (::poll(ways.data(), ways.size(), limit_ms) <= 0) return false;
    if (ways[1].revents != 0) return false;
    const ssize_t got = ::read(from, piece.data(), piece.size());
    if (got <= 0) return true;
    keep(said, {piece.data(), static_cast<size_t>(got)});
  }
}

class Cloud {
 public:
  Cloud(Spec spec, Network network, std::string rclone)
      : spec_(std::move(spec)),
        network_(std::move(network)),
        rclone_(std::move(rclone)),
        sandbox_{.folder = spec_.folder,
                 .resolv_conf = network_.resolv_conf,
                 .network = spec_.everywhere ? -1 : network_.namespaces.network.get()} {
    spec_.env.insert(
        spec_.env.end(),
        {"PATH=/shim:/usr/bin", "HOME=/tmp", "LANG=C.UTF-8", "GOMAXPROCS=2", "GOMEMLIMIT=256MiB",
         "RCLONE_CONFIG=/tmp/rclone.conf", "RCLONE_ASK_PASSWORD=false", "RCLONE_CONTIMEOUT=10s",
         "RCLONE_TIMEOUT=20s", "RCLONE_RETRIES=1", "RCLONE_LOW_LEVEL_RETRIES=2"});
  }

  // Whether the cloud can be listed; what rclone says when not.
  Result<> check() {
    auto pipe = make_pipe();
    if (!pipe) return std::unexpected(pipe.error());
    const auto pid = start_in_cloud_sandbox(
        sandbox_, {.argv = {rclone_, "lsf", "--max-depth", "1", spec_.remote},
                   .env = spec_.env,
                   .said = pipe->write.get()});
    if (!pid) return std::unexpected(pid.error());
    pipe->write.reset();
    std::string said;
    const bool told = collect(pipe->read.get(), kCheckLimitMs, said);
    if (!told) ::kill(*pid, SIGKILL);
    int status = 0;
    ::waitpid(*pid, &status, 0);
    if (!told) return failure(ErrorCode::timeout, "it does not answer");
    if (status != 0) return failure(ErrorCode::unavailable, said);
    return {};
  }

  // Mounts it, says so, and serves it to its end.
  Result<> serve() {
    Descriptor fuse(::open("/dev/fuse", O_RDWR | O_CLOEXEC));
    if (!fuse) return errno_failure("clouds need /dev/fuse (modprobe fuse)", errno);
    const std::string place = spec_.folder + "/mount/cloud";
    const std::string options =
        "fd=" + std::to_string(fuse.get()) + ",rootmode=40000,user_id=0,group_id=0,allow_other";
    if (::mount("cloud", place.c_str(), "fuse", MS_NOSUID | MS_NODEV, options.c_str()) != 0)
      return errno_failure("mounting the cloud", errno);
    auto pipe = make_pipe();
    if (!pipe) return std::unexpected(pipe.error());
    const auto pid = start_in_cloud_sandbox(sandbox_, {.argv = {rclone_,
                                                                "mount",
                                                                spec_.remote,
                                                                kCloudPlace,
                                                                "--cache-dir",
                                                                kCloudCache,
                                                                "--vfs-cache-mode",
                                                                "writes",
                                                                "--vfs-write-back",
                                                                "0",
                                                                "--vfs-cache-max-size",
                                                                std::to_string(spec_.cache_bytes),
                                                                "--dir-cache-time",
                                                                "5s",
                                                                "--attr-timeout",
                                                                "1s",
                                                                "--allow-other",
                                                                "--uid",
                                                                "0",
                                                                "--gid",
                                                                "0",
                                                                "--umask",
                                                                "022",
                                                                "--buffer-size",
                                                                "4M",
                                                                "--vfs-read-chunk-size",
                                                                "16M"},
                                                       .env = spec_.env,
                                                       .said = pipe->write.get(),
                                                       .mount = fuse.get()});
    if (!pid) return std::unexpected(pid.error());
    pipe->write.reset();
    fuse.reset();  // With rclone's own the mount ends.
    tell({{"ready", true}});
    const bool ended = tell_all(pipe->read.get());
    return end(*pid, ended);
  }

 private:
  static Result<> end(pid_t pid, bool ended) {
    if (!ended) ::kill(pid, SIGTERM);
    const auto pidfd = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    pollfd way = {.fd = pidfd.get(), .events = POLLIN, .revents = 0};
    if (::poll(&way, 1, kEndLimitMs) <= 0) ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    if (!ended) return {};
    return failure(ErrorCode::unavailable, "rclone has ended");
  }

  Spec spec_;
  Network network_;
  std::string rclone_;
  CloudSandbox sandbox_;
};

Result<> run() {
  auto spec = read_spec();
  if (!spec) return std::unexpected(spec.error());
  const std::string rclone = engine::find_program({"rclone"});
  if (!rclone.starts_with("/usr/"))
    return failure(ErrorCode::unsupported, "clouds need rclone: apt-get install rclone");
  if (auto own = enter_private_mounts(); !own) return own;
  if (auto made = make_folders(spec->folder); !made) return made;
  auto network = make_network(*spec);
  if (!network) return std::unexpected(network.error());
  Cloud cloud(*std::move(spec), *std::move(network), rclone);
  if (auto good = cloud.check(); !good) return good;
  return cloud.serve();
}

}  // namespace
}  // namespace colibri::supervisor

int main(int, char** argv) {
  using namespace colibri;
  try {
    if (std::strstr(argv[0], "fusermount") != nullptr) return supervisor::hand_mount_over();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::signal(SIGPIPE, SIG_IGN);
    const auto done = supervisor::run();
    if (done) return 0;
    const json::Object told{{"error", done.error().detail}, {"code", to_string(done.error().code)}};
    std::puts(json::serialize(told).c_str());
  } catch (const std::exception& e) {
    std::fprintf(stderr, "colibri-cloud: %s\n", e.what());
  }
  return 1;
}
