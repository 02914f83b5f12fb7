#pragma once
// What a kernel's process writes to its own stdout and stderr (not a cell's output, that comes as
// messages): kept in a file of bounded size, and its end in memory for when the kernel dies.
#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"

namespace colibri::supervisor {

namespace asio = boost::asio;

class KernelLog {
 public:
  static constexpr size_t kFileBytes = 1u << 20;  // Then it moves to PATH.1, and a new one begins.
  static constexpr size_t kTailBytes = 4096;

  // What comes in, as it comes.
  using OnText = std::function<void(std::string_view)>;

  // Appends to `path`. The pipe is read as long as this lives.
  static Result<std::unique_ptr<KernelLog>> open(asio::any_io_executor executor, std::string path,
                                                 OnText on_text);
  ~KernelLog();

  // The end of the pipe for the kernel; close it by close_write_end() once the kernel has it.
  [[nodiscard]] int write_end() const;
  void close_write_end();

  // The last lines, valid UTF-8, at most kTailBytes.
  [[nodiscard]] std::string tail() const;

 private:
  struct State;
  explicit KernelLog(std::shared_ptr<State> state) : state_(std::move(state)) {}

  std::shared_ptr<State> state_;
};

}  // namespace colibri::supervisor
