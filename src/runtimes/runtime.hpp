#pragma once
// One runtime: its lease, its supervisor's link, and the document that it works for. On the reactor
// thread.
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/event.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "engine/engine.hpp"
#include "lease/lease.hpp"
#include "lease/queue.hpp"
#include "link/messages.hpp"
#include "runtimes/asks.hpp"
#include "runtimes/file_lines.hpp"
#include "runtimes/lines.hpp"
#include "runtimes/meter_history.hpp"
#include "runtimes/port_lines.hpp"
#include "runtimes/questions.hpp"
#include "runtimes/wish.hpp"

namespace colibri::runtimes {

// A numbered frame of the supervisor (docs/protocol.md 3). `message` is untrusted: only `n` and
// `type` have been looked at, and those of the lease (runtime, kernel) as a whole.
struct Frame {
  uint64_t n = 0;
  std::string type;
  json::Object message;
  std::vector<std::string> buffers;
  size_t bytes = 0;  // Its size on the link.
};

// Who takes in what the runtime says: the document. Called on the reactor; must not block.
class RuntimeListener {
 public:
  virtual ~RuntimeListener() = default;

  // Frames come in order, each once. Answer with Runtime::committed(n) when what it caused is on
  // the disk, in the same transaction as leases.last_frame = n.
  virtual void on_frame(Frame frame) = 0;
  // The lease changed. `ended` comes after the last frame was committed (or nobody commits it).
  virtual void on_lease(const lease::Status& status) = 0;
  // A supervisor dialled: what runs must be sent again.
  virtual void on_linked() = 0;
  virtual void on_meters(const json::Object& meters) = 0;  // Without `type`.
  virtual void on_reply(const std::string& request, Result<json::Object> content) = 0;
  // What is put to a page of the runtime's person; once more when a new listener came. Answer with
  // Runtime::answer(); after on_ask_over nobody waits any more.
  virtual void on_ask(const PageAsk& /*ask*/) {}
  virtual void on_ask_over(const std::string& /*ask*/) {}
  // Where a long run is; lost without harm.
  virtual void on_line(const link::LineRuns&) {}
  // Whether its person is there to see that their turn has come.
  [[nodiscard]] virtual bool is_watched() const { return true; }
};

class LinkSession;

// What a runtime that was started ahead is, as long as it is nobody's.
struct Ahead {
  std::string image;   // Its name; rootfs is the very one.
  std::string rootfs;  // Empty with sandbox none.
  std::string kernel;
  bool usual_kernel = false;  // The one that a notebook gets whose kernel is nowhere.
  engine::Resources resources;
  std::string language;  // Of its kernel, once that is known.
  bool warm = false;     // Its kernel waits.
  bool taken = false;    // Out of the pool, for somebody.
  bool spoiled = false;  // Not to be given to anybody.
};

class Runtime : public std::enable_shared_from_this<Runtime> {
 public:
  // By Runtimes only. `last_frame`: the last one that is on the disk.
  Runtime(NotebookId notebook, UserId user, lease::Lease lease, uint64_t last_frame);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  [[nodiscard]] const RuntimeId& id() const { return lease_.status().id; }
  [[nodiscard]] const NotebookId& notebook() const { return notebook_; }
  [[nodiscard]] const UserId& user() const { return user_; }
  // Whether the owner lets other editors of the notebook use it.
  [[nodiscard]] bool shared() const { return shared_; }
  [[nodiscard]] const lease::Status& status() const { return lease_.status(); }
  [[nodiscard]] bool alive() const { return lease_.alive(); }
  // Whether its end has begun: it is ending or ended.
  [[nodiscard]] bool over() const { return status().state >= lease::State::ending; }
  // Whether an execute would reach a kernel now.
  [[nodiscard]] bool can_execute() const { return link_ && lease_.can_execute(); }
  [[nodiscard]] bool linked() const { return link_ != nullptr; }
  // Whether it is at a Jupyter server of its person's own, which a page of theirs speaks for.
  [[nodiscard]] bool local() const { return local_; }

  // Takes the place of the listener before. Frames after the last committed one come again.
  void listen(std::weak_ptr<RuntimeListener> listener);
  // Nobody listens any more: what the runtime still says is taken and forgotten.
  void discard();
  // Frames up to `n` are on the disk.
  void committed(uint64_t n);

  // Somebody uses the notebook: the idle time starts anew.
  void touch();
  // Puts its nearer end off. `conflict` with a sentence when the rules do not allow it.
  Result<> keep();

  // To the supervisor. Lost without a word while there is no link: executes are sent again by the
  // document (on_linked), the rest is of the moment.
  void execute(const ExecutionId& execution, const std::string& code, bool stop_on_error);
  void interrupt();
  void restart();
  void answer_input(const ExecutionId& execution, const std::string& value);
  // `cursor` in code points. The reply comes to the listener; `unavailable` without a link.
  Result<> complete(const std::string& request, const std::string& code, size_t cursor);
  Result<> inspect(const std::string& request, const std::string& code, size_t cursor, int detail);
  void comm(const json::Object& message, const std::vector<std::string>& buffers);

  // What is to take its place once it has ended: the same person's, with its files. None: nullptr.
  [[nodiscard]] const std::shared_ptr<Runtime>& successor() const { return successor_; }

  // What is about its terminals and its log goes past the document (docs/protocol.md 3). An order
  // is lost without a word while there is no link. A question is given its name, `request`, here;
  // errors are those of Questions::answer().
  void order(link::FromServer order) { send(std::move(order)); }
  template <class Question>
  static Task<Result<link::Reply>> ask(std::shared_ptr<Runtime> self, Question question,
                                       async::Duration limit) {
    question.request = self->questions_->next();
    std::string name = question.request;
    return send_and_wait(std::move(self), std::move(name), std::move(question), limit);
  }

