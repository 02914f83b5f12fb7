#include "supervisor/init_channel.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>
#include <deque>
#include <map>
#include <optional>

#include "async/event.hpp"
#include "async/spawn.hpp"
#include "base/json.hpp"
#include "base/log.hpp"

namespace colibri::supervisor {
namespace {

constexpr size_t kDatagramLimit = 64 * 1024;
// Room for the other fields and for what a kernel may add to a datagram.
constexpr size_t kSpawnLimit = 60 * 1024;
constexpr size_t kSendQueueLimit = 1024;
constexpr auto kSpawnDeadline = std::chrono::seconds(10);

json::Array strings(const std::vector<std::string>& texts) {
  return json::Array(texts.begin(), texts.end());
}

Error spawn_error(int number, const std::string& program) {
  switch (number) {
    case ENOENT:
      return {ErrorCode::not_found, "there is no program " + program};
    case EACCES:
    case EPERM:
      return {ErrorCode::denied, program + " may not be run"};
    case E2BIG:
      return {ErrorCode::too_large, "the arguments of " + program + " are too large"};
    default:
      return errno_failure("cannot start " + program, number).error();
  }
}

int bounded_at(const json::Object& message, const char* name, int least, int most) {
  return static_cast<int>(
      std::clamp<int64_t>(json::integer_at(message, name).value_or(least), least, most));
}

}  // namespace

struct InitChannel::State : std::enable_shared_from_this<InitChannel::State> {
  struct Datagram {
    std::string text;
    std::vector<Descriptor> descriptors;
  };
  struct Starting {
    async::Event answered;
    int error = 0;  // What init said: 0 for started, else its errno.
    bool gone = false;
  };
  struct Running {
    bool announced = false;         // Our caller has the id.
    std::optional<ExitStatus> end;  // It ended before that.
  };

  State(asio::any_io_executor executor, Descriptor ours) : socket(executor, ours.release()) {}

  Task<void> receive_loop();
  Task<void> send_loop();
  void enqueue(Datagram datagram);
  // Sends what the socket takes now; true when nothing is left.
  bool flush();
  void handle(std::string_view text);
  void handle_exit(ProcessId id, ExitStatus status);
  // The caller of spawn() learns the id now; an exit that was quicker follows.
  void announce(ProcessId id);
  void fail();

  asio::posix::stream_descriptor socket;
  InitChannel* owner = nullptr;  // Null once closed.
  ProcessId last_id = 0;
  // A process is in `starting` until its answer came, then in `running` until it has exited.
  std::map<ProcessId, std::shared_ptr<Starting>> starting;
  std::map<ProcessId, Running> running;
  std::deque<Datagram> queue;
  bool sending = false;
};

Result<InitChannel::Ends> InitChannel::make_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
    return errno_failure("socketpair", errno);
  }
  // The options of our end only: init's blocks.
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return Ends{Descriptor(ends[0]), Descriptor(ends[1])};
}

InitChannel::InitChannel(asio::any_io_executor executor, Descriptor ours)
    : state_(std::make_shared<State>(executor, std::move(ours))) {
  state_->owner = this;
  async::spawn(executor, state_->receive_loop(), "receiving from colibri-init");
}

InitChannel::~InitChannel() {
  close();
}

void InitChannel::close() {
  if (state_->owner == nullptr) return;
  state_->owner = nullptr;
  state_->fail();
}

Task<Result<ProcessId>> InitChannel::spawn(SpawnRequest request) {
  const auto state = state_;
  if (state->owner == nullptr) {
    co_return failure(ErrorCode::unavailable, "the sandbox has ended");
  }
  if (request.argv.empty() || request.argv[0].empty()) {
    co_return failure(ErrorCode::invalid, "no program to start");
  }
  const ProcessId id = ++state->last_id;
  State::Datagram datagram{json::serialize(json::Object{{"type", "spawn"},
                                                        {"id", id},
                                                        {"argv", strings(request.argv)},
                                                        {"env", strings(request.env)},
                                                        {"cwd", request.cwd}}),
                           {}};
  if (datagram.text.size() > kSpawnLimit) {
    co_return failure(ErrorCode::too_large, "arguments and environment pass 60 KiB");
  }
  for (const int fd : {request.stdin_fd, request.stdout_fd, request.stderr_fd}) {
    Descriptor copy(fd < 0 ? ::open("/dev/null", O_RDWR | O_CLOEXEC)
                           : ::fcntl(fd, F_DUPFD_CLOEXEC, 3));
    if (!copy) co_return errno_failure("cannot hand over a descriptor", errno);
    datagram.descriptors.push_back(std::move(copy));
  }
  const auto starting = std::make_shared<State::Starting>();
  state->starting.emplace(id, starting);
  state->enqueue(std::move(datagram));

  const bool answered = co_await starting->answered.wait_for(kSpawnDeadline);
  if (!answered) {
    state->starting.erase(id);
    // It may still start: take it down with its group, and tell nobody.
    if (state->owner != nullptr) state->owner->signal(id, SIGKILL, true);
    co_return failure(ErrorCode::timeout, "no answer from inside the sandbox");
  }
  if (starting->gone) co_return failure(ErrorCode::unavailable, "the sandbox has ended");
  if (starting->error != 0) {
    co_return std::unexpected(spawn_error(starting->error, request.argv[0]));
  }
  state->announce(id);
  co_return id;
}

