#include "supervisor/kernel_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>

#include "base/utf.hpp"
#include "supervisor/stream_coalescer.hpp"

namespace colibri::supervisor {

struct KernelLog::State : std::enable_shared_from_this<KernelLog::State> {
  State(asio::any_io_executor executor, int read_end, int write_end, int file, std::string p,
        OnText listener)
      : pipe(executor, read_end),
        writer(write_end),
        log(file),
        path(std::move(p)),
        on_text(std::move(listener)) {}
  ~State() {
    close_writer();
    if (log >= 0) ::close(log);
  }

  void read() {
    pipe.async_read_some(
        asio::buffer(buffer),
        [self = shared_from_this()](const boost::system::error_code& error, size_t bytes) {
          if (error || self->closed) return;
          self->take(std::string_view(self->buffer.data(), bytes));
          self->read();
        });
  }

  void take(std::string_view bytes) {
    if (on_text) on_text(bytes);
    last += bytes;
    if (last.size() > 2 * kTailBytes) last.erase(0, last.size() - kTailBytes);
    if (log < 0) return;
    if (written + bytes.size() > kFileBytes) roll();
    // A full disk loses log lines, nothing else.
    const ssize_t n = ::write(log, bytes.data(), bytes.size());
    if (n > 0) written += static_cast<size_t>(n);
  }

  void roll() {
    if (rename(path.c_str(), (path + ".1").c_str()) != 0) return;
    const int next = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (next < 0) return;
    ::close(log);
    log = next;
    written = 0;
  }

  void close_writer() {
    if (writer >= 0) ::close(writer);
    writer = -1;
  }

  asio::posix::stream_descriptor pipe;
  int writer;
  int log;
  std::string path;
  OnText on_text;
  std::array<char, 4096> buffer{};
  std::string last;
  size_t written = 0;
  bool closed = false;
};

Result<std::unique_ptr<KernelLog>> KernelLog::open(asio::any_io_executor executor, std::string path,
                                                   OnText on_text) {
  const int log =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (log < 0) return errno_failure("Cannot open the kernel's log", errno);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    const int error = errno;
    ::close(log);
    return errno_failure("Cannot make a pipe", error);
  }
  auto state = std::make_shared<State>(std::move(executor), ends[0], ends[1], log, std::move(path),
                                       std::move(on_text));
  const off_t size = lseek(log, 0, SEEK_END);
  state->written = size > 0 ? static_cast<size_t>(size) : 0;
  state->read();
  return std::unique_ptr<KernelLog>(new KernelLog(std::move(state)));
}

KernelLog::~KernelLog() {
  state_->closed = true;
  boost::system::error_code ignored;
  state_->pipe.close(ignored);
}

int KernelLog::write_end() const {
  return state_->writer;
}
void KernelLog::close_write_end() {
  state_->close_writer();
}

std::string KernelLog::tail() const {
  std::string text = state_->last;
  (void)keep_tail(text, kTailBytes);
  return make_valid_utf8(text);
}

}  // namespace colibri::supervisor
