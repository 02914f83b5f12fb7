#include "clouds/mounted_cloud.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "async/spawn.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "engine/start_process.hpp"

namespace colibri::clouds {

namespace fs = std::filesystem;

namespace {

constexpr auto kStartLimit = std::chrono::seconds(60);
constexpr int kMostAtOnce = 4;  // Of one cloud.
constexpr size_t kMostLine = 64u << 10;
constexpr int kReapLimitMs = 10'000;
constexpr auto kLookLimit = std::chrono::seconds(30);
constexpr auto kNotesLimit = std::chrono::seconds(5);
constexpr int64_t kSlowestBytesPerSecond = 64 << 10;

Result<> make_private(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return errno_failure("making the folder " + path, errno);
  return {};
}

std::string in_capitals(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

// By the environment: it goes with the process, and others can't read it.
json::Object spec_json(const MountSpec& spec, const Cloud& cloud) {
  json::Array env{json::Value("RCLONE_CONFIG_CLOUD_TYPE=" + cloud.kind)};
  for (const auto& [name, value] : cloud.options)
    env.emplace_back("RCLONE_CONFIG_CLOUD_" + in_capitals(name) + "=" + value);
  const auto& allow = spec.reach.network_allow;
  return {{"folder", spec.folder},
          {"remote", "cloud:" + cloud.folder},
          {"env", std::move(env)},
          {"everywhere", spec.reach.everything},
          {"network_allow", json::Array(allow.begin(), allow.end())},
          {"cache_bytes", static_cast<int64_t>(spec.cache_bytes)}};
}

// Waits for its end, which it is made to come to; blocks.
void reap(pid_t pid) {
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  pollfd way = {.fd = pidfd, .events = POLLIN, .revents = 0};
  if (pidfd < 0 || poll(&way, 1, kReapLimitMs) <= 0) kill(pid, SIGKILL);
  if (pidfd >= 0) close(pidfd);
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::string reach_hint(const std::string& words, const Reach& reach) {
  const bool local = words.contains("connection refused") || words.contains("unreachable") ||
                     words.contains("no route");
  if (reach.everything || !local) return "";
  return " (clouds reach no addresses of this server and of private networks, unless its "
         "administrator lets them)";
}

Error start_error(const json::Object& told, const Kind& kind, const Cloud& cloud,
                  const Reach& reach) {
  const std::string code = json::string_at(told, "code").value_or("");
  const std::string words =
      clear_words(json::string_at(told, "error").value_or(""), kind, cloud.options);
  if (code == "unsupported") return {ErrorCode::unsupported, "This server can't: " + words + "."};
  if (code == "timeout")
    return {ErrorCode::timeout, "The cloud \"" + cloud.name + "\" does not answer."};
  if (refuses_secret(words))
    return {ErrorCode::unavailable,
            "The cloud \"" + cloud.name +
                "\" refuses the name or the secret that you gave: " + words + "."};
  return {ErrorCode::unavailable, "The cloud \"" + cloud.name + "\" cannot be reached: " + words +
                                      reach_hint(words, reach) + "."};
}

Result<> copy_into(int from, int to, int64_t bytes) {
  std::string piece(1u << 20, '\0');
  for (int64_t at = 0; at < bytes;) {
    const ssize_t got = pread(from, piece.data(), piece.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_failure("reading an upload", errno);
    if (got == 0) return failure(ErrorCode::io, "an upload became shorter");
    for (ssize_t done = 0; done < got;) {
      const ssize_t wrote = write(to, piece.data() + done, static_cast<size_t>(got - done));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return errno_failure("writing to the cloud's cache", errno);
      done += wrote;
    }
    at += got;
  }
  return {};
}

// rclone's notes on what it keeps of a file: whether the cloud has it as it is here.
enum class Uploaded { no, yes, unknown };
Uploaded look_uploaded(const std::string& notes, const std::string& path) {
  std::error_code none;
  for (const auto& each : fs::directory_iterator(notes, none)) {
    std::ifstream file(each.path() / path);
    if (!file) continue;
    std::ostringstream text;
    text << file.rdbuf();
    const auto told = json::parse_object(text.str());
    if (!told) return Uploaded::no;  // It is being written.
    return json::bool_at(*told, "Dirty").value_or(true) ? Uploaded::no : Uploaded::yes;
  }
  return Uploaded::unknown;
}

}  // namespace

struct MountedCloud::Process {
  Process(const asio::any_io_executor& executor, int socket, pid_t pid)
      : line(executor, socket), pid(pid) {}

  asio::posix::stream_descriptor line;
  pid_t pid;
  bool alive = true;  // And not reaped.
  async::Event over;
  std::string buffer;
  std::string last_said;
  Kind kind;
  Options options;

  // The next line; empty at the end.
  static Task<std::string> read_line(std::shared_ptr<Process> self) {
    boost::system::error_code error;
    const size_t size =
        co_await asio::async_read_until(self->line, asio::dynamic_buffer(self->buffer, kMostLine),
                                        '\n', asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return std::string();
    std::string text = self->buffer.substr(0, size);
    self->buffer.erase(0, size);
    co_return text;
  }

  static Task<void> watch(std::shared_ptr<Process> self, async::BlockingPool& pool) {
    for (;;) {
      const std::string text = co_await read_line(self);
      if (text.empty()) break;
      const auto told = json::parse_object(text);
      const auto said = told ? json::string_at(*told, "said") : std::nullopt;
      if (!said || !begins_message(*said)) continue;
      self->last_said = clear_words(*said, self->kind, self->options);
      log::debug("a cloud says: {}", self->last_said);
    }
    self->alive = false;
    boost::system::error_code ignored;
    self->line.close(ignored);
    auto work = [pid = self->pid] { reap(pid); };
    co_await pool.run(std::move(work));
    self->over.set();
  }
};

Task<Result<std::shared_ptr<MountedCloud>>> MountedCloud::start(async::BlockingPool& pool,
                                                                MountSpec spec, const Kind& kind,
                                                                Cloud cloud) {
  const std::string parent = fs::path(spec.folder).parent_path();
  for (const std::string& folder : {parent, spec.folder})
    if (auto made = make_private(folder); !made) co_return std::unexpected(made.error());
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    co_return errno_failure("a socket", errno);
  const auto pid = engine::start_child({spec.program}, ends[1], ends[1]);
  close(ends[1]);
  if (!pid) {
    close(ends[0]);
    co_return std::unexpected(pid.error());
  }
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto process = std::make_shared<Process>(executor, ends[0], *pid);
  process->kind = kind;
  process->options = cloud.options;
  std::shared_ptr<MountedCloud> self(new MountedCloud(pool, process));
  self->name_ = cloud.name;
  self->folder_ = spec.folder;
  self->top_ = cloud.folder;
  const auto late = std::make_shared<asio::steady_timer>(executor, kStartLimit);
  late->async_wait([process](boost::system::error_code error) {
    if (!error && process->alive) kill(process->pid, SIGKILL);
  });
  const std::string line = json::serialize(spec_json(spec, cloud)) + "\n";
  boost::system::error_code error;
  co_await asio::async_write(process->line, asio::buffer(line),
                             asio::redirect_error(asio::use_awaitable, error));
  const std::string answer = co_await Process::read_line(process);
  late->cancel();
  async::spawn(executor, Process::watch(process, pool), "watching a cloud");
  const auto told = json::parse_object(answer);
  if (!told) co_return failure(ErrorCode::timeout, "The cloud does not answer.");
  if (!json::bool_at(*told, "ready").value_or(false))
    co_return std::unexpected(start_error(*told, kind, cloud, spec.reach));
  auto folder = [path = self->place()] { return drive::Drive::of_folder(path); };
  auto drive = co_await pool.run(std::move(folder));
  if (!drive) co_return std::unexpected(drive.error());
  self->drive_ = std::make_shared<const drive::Drive>(*std::move(drive));
  co_return self;
}

MountedCloud::~MountedCloud() {
  boost::system::error_code ignored;
  process_->line.close(ignored);  // Which ends it; watch() reaps.
}

bool MountedCloud::alive() const {
  return process_->alive;
}

pid_t MountedCloud::process() const {
  return process_->pid;
}

std::string MountedCloud::folder() const {
  return folder_ + "/mount/" + std::string(kTop);
}

std::string MountedCloud::place() const {
  return "/proc/" + std::to_string(process_->pid) + "/root" + folder_ + "/mount";
}

void MountedCloud::break_off() {
  if (process_->alive) kill(process_->pid, SIGKILL);
}

Result<> MountedCloud::too_busy() const {
  if (!process_->alive) return std::unexpected(too_late());
  if (busy_ >= kMostAtOnce)
    return failure(ErrorCode::too_many,
                   "The cloud \"" + name_ + "\" is busy with other requests; try again.");
  return {};
}

Error MountedCloud::too_late() const {
  return {ErrorCode::timeout, "The cloud \"" + name_ + "\" did not answer in time."};
}

Error MountedCloud::in_words(Error error) const {
  const std::string inside = "\"" + std::string(kTop) + "/";
  if (const size_t at = error.detail.find(inside); at != std::string::npos)
    error.detail.replace(at, inside.size(), "\"");
  if (error.code != ErrorCode::io) return error;
  const std::string why = process_->last_said.empty() ? error.detail : process_->last_said;
  return {ErrorCode::unavailable, "The cloud \"" + name_ + "\" cannot be reached: " + why + "."};
}

Task<Result<>> MountedCloud::put(std::string path, int from, int64_t bytes, bool replaces) {
  const auto self = shared_from_this();
  const size_t slash = path.rfind('/');
  const std::string temporary = random_id(path.substr(0, slash + 1) + ".uploading-");
  auto write = [d = drive_, temporary, path, from, bytes, replaces]() -> Result<> {
    const auto there = d->look(path);
    if (!there) return std::unexpected(there.error());
    if (*there && (!replaces || (*there)->is_folder))
      return failure(ErrorCode::conflict, "There is a file of this name already.");
    const auto opened = d->create_file(temporary);
    if (!opened) return std::unexpected(opened.error());
    auto copied = copy_into(from, *opened, bytes);
    if (!copied) (void)d->erase_all(temporary);  // Before it is closed: so nothing is sent.
    if (close(*opened) != 0 && copied) copied = errno_failure("writing to the cloud", errno);
    return copied;
  };
  const async::Duration limit = kLookLimit + std::chrono::seconds(bytes / (4 << 20));
  const auto written = co_await run(limit, std::move(write));
  if (!written) co_return written;
  const auto sent = co_await await_upload(temporary, bytes);
  auto name = [d = drive_, temporary, path, sent, replaces]() -> Result<> {
    if (!sent) {
      (void)d->erase_all(temporary);
      return sent;
    }
    auto named = d->overwrite(temporary, path);
    if (!named && replaces && d->erase_all(path)) named = d->overwrite(temporary, path);
    if (!named) (void)d->erase_all(temporary);
    return named;
  };
  co_return co_await run(limit, std::move(name));
}

Task<Result<>> MountedCloud::await_upload(std::string path, int64_t bytes) {
  // Behind kTop; rclone's notes lie below the folder that is the cloud's top.
  const std::string below = path.substr(kTop.size() + 1);
  const std::string top = top_.substr(std::min(top_.find_first_not_of('/'), top_.size()));
  const std::string noted = top.empty() ? below : top + "/" + below;
  const std::string notes = folder_ + "/cache/vfsMeta";
  process_->last_said.clear();
  const auto began = async::Clock::now();
  const auto end =
      began + std::chrono::minutes(2) + std::chrono::seconds(bytes / kSlowestBytesPerSecond);
  const std::string name = path.substr(path.rfind('/') + 1);
  for (auto pause = std::chrono::milliseconds(5); async::Clock::now() < end;
       pause = std::min(pause * 2, std::chrono::milliseconds(500))) {
    auto look = [notes, noted] { return look_uploaded(notes, noted); };
    const Uploaded now = co_await pool_.run(std::move(look));
    if (now == Uploaded::yes) co_return Result<>();
    // It has made room for others, which it does only with what the cloud has.
    const bool gone = now == Uploaded::unknown && async::Clock::now() - began > kNotesLimit;
    if (gone) co_return Result<>();
    if (!process_->alive) co_return std::unexpected(too_late());
    if (process_->last_said.contains("ailed") && process_->last_said.contains(name))
      co_return failure(
          ErrorCode::unavailable,
          "The cloud \"" + name_ + "\" did not take the file: " + process_->last_said);
    co_await async::sleep_for(pause);
  }
  co_return std::unexpected(too_late());
}

Task<bool> MountedCloud::end(async::Duration limit) {
  const auto process = process_;
  boost::system::error_code ignored;
  if (process->alive) process->line.close(ignored);
  const bool over = co_await process->over.wait_for(limit);
  co_return over;
}

}  // namespace colibri::clouds