  // What its programs ask for, and what the server asks the pages of its person.
  [[nodiscard]] Asks& asks() { return asks_; }
  // The way to its files; of use while it is linked.
  [[nodiscard]] const std::shared_ptr<FileLines>& files() const { return file_lines_; }
  // Likewise to its ports; and what both go over.
  [[nodiscard]] const std::shared_ptr<PortLines>& ports() const { return port_lines_; }
  [[nodiscard]] const std::shared_ptr<Lines>& lines() const { return lines_; }

  // Its meters since it was ready, or since the server started.
  [[nodiscard]] const MeterHistory& meters() const { return meters_; }
  // When a cell ran last, as far as this server knows; 0: not known.
  [[nodiscard]] int64_t ran_ms() const { return ran_ms_; }

  // Ends the runtime: shutdown over the link, then by force. Repeats are harmless.
  void end(std::string reason, std::string detail);

 private:
  friend class Runtimes;
  friend class LinkSession;

  struct Unsettled {
    uint64_t n;
    size_t bytes;
  };

  void send(link::FromServer message);
  static Task<Result<link::Reply>> send_and_wait(std::shared_ptr<Runtime> self, std::string name,
                                                 link::FromServer question, async::Duration limit);
  // While it is nobody's (runtimes_pool.cpp).
  void take_ahead(const link::Frame& frame, const std::string& type);
  void spoil();
  void become(NotebookId notebook, UserId user, lease::Lease lease);
  // It is its person's from now on, ready, with an idle kernel.
  void wake();
  // As if it had never been started; its process must be gone.
  void forget_ahead();
  // From the link. `anew`: its other end has kept nothing, and goes on from what was taken.
  void link_up(std::shared_ptr<LinkSession> link, bool anew);
  void link_down(const LinkSession& link);
  // `invalid` when the frame is not of the protocol.
  Result<> take(link::Frame frame, size_t bytes);
  // False when it is neither an ask nor the end of one.
  bool take_ask(link::FromSupervisor& message, size_t bytes);
  Result<> take_numbered(link::Frame frame, std::string type, size_t bytes);
  void follow(const link::Event& event);
  void give(Frame frame);
  // It is its person's: what its programs ask for is answered.
  void begin_asks();
  // The store knows that this lease is ready: the frame that said so may be committed now. The
  // other way round, a server killed in between would wait for that frame for ever.
  void release();
  void tell_lease();
  void tell_deadlines();
  // Whether the link may read on: somebody listens, and not too much waits for the disk.
  [[nodiscard]] bool has_room() const;

  NotebookId notebook_;
  UserId user_;
  lease::Lease lease_;
  // --- in the queue (runtimes_queue.cpp) ---
  Wish wish_;
  lease::Need need_;                 // Of accelerators.
  std::vector<std::string> groups_;  // Of its person.
  int64_t asked_ms_ = 0;
  bool waits_ = false;
  bool granted_ = false;  // It may start: its place and its accelerators are taken.
  std::optional<int64_t> offered_until_ms_, latest_end_ms_;
  std::vector<std::string> devices_;  // Accelerators that it holds, or that are offered to it.
  int64_t charged_ms_ = 0;            // What it used until then is accounted for; 0: not begun.
  std::weak_ptr<Runtime> follows_;
  std::shared_ptr<Runtime> successor_;
  std::shared_ptr<Runtime> after_;  // Whose end it waits for, to go on with its files.
  RuntimeId files_of_;              // Whose files it begins with; empty: none.
  async::Event turn_;               // Something about its place has changed.

  std::optional<Ahead> ahead_;  // Started ahead, and not claimed yet.

  std::string token_hash_;  // sha-256, hex
  int64_t uid_slot_ = 0;
  bool shared_ = false;
  bool local_ = false;    // No engine has it.
  bool started_ = false;  // The engine was asked to start it, so it must clean up.
  bool died_ = false;     // Its supervisor's process has ended.
  std::string why_died_;  // As the engine says, when it knows.
  bool discarding_ = false;
  std::weak_ptr<RuntimeListener> listener_;
  std::shared_ptr<LinkSession> link_;
  // After a restart of the server only the document knows that a cell runs. True while `busy` is
  // what an execute of it made us believe, and no frame said so.
  bool busy_is_a_guess_ = false;
  int64_t told_end_ms_ = 0;    // The nearer end, as it was told last.
  bool resumed_ = false;       // No frame about the kernel has come since the server started.
  uint64_t taken_;             // Last frame given to the listener.
  uint64_t committed_;         // Last frame on the disk.
  std::optional<Frame> held_;  // `ready`, until release().
  std::deque<Unsettled> unsettled_;
  size_t unsettled_bytes_ = 0;
  std::string ended_reason_, ended_detail_;  // As the supervisor said.
  std::shared_ptr<const AskHandlers> ask_handlers_;
  Asks asks_{[this](link::FromServer message) { send(std::move(message)); },
             [this] { return listener_.lock(); }};
  std::shared_ptr<Lines> lines_ = std::make_shared<Lines>();
  std::shared_ptr<FileLines> file_lines_ = std::make_shared<FileLines>();
  std::shared_ptr<PortLines> port_lines_ = std::make_shared<PortLines>();
  std::shared_ptr<Questions> questions_ = std::make_shared<Questions>();
  MeterHistory meters_;
  int64_t disk_full_since_ms_ = 0;  // Of the host; 0: it is not.
  int64_t ran_ms_ = 0;
  async::Event settled_;  // has_room() may have changed.
  async::Event changed_;  // The lease or the process changed.
  async::Event gone_;     // Ended and cleared away.
};

}  // namespace colibri::runtimes
