#pragma once
// An open notebook: the Document, its log, its readers and its runtime, on the reactor thread.
// Commands and frames become records; a record is committed to the store before anybody sees it.
// When a commit fails the actor tells its clients, lets them go and is done; the next open() loads
// the notebook from the log.
#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "document/command.hpp"
#include "link/ask.hpp"
#include "notebooks/client.hpp"
#include "notebooks/presence.hpp"
#include "notebooks/runtime_guest.hpp"

namespace colibri::document {
class Document;
}
namespace colibri::runtimes {
struct LocalRuntime;
class Runtime;
}  // namespace colibri::runtimes

namespace colibri::notebooks {

// Of what somebody asks for; each may be empty: what the notebook says, or the default.
struct RuntimeChoice {
  std::string flavor = {}, image = {}, kernel = {};
  std::string meanwhile = {};  // Flavor to work on while one waits.
};

class DocumentActor {
 public:
  class State;  // The actor itself (document_state.hpp); kept by its coroutines while they run.

  explicit DocumentActor(std::shared_ptr<State> state);
  ~DocumentActor();
  DocumentActor(const DocumentActor&) = delete;
  DocumentActor& operator=(const DocumentActor&) = delete;

  // Lets `client` follow the notebook: a welcome, then the records after `last_seen` when these are
  // kept, else a snapshot; then lease and saved; then all that happens. `client` must live until
  // detach() or its on_close. The first call may come before this returns. `id` is the tab's id:
  // another client of this user under the same id is closed with 4409; when it is another user's,
  // `client` itself is closed with 4400.
  void attach(Client& client, ClientId id, Visitor visitor, std::optional<Position> last_seen = {});
  // No call comes to `client` any more. Harmless when it is not attached.
  void detach(Client& client);

  // Decides and commits what an attached client asks for; `denied` when its role does not allow it.
  // The author sees its own record come back, or on_refused; a repeat of an
  // accepted command is answered by nothing. Time, and the executions of a RunCells without any,
  // are filled in. A RunCells without a runtime connects one; an AnswerInput goes on to the kernel.
  void submit(document::Command command);

  // Returns at once, or as soon as less waits for the disk (or nothing will be written any more):
  // who submits what somebody sends waits here before reading more of it.
  Task<void> wait_for_room();

  // This user has seen the comments up to this record: kept, and told to all their clients.
  void read_comments(const UserId& user, uint64_t seq);

  // Where an attached client is: told to the others soon. One that floods is let go (4400).
  void move(const ClientId& client, Place place);

  // What this user may do from now on; nothing: lets their clients go (4403).
  void set_role(const UserId& user, std::optional<document::Role> role);

  // All that has to do with runtimes is for editors, and about the runtime that the client's person
  // uses: their own, unless use_runtime() chose a shared one. What a role does not allow is told by
  // a notice where there is no number.

  // Asks for a runtime of the person's own; the outcome is seen in on_lease. Refused (notice) when
  // one lives already.
  void connect(const ClientId& client, RuntimeChoice choice);
  // The same for a Jupyter server of their own, which a page of theirs will speak for; who asks
  // must know that they are an editor. `conflict` when one lives already.
  [[nodiscard]] Result<runtimes::LocalRuntime> connect_local(const Visitor& visitor);
  // Of the person's own runtime: puts its end off, takes what the queue offers, leaves the queue.
  // What cannot be is told by a notice.
  void keep(const ClientId& client);
  void claim(const ClientId& client);
  void leave_queue(const ClientId& client);
  // Ends the person's own runtime.
  void disconnect(const ClientId& client);
  // Lets other editors use the person's own living runtime, or no longer: then what they have
  // queued there is taken out.
  void share_runtime(const ClientId& client, bool shared);
  // From now on this person's runs go to the runtime of `owner`: themselves, or somebody who
  // shares.
  void use_runtime(const ClientId& client, const UserId& owner);
  // Takes all out of the queue and interrupts the running cell. on_refused when there is no kernel.
  void interrupt(const ClientId& client, uint64_t command);
  void restart(const ClientId& client, uint64_t command);
  // `cursor` in UTF-16 units, as are the places in the reply. Exactly one on_reply follows, unless
  // the client leaves.
  void complete(Client& client, const std::string& request, const std::string& code, size_t cursor);
  void inspect(Client& client, const std::string& request, const std::string& code, size_t cursor,
               int detail);
  void comm(Client& client, const json::Object& message, const std::vector<std::string>& buffers);

  // Of what programs in the person's own runtime ask for (docs/protocol.md 2.7): this client wants
  // to be the one that answers; it answers. What is over, or another's, changes nothing.
  void take_ask(const ClientId& client, const std::string& ask);
  void answer_ask(const ClientId& client, const std::string& ask, link::AskResult result);
  // Runs code for this client alone, in a cell of its own that nobody else sees and nothing keeps:
  // outputs come by on_aside. It takes its turn in the lane of the person's runtime.
  void run_scratch(const ClientId& client, const CellId& cell, std::string code);
  // Takes it out of the queue; forgets it; answers what it asks for.
  void cancel_scratch(const ClientId& client, const CellId& cell);
  void close_scratch(const ClientId& client, const CellId& cell);
  void answer_scratch(const ClientId& client, const ExecutionId& execution,
                      const std::string& value);

  // The runtime that this user's runs go to, while it lives; whoever asks must know that the user
  // is an editor.
  [[nodiscard]] std::shared_ptr<runtimes::Runtime> runtime_of(const UserId& user) const;
  // `guest` uses this runtime of runtime_of() for the user from now on, and must live until
  // leave_runtime() or its on_sent_away, which may come at once.
  void join_runtime(RuntimeGuest& guest, const UserId& user, const RuntimeId& runtime);
  void leave_runtime(const RuntimeGuest& guest);

  [[nodiscard]] const NotebookId& id() const;
  [[nodiscard]] const std::string& title() const;
  // The state with all accepted commands, also those whose commit is still under way.
  [[nodiscard]] const document::Document& document() const;
  // Of this user's own runtime.
  [[nodiscard]] std::optional<lease::Status> lease(const UserId& user) const;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace colibri::notebooks
