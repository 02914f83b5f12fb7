#pragma once
// One start of one kernel: its process in the sandbox, its sockets, and the way from "started" to
// "answers". A restart makes a new one. All use is on the one reactor thread.
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "async/event.hpp"
#include "async/task.hpp"
#include "jupyter/kernelspec.hpp"
#include "supervisor/kernel_log.hpp"
#include "supervisor/kernel_sockets.hpp"
#include "supervisor/sandbox.hpp"

namespace colibri::supervisor {

class Kernel : public std::enable_shared_from_this<Kernel> {
 public:
  static constexpr auto kStartLimit = std::chrono::seconds(60);

  struct Plan {
    jupyter::Kernelspec spec;
    std::vector<std::string> argv;  // Of `spec`, filled in for connection_file(sandbox).
    std::vector<std::string> env;
    std::string cwd = "/content";
    std::string log_path;
    int slot = 0;  // Of two kernels at a time each has its own, for its files.
  };

  // All are called on the reactor thread, never inside a call of the owner's.
  struct Callbacks {
    std::function<void()> on_ready;
    std::function<void(jupyter::Channel, jupyter::Message)> on_message;
    // It has exited (or could not be started, or did not answer in time): see exit() and problem().
    std::function<void()> on_end;
    // What its process printed itself.
    KernelLog::OnText on_text;
  };

  // `sandbox` and `context` outlive this.
  Kernel(asio::any_io_executor executor, Sandbox& sandbox, zmq::context_t& context, Plan plan,
         Callbacks callbacks);

  // As the kernel sees it.
  [[nodiscard]] static std::string connection_file(const Sandbox& sandbox, int slot = 0);

  // Starts it; on_ready or on_end follows.
  void start();

  // Sends a request; its msg_id, or nothing when the kernel doesn't take it now.
  std::optional<std::string> request(jupyter::Channel channel, std::string type,
                                     json::Object content, json::Object parent = {});
  std::optional<std::string> send(jupyter::Channel channel, jupyter::Message message);
  // A request to be filled in and sent.
  [[nodiscard]] jupyter::Message make(std::string type, json::Object content);

  void interrupt();
  void poke();
  // Messages get lost: opens the sockets anew. Not ready until on_ready comes again.
  void renew();

  // Ends it: asks, then SIGTERM, then SIGKILL; within 4 s. `busy` asks more harshly, for a running
  // cell would not let it go by itself. No callback comes any more, from the call on.
  Task<void> stop(bool busy);

  // Ends it by force, without waiting. No callback comes any more.
  void discard();

  // From the sandbox: the process `id` is gone.
  void note_exit(ProcessId id, ExitStatus status);

  [[nodiscard]] bool ready() const { return ready_; }
  [[nodiscard]] const std::optional<ExitStatus>& exit() const { return exit_; }
  // Why there is no kernel, when it did not exit by itself: one sentence, and its last words.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] std::string last_words() const { return log_ ? log_->tail() : ""; }
  [[nodiscard]] const jupyter::Kernelspec& spec() const { return plan_.spec; }
  [[nodiscard]] const Plan& plan() const { return plan_; }
  [[nodiscard]] const std::string& language() const { return language_; }

 private:
  static Task<void> launch(std::shared_ptr<Kernel> self);
  static Task<void> nudge(std::shared_ptr<Kernel> self);
  Result<> prepare();
  void receive(jupyter::Channel channel, jupyter::Message message);
  void become_ready_if_so();
  void end(std::string problem);

  asio::any_io_executor executor_;
  Sandbox& sandbox_;
  zmq::context_t& context_;
  Plan plan_;
  Callbacks callbacks_;
  jupyter::Session session_;
  std::unique_ptr<KernelLog> log_;
  std::unique_ptr<KernelSockets> sockets_;
  std::optional<ProcessId> process_;
  std::optional<std::pair<ProcessId, ExitStatus>> early_exit_;  // Told before spawn() returned.
  std::optional<ExitStatus> exit_;
  async::Event exited_;
  std::string problem_, language_;
  bool ready_ = false, stopping_ = false, ended_ = false;
  bool launching_ = false, discarded_ = false;
  bool info_replied_ = false, iopub_seen_ = false;
  std::string info_request_;
};

}  // namespace colibri::supervisor
