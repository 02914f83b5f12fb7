#pragma once
// One runtime from start to end: sandbox, kernel, link, deadlines. What the server asks for comes
// in by the link; what the kernel says goes out as numbered events. All on the one reactor thread.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "async/event.hpp"
#include "async/task.hpp"
#include "jupyter/translator.hpp"
#include "link/supervisor_config.hpp"
#include "supervisor/accelerator_watch.hpp"
#include "supervisor/agent_socket.hpp"
#include "supervisor/deadlines.hpp"
#include "supervisor/executions.hpp"
#include "supervisor/file_workers.hpp"
#include "supervisor/kernel.hpp"
#include "supervisor/kernel_environment.hpp"
#include "supervisor/link_connection.hpp"
#include "supervisor/outbox.hpp"
#include "supervisor/port_lines.hpp"
#include "supervisor/runtime_log.hpp"
#include "supervisor/stream_coalescer.hpp"
#include "supervisor/terminals.hpp"

namespace colibri::supervisor {

class Supervisor {
 public:
  static constexpr int kMaxDeathsInARow = 5;

  // `log` is what the runtime's owner may read.
  Supervisor(asio::any_io_executor executor, link::SupervisorConfig config,
             std::shared_ptr<RuntimeLog> log);
  ~Supervisor();

  // Runs the runtime to its end. What the server has not acknowledged by then lies in the spool
  // file.
  Task<void> run();

  // Ends the runtime; run() returns a little later. The first reason counts.
  void end(std::string reason, std::string detail);
  // The batch system will end the job config.warning_ms from now: the runtime ends by itself before
  // that, so that nothing of it is lost.
  void warn();

 private:
  struct Ending {
    std::string reason, detail;
  };
  struct Question {  // A completion or inspection under way.
    std::string request;
    async::Clock::time_point asked;
    bool poked = false;
  };

  // supervisor.cpp: the runtime's life, and what goes out.
  void emit(link::Event event);
  void emit_streams(std::vector<link::StreamText> streams);
  void arm_stream_timer();
  Task<void> finish_runtime();
  Task<bool> wait_for_acknowledgement(async::Duration limit);
  static Task<void> tick_loop(Supervisor& self);
  void tick(async::Clock::time_point now);
  void send_meters();
  // Whether it was word of the line that runs: that goes out unnumbered, and not too often.
  bool take_line(const jupyter::Message& message);
  void watch_running(async::Clock::time_point now);
  void watch_questions(async::Clock::time_point now);
  void watch_deadlines();

  // supervisor_kernel.cpp: kernels, one after the other.
  Task<void> kernel_loop();
  Result<Kernel::Plan> plan(int slot);
  std::shared_ptr<Kernel> make_kernel(Kernel::Plan plan);
  void start_kernel(Kernel::Plan plan);
  void on_ready();
  void on_end();
  void on_kernel_message(jupyter::Channel channel, jupyter::Message message);
  // After a death: true when a new kernel is to be started, false when it stays dead.
  bool tell_death();
  void lose_runs(const std::string& reason);
  bool oom_lately();

  // supervisor_spare.cpp: a kernel that waits for a restart.
  struct Spare {
    std::shared_ptr<Kernel> kernel;
    int64_t started_ns = 0;            // By the clock of file systems.
    std::string question;              // msg_id: where does it look for modules?
    std::vector<std::string> folders;  // There.
    std::vector<std::optional<int64_t>> changed_ns;
    bool known = false;  // All of this.
  };
  [[nodiscard]] bool may_have_spare() const;
  void tend_spare(async::Clock::time_point now);
  void on_spare_ready();
  void on_spare_message(jupyter::Channel channel, const jupyter::Message& message);
  void drop_spare(async::Duration pause);
  // The spare as the kernel for `plan`, when it is as a new one would be; else nullptr.
  std::shared_ptr<Kernel> take_spare(const Kernel::Plan& plan);
  [[nodiscard]] std::vector<std::optional<int64_t>> changes(
      const std::vector<std::string>& folders) const;

