#pragma once
// One runtime: its lease, its supervisor's link, and the document that it works for.
#include <boost/asio/any_io_executor.hpp>
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

namespace colibri::runtimes {

// A numbered frame of the supervisor (docs/protocol.md 3).
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
  // The lease changed.
  virtual void on_lease(const lease::Status& status) = 0;
  // A supervisor dialled: what ran before must be sent again.
  virtual void on_linked() = 0;
  virtual void on_meters(const json::Object& meters) = 0;
  virtual void on_reply(const std::string& request, Result<json::Object> content) = 0;
};

class Link;
class Host;

class Runtime : public std::enable_shared_from_this<Runtime> {
 public:
  // By Runtimes only.
  Runtime(Host& host, NotebookId notebook, UserId user, lease::Lease lease);
  ~Runtime();

  [[nodiscard]] const RuntimeId& id() const { return lease_.status().id; }
  [[nodiscard]] const NotebookId& notebook() const { return notebook_; }
  [[nodiscard]] const UserId& user() const { return user_; }
  [[nodiscard]] const lease::Status& status() const { return lease_.status(); }
  [[nodiscard]] bool alive() const { return lease_.alive(); }
  [[nodiscard]] bool can_execute() const { return lease_.can_execute() && link_ != nullptr; }

  // Takes the place of the listener before. Frames after the last committed one come again.
  void listen(std::weak_ptr<RuntimeListener> listener);
  // Frames up to `n` are on the disk.
  void committed(uint64_t n);

  // Somebody uses the notebook: the idle time starts anew.
  void touch();

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

  // Ends the runtime: shutdown over the link, then by force. Repeats are harmless.
  void end(std::string reason, std::string detail);

 private:
  friend class Host;
  friend class Link;
  friend class Runtimes;

  void send(json::Object message, std::vector<std::string> buffers = {});
  void take_frame(Frame frame);
  void tell_lease();

  Host& host_;
  NotebookId notebook_;
  UserId user_;
  lease::Lease lease_;
  std::string kernel_name_;
  std::string token_hash_;
  engine::Started started_;
  int64_t uid_slot_ = 0;
  std::weak_ptr<RuntimeListener> listener_;
  std::shared_ptr<Link> link_;
  uint64_t taken_ = 0;      // Last frame given to the listener.
  uint64_t committed_ = 0;  // Last frame on the disk.
  uint64_t restarts_ = 0;
  size_t unsettled_bytes_ = 0;
  async::Event settled_;  // Frames were committed, the link may read on.
  async::Event changed_;  // The lease changed: its deadlines must be looked at again.
  async::Event gone_;     // Ended and cleared away.
};

}  // namespace colibri::runtimes
