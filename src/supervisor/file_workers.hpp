#pragma once
// The processes that serve the files lines of one runtime (file_worker.hpp). All use is on the one
// reactor thread.
#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <set>

#include "link/messages.hpp"
#include "link/supervisor_config.hpp"
#include "supervisor/launch.hpp"
#include "supervisor/sandbox.hpp"

namespace colibri::supervisor {

class FileWorkers {
 public:
  // The server keeps to fewer.
  static constexpr size_t kMost = 20;

  FileWorkers(asio::any_io_executor executor, const link::SupervisorConfig& config,
              Sandbox& sandbox);
  // Ends them: they hold the container's mounts.
  ~FileWorkers();

  void on(const link::FilesWanted& message);

 private:
  struct State;
  static Task<void> attend(std::shared_ptr<State> state, std::shared_ptr<Child> child);

  asio::any_io_executor executor_;
  std::shared_ptr<State> state_;
};

}  // namespace colibri::supervisor
