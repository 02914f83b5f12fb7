#pragma once
// Tells when another program writes, moves or deletes a file in a Drive, by inotify: one watch for
// each folder, however many of its files are asked for. Where the system gives no watch, nothing is
// told; whoever needs to be sure looks at the file by itself as well. On the reactor thread.
#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>

#include "drive/drive.hpp"

namespace colibri::drive {

class FileWatch {
 public:
  explicit FileWatch(boost::asio::any_io_executor reactor);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  // Ends the watch when it goes. May outlive the FileWatch.
  class Handle {
   public:
    Handle() = default;
    explicit Handle(std::function<void()> end) : end_(std::move(end)) {}
    Handle(Handle&& other) noexcept : end_(std::exchange(other.end_, nullptr)) {}
    Handle& operator=(Handle&& other) noexcept {
      if (end_) end_();
      end_ = std::exchange(other.end_, nullptr);
      return *this;
    }
    ~Handle() {
      if (end_) end_();
    }

   private:
    std::function<void()> end_;
  };

  // Calls `changed` each time something happened to the file, or may have. It must neither block
  // nor end this watch.
  [[nodiscard]] Handle watch(const Drive& drive, const std::string& path,
                             std::function<void()> changed);

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace colibri::drive