void InitChannel::signal(ProcessId id, int signal, bool group) {
  if (state_->owner == nullptr || id == 0 || id > state_->last_id) return;
  state_->enqueue({json::serialize(json::Object{
                       {"type", "signal"}, {"id", id}, {"signal", signal}, {"group", group}}),
                   {}});
}

void InitChannel::State::enqueue(Datagram datagram) {
  if (queue.size() >= kSendQueueLimit) {
    log::error("colibri-init takes no more messages");
    return fail();
  }
  queue.push_back(std::move(datagram));
  if (sending || flush()) return;
  sending = true;
  async::spawn(socket.get_executor(), send_loop(), "sending to colibri-init");
}

bool InitChannel::State::flush() {
  while (!queue.empty() && socket.is_open()) {
    const Datagram& datagram = queue.front();
    iovec part = {const_cast<char*>(datagram.text.data()), datagram.text.size()};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * 3)] = {};
    msghdr header = {};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    if (!datagram.descriptors.empty()) {
      header.msg_control = control;
      header.msg_controllen = CMSG_SPACE(sizeof(int) * datagram.descriptors.size());
      cmsghdr* rights = CMSG_FIRSTHDR(&header);
      rights->cmsg_level = SOL_SOCKET;
      rights->cmsg_type = SCM_RIGHTS;
      rights->cmsg_len = CMSG_LEN(sizeof(int) * datagram.descriptors.size());
      for (size_t i = 0; i < datagram.descriptors.size(); ++i) {
        const int fd = datagram.descriptors[i].get();
        std::memcpy(CMSG_DATA(rights) + i * sizeof fd, &fd, sizeof fd);
      }
    }
    if (::sendmsg(socket.native_handle(), &header, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == ENOBUFS) return false;
      // A closed socket is noticed by the receiving side, which tells what it knows.
    }
    queue.pop_front();
  }
  return true;
}

Task<void> InitChannel::State::send_loop() {
  const auto self = shared_from_this();
  while (socket.is_open() && !flush()) {
    boost::system::error_code error;
    co_await socket.async_wait(asio::posix::stream_descriptor::wait_write,
                               asio::redirect_error(asio::use_awaitable, error));
    if (error) break;
  }
  sending = false;
}

Task<void> InitChannel::State::receive_loop() {
  const auto self = shared_from_this();
  std::string buffer(kDatagramLimit, '\0');
  while (socket.is_open()) {
    boost::system::error_code error;
    co_await socket.async_wait(asio::posix::stream_descriptor::wait_read,
                               asio::redirect_error(asio::use_awaitable, error));
    if (error || !socket.is_open()) break;
    // No room for descriptors: init has none for us, and the kernel drops what is sent all the
    // same.
    const ssize_t size =
        ::recv(socket.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT | MSG_TRUNC);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (size <= 0) break;
    if (static_cast<size_t>(size) <= buffer.size()) {
      handle(std::string_view(buffer).substr(0, static_cast<size_t>(size)));
    }
  }
  InitChannel* channel = std::exchange(owner, nullptr);
  fail();
  if (channel != nullptr && channel->on_closed) channel->on_closed();
}

void InitChannel::State::handle(std::string_view text) {
  const auto message = json::parse_object(text, {.max_depth = 4});
  if (!message) return;
  const auto type = json::string_at(*message, "type");
  const auto number = json::integer_at(*message, "id");
  if (!type || !number || *number <= 0 || *number > last_id) return;
  const auto id = static_cast<ProcessId>(*number);

  if (*type == "started" || *type == "failed") {
    const auto found = starting.find(id);
    if (found == starting.end()) return;
    const auto waiting = found->second;
    starting.erase(found);
    if (*type == "started") {
      running.emplace(id, Running{});
    } else {
      waiting->error = bounded_at(*message, "errno", 1, 4095);
    }
    waiting->answered.set();
  } else if (*type == "exited") {
    handle_exit(id,
                {bounded_at(*message, "status", 0, 255), bounded_at(*message, "signal", 0, 64)});
  }
}

void InitChannel::State::handle_exit(ProcessId id, ExitStatus status) {
  const auto found = running.find(id);
  if (found == running.end()) return;
  if (!found->second.announced) {
    found->second.end = status;
    return;
  }
  running.erase(found);
  if (owner != nullptr && owner->on_exit) owner->on_exit(id, status);
}

void InitChannel::State::announce(ProcessId id) {
  const auto found = running.find(id);
  if (found == running.end()) return;
  found->second.announced = true;
  if (!found->second.end) return;
  asio::post(socket.get_executor(), [self = shared_from_this(), id, end = *found->second.end] {
    self->handle_exit(id, end);
  });
}

void InitChannel::State::fail() {
  boost::system::error_code ignored;
  socket.close(ignored);
  queue.clear();
  running.clear();
  for (auto& [id, waiting] : std::exchange(starting, {})) {
    waiting->gone = true;
    waiting->answered.set();
  }
}

}  // namespace colibri::supervisor
