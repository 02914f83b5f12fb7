#pragma once
// The terminals of a runtime: shells on ptys in its sandbox, for whoever uses it (docs/protocol.md
// 2.6 and 3). All use is on the one reactor thread.
#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "link/messages.hpp"
#include "supervisor/kernel_environment.hpp"
#include "supervisor/sandbox.hpp"
#include "supervisor/terminal.hpp"

namespace colibri::supervisor {

class Terminals : public std::enable_shared_from_this<Terminals> {
 public:
  static constexpr size_t kMost = 8;  // That live.
  static constexpr size_t kLongestTitle = 100;

  // `sandbox` outlives this up to close(). Each question is answered by one `reply`.
  Terminals(asio::any_io_executor executor, Sandbox& sandbox, const Environment& environment,
            std::function<void(link::Reply)> reply);

  // Of the shells that are opened from now on.
  void set_environment(const Environment& environment);

  void on(link::TerminalOpen& message);
  void on(link::TerminalList& message);
  void on(link::TerminalRead& message);
  void on(link::TerminalInput& message);
  void on(link::TerminalResize& message);
  void on(link::TerminalRename& message);
  void on(link::TerminalClose& message);

  // A process of the sandbox has ended; of whatever it was.
  void note_exit(ProcessId id, ExitStatus status);
  void tick(async::Clock::time_point now);
  // All of them end; nothing is answered any more.
  void close();

 private:
  struct Entry {
    std::string title;
    int64_t created_ms = 0;
    ProcessId process = 0;  // 0: being started.
    std::shared_ptr<Terminal> terminal;
    std::optional<async::Clock::time_point> kill_at;  // Asked to end; by force from then on.
  };

  static Task<void> open(std::shared_ptr<Terminals> self, link::TerminalOpen message);
  // Starts a shell on the slave.
  static Task<Result<ProcessId>> start_shell(std::shared_ptr<Terminals> self, int slave);
  void refuse(const std::string& request, const Error& error);
  [[nodiscard]] Entry* find(const std::string& id);
  [[nodiscard]] size_t living() const;

  asio::any_io_executor executor_;
  Sandbox& sandbox_;
  std::vector<std::string> environment_;
  std::function<void(link::Reply)> reply_;
  std::map<std::string, Entry> terminals_;
  size_t opening_ = 0;
  std::map<ProcessId, ExitStatus> early_exits_;  // While one is being started.
  bool closed_ = false;
};

}  // namespace colibri::supervisor