  // supervisor_requests.cpp: what the server asks for.
  void on_server_message(link::FromServer message);
  void on(link::Execute& message);
  void on(link::Interrupt&);
  void on(link::Restart& message);
  void on(link::AnswerInput& message);
  void on(link::Complete& message);
  void on(link::Inspect& message);
  void on(link::Comm& message);
  void on(link::Deadlines& message);
  void on(link::Claim& message);
  void on(link::Shutdown& message);
  void on(link::TerminalOpen& message) { ask_terminals(message); }
  void on(link::TerminalList& message) { ask_terminals(message); }
  void on(link::TerminalRead& message) { ask_terminals(message); }
  void on(link::TerminalInput& message) { ask_terminals(message); }
  void on(link::TerminalResize& message) { tell_terminals(message); }
  void on(link::TerminalRename& message) { tell_terminals(message); }
  void on(link::TerminalClose& message) { tell_terminals(message); }
  void on(link::ReadLog& message);
  void on(link::FilesWanted& message) {
    if (files_ && !ending_) files_->on(message);
  }
  void on(link::PortWanted& message) {
    if (ports_ && !ending_) ports_->on(message);
  }
  void on(link::DriveMount& message);
  void on(link::DriveUnmount& message);
  template <class Question>
  void ask_terminals(Question& question) {
    if (terminals_) return terminals_->on(question);
    refuse(question.request, ErrorCode::unavailable, "The runtime is not ready.");
  }
  template <class Order>
  void tell_terminals(Order& order) {
    if (terminals_) terminals_->on(order);
  }
  // supervisor_asks.cpp: what programs in the runtime ask for.
  void listen_for_programs();
  void forward(link::Ask ask);
  void forward_all();
  void on(link::Welcome&) { forward_all(); }
  void on(link::Answer& message);
  template <class Other>
  void on(Other&) {}  // Dealt with by the link.
  // supervisor_claim.cpp: from nobody's to somebody's.
  [[nodiscard]] Result<> can_be(const link::Claim& claim) const;
  Result<> become(const link::Claim& claim);
  void note_claim_reply(const jupyter::Message& reply);
  void ask(const std::string& request, std::string type, json::Object content);
  void answer(const std::string& request, jupyter::Message& reply);
  void refuse(const std::string& request, ErrorCode code, std::string detail);
  void pump();
  void finish_run(const link::Done& done);
  [[nodiscard]] bool kernel_ready() const { return kernel_ && kernel_->ready() && !restart_; }

  asio::any_io_executor executor_;
  link::SupervisorConfig config_;
  Outbox outbox_;
  StreamCoalescer coalescer_;
  asio::steady_timer stream_timer_;
  std::shared_ptr<RuntimeLog> log_;
  std::unique_ptr<Sandbox> sandbox_;
  std::shared_ptr<Terminals> terminals_;          // While there is a sandbox.
  std::optional<AgentSocket> agent_;              // Likewise.
  std::optional<FileWorkers> files_;              // Likewise.
  std::optional<PortLines> ports_;                // Likewise.
  std::optional<AcceleratorWatch> accelerators_;  // None are lent: nothing.
  std::unique_ptr<zmq::context_t> zmq_;
  std::unique_ptr<LinkConnection> link_;
  std::shared_ptr<Kernel> kernel_;
  std::optional<Spare> spare_;
  bool kernel_used_ = false;  // Something ran in it.
  async::Clock::time_point idle_since_{}, spare_from_{};
  jupyter::Translator translator_;
  Executions executions_;
  Deadlines deadlines_;

  Environment environment_;
  async::Event changed_;  // Wakes kernel_loop.
  async::Event acknowledged_;
  async::Event ticked_out_;  // The tick loop has returned.
  bool started_once_ = false;
  bool kernel_ended_ = false;
  bool kernel_dead_ = false;  // Given up until a restart is asked for.
  bool restart_ = false;      // Asked for by the server.
  bool shown_busy_ = false;
  int deaths_in_a_row_ = 0;
  uint64_t loss_frame_ = 0;  // The frame that told of the last death.
  std::string loss_reason_;
  std::set<std::string> restart_commands_;
  std::optional<Ending> ending_;
  std::optional<async::Clock::time_point> job_ends_;  // As the batch system has warned.
  std::string gone_;                                  // The sandbox ended by itself: why.
  bool stopped_ = false;

  std::string environment_request_;  // msg_id of what told the kernel of its new environment.
  std::string running_request_;      // msg_id of the running execution.
  async::Clock::time_point sent_{}, half_done_since_{};
  bool answered_ = false;  // The kernel has shown that it took the running request.
  async::Duration poke_after_{};
  std::unordered_map<std::string, Question> questions_;  // By msg_id.

  async::Clock::time_point last_meters_{}, last_line_{};
  uint64_t memory_limit_ = 0, memory_used_ = 0;
  uint64_t oom_now_ = 0, oom_before_ = 0;
};

}  // namespace colibri::supervisor
