#pragma once
// One reader of an open notebook: a page's socket, or `colibri run`.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "document/role.hpp"
#include "lease/lease.hpp"

namespace colibri::notebooks {

// A serialised record or snapshot, shared by all clients that it goes to.
using SharedText = std::shared_ptr<const std::string>;

// Where a client stopped when it was here before.
struct Position {
  std::string epoch;
  uint64_t seq = 0;
};

// Who follows a notebook, and what they may do with it.
struct Visitor {
  UserId user;
  std::string name, email;
  document::Role role = document::Role::viewer;
  std::string language = {};        // Of their page, as a tag; may be empty.
  bool answers_asks = false;        // Their page answers what programs in their runtime ask for.
  std::optional<int> user_tz = {};  // Minutes from their clock to UTC, if they told.

  // How others see them: their name, or what stands before the @.
  [[nodiscard]] std::string shown_name() const {
    return name.empty() ? email.substr(0, email.find('@')) : name;
  }
};

// Consecutive records of one epoch, each as wire::record_text has it, and the message that brings
// them to a page: made once for all who get the same.
struct RecordBatch {
  std::vector<SharedText> records;
  SharedText message;
};

struct Welcome {
  NotebookId notebook;
  std::string title;
  document::Role role = document::Role::viewer;
  bool resumed = false;
};

// The file holds the document up to `seq`; `error` says why not.
struct Saved {
  uint64_t seq = 0;
  int64_t time_ms = 0;
  std::string error;
};

// A runtime that somebody may run cells on: their own, or one that its owner shares.
struct Choice {
  UserId owner;
  std::string name;  // Of the owner.
  bool alive = false, shared = false;
  std::vector<std::string> users;  // Names of the others who use it now.
};

struct Choices {
  UserId in_use;  // Whose runtime this person's runs go to.
  std::vector<Choice> runtimes;
};

struct Notice {
  std::string level;  // info, warning or error
  std::string code;
  std::string detail;
};

// Called on the reactor thread, in the order of docs/protocol.md 2.1. A call must neither block nor
// call back into the actor; a slow reader is the client's own problem (a bounded queue, then close,
// so that it comes back and resumes).
class Client {
 public:
  virtual ~Client() = default;

  virtual void on_welcome(const Welcome& welcome) = 0;
  // Not after a welcome that resumed. `snapshot` is the JSON text of Document::page_snapshot(),
  // which may leave outputs to on_outputs(): these come before any record.
  virtual void on_snapshot(const SharedText& snapshot, const std::vector<std::string>& notes) = 0;
  // `cells` of docs/protocol.md 2.3 `outputs`.
  virtual void on_outputs(const SharedText& cells) = 0;
  // All are on the disk.
  virtual void on_records(const RecordBatch& batch) = 0;
  // Who is here (docs/protocol.md 2.4): a message ready to go out.
  virtual void on_presence(const SharedText& message) = 0;
  virtual void on_refused(uint64_t command, const Error& error) = 0;
  // Of the runtime that this person uses.
  virtual void on_lease(const std::optional<lease::Status>& lease) = 0;
  // The runtimes that this person may use, after the lease of the one in use.
  virtual void on_runtimes(const Choices& choices) = 0;
  // docs/protocol.md 2.3 `meters`, without `type`.
  virtual void on_meters(const json::Object& meters) = 0;
  virtual void on_saved(const Saved& saved) = 0;
  // What the person may do has changed while the notebook is open.
  virtual void on_role(document::Role role) = 0;
  // Up to which record the person has seen the comments.
  virtual void on_comments_read(uint64_t seq) = 0;
  // Who has access to the notebook has changed.
  virtual void on_access() = 0;
  virtual void on_title(const std::string& title) = 0;
  virtual void on_notice(const Notice& notice) = 0;
  virtual void on_reply(const std::string& request, const Result<json::Object>& content) = 0;
  virtual void on_comm(const json::Object& message, const std::vector<std::string>& buffers) = 0;
  // What programs in the person's runtime ask for (docs/protocol.md 2.7): a message ready to go
  // out. Only to those that answer asks.
  virtual void on_ask(const SharedText& /*message*/) {}
  // What is no record: lines that run, and what the tab runs by itself (docs/protocol.md 2.8),
  // ready to go out.
  virtual void on_aside(const SharedText&) {}
  // The last call: the actor has let go of this client. `code` is a WebSocket close code of
  // docs/protocol.md 2.
  virtual void on_close(uint16_t code, const std::string& reason) = 0;
};

}  // namespace colibri::notebooks
