#pragma once
// The actor behind DocumentActor: state on the reactor thread, coroutines that keep it alive while
// they run. `tip_` is ahead of the disk by the commands whose commit is under way; clients see only
// what is committed. Internal to this module.
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/event.hpp"
#include "async/lock.hpp"
#include "async/task.hpp"
#include "document/document.hpp"
#include "drive/file_watch.hpp"
#include "history/summary.hpp"
#include "notebooks/denials.hpp"
#include "notebooks/document_actor.hpp"
#include "notebooks/document_log.hpp"
#include "notebooks/lane.hpp"
#include "notebooks/page_snapshot.hpp"
#include "notebooks/projection.hpp"
#include "notebooks/runtime_guest.hpp"
#include "notebooks/scratch_pad.hpp"
#include "notebooks/world.hpp"

namespace colibri::notebooks {

class DocumentActor::State : public std::enable_shared_from_this<DocumentActor::State> {
 public:
  // What load() found out.
  struct Opened {
    document::Document document;
    std::deque<std::pair<uint64_t, SharedText>> tail;
    FileMark file;
    std::vector<std::string> notes;
    uint64_t snapshot_seq = 0;
    bool unsaved = false;  // The file lacks something of the document.
    FileMark next;         // What the file was about to become.
    size_t snapshot_bytes = 0;
    std::optional<uint64_t> revised_seq;  // Of the newest revision.
    std::vector<UserId> authors;          // Of what was changed since.
  };

  // Without a drive there is no file: a playground.
  State(World& world, NotebookId id, UserId owner, std::string path,
        std::shared_ptr<const drive::Drive> drive, Opened opened);
  ~State();

  // What is known of a lane from before: how its owner is called, and why its last runtime ended.
  struct LaneBefore {
    UserId owner;
    std::string name, last_reason;
  };
  // Takes up the runtimes that live, and ends the runs of those that are gone. Once, after
  // construction.
  void begin(const std::vector<LaneBefore>& before);

  void attach(Client& client, ClientId id, Visitor visitor, std::optional<Position> last_seen);
  void set_role(const UserId& user, std::optional<document::Role> role);
  // Everybody who follows the notebook, once each.
  [[nodiscard]] std::vector<UserId> users() const;
  // Tells all clients that who has access has changed.
  void tell_access();
  void detach(Client& client);
  void move(const ClientId& client, Place place);
  void submit(document::Command command);
  void read_comments(const UserId& user, uint64_t seq);
  static Task<void> wait_for_room(std::shared_ptr<State> self);
  void connect(const ClientId& client, const RuntimeChoice& choice);
  [[nodiscard]] Result<runtimes::LocalRuntime> connect_local(const Visitor& visitor);
  void keep(const ClientId& client);
  void claim(const ClientId& client);
  void leave_queue(const ClientId& client);
  void disconnect(const ClientId& client);
  void share_runtime(const ClientId& client, bool shared);
  void use_runtime(const ClientId& client, const UserId& owner);
  void interrupt(const ClientId& client, uint64_t command);
  void restart(const ClientId& client, uint64_t command);
  struct Question {
    Client* client = nullptr;
    std::string request, code;
    bool is_completion = false;
    UserId lane;  // Filled in by ask().
  };
  void ask(Question question, size_t cursor, int detail);
  void comm(Client& client, const json::Object& message, const std::vector<std::string>& buffers);

  void take_ask(const ClientId& client, const std::string& ask);
  void answer_ask(const ClientId& client, const std::string& ask, link::AskResult result);
  // Code of a tab's own: docs/protocol.md 2.8.
  void run_scratch(const ClientId& client, const CellId& cell, std::string code);
  void cancel_scratch(const ClientId& client, const CellId& cell);
  void close_scratch(const ClientId& client, const CellId& cell);
  void answer_scratch(const ClientId& client, const ExecutionId& execution,
                      const std::string& value);

  // The runtime that this user's runs go to, while it lives.
  [[nodiscard]] std::shared_ptr<runtimes::Runtime> runtime_of(const UserId& user) const;
  void join_runtime(RuntimeGuest& guest, const UserId& user, const RuntimeId& runtime);
  void leave_runtime(const RuntimeGuest& guest);

  // From the runtime of a lane.
  void on_frame(Lane& lane, runtimes::Frame frame);
  void on_lease(Lane& lane, const lease::Status& status);
  void on_linked(Lane& lane);
  void on_meters(Lane& lane, const json::Object& meters);
  void on_line(Lane& lane, const link::LineRuns& now);
  void on_reply(const std::string& request, Result<json::Object> content);
  void on_ask(const Lane& lane, const runtimes::PageAsk& ask);
  void on_ask_over(const std::string& ask);

  // Whether this user has it open.
  [[nodiscard]] bool is_here(const UserId& user) const;

  [[nodiscard]] const NotebookId& id() const { return id_; }
  [[nodiscard]] const std::string& title() const { return title_; }
  [[nodiscard]] const UserId& owner() const { return owner_; }
  // Of the file, in the owner's Drive.
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const document::Document& document() const { return tip_; }
  [[nodiscard]] std::optional<lease::Status> lease(const UserId& user) const;

  // The commit failed: this actor does nothing any more and must be loaded anew.
  [[nodiscard]] bool failed() const { return failed_; }
  // Not so for a playground.
  [[nodiscard]] bool has_file() const { return drive_ != nullptr; }
  [[nodiscard]] bool unused() const;
  [[nodiscard]] bool clean() const;  // All is in the log and in the file.
  // Set when the last client has left or the last runtime has ended.
  async::Event& maybe_unused() { return maybe_unused_; }

  // Writes the file now, and a snapshot that the next open() starts from.
  static Task<void> flush(std::shared_ptr<State> self);
  // The file stays where it is, unwritten, from hold_file() to release_file().
  static Task<void> hold_file(std::shared_ptr<State> self);
  void release_file();
  // The file is somebody else's, in another place, from now on. While it is held.
  void file_moved(UserId owner, std::shared_ptr<const drive::Drive> drive, std::string path);
  // Once, before the first attach(): takes in what became of the file while the notebook was not
  // open, and watches it from now on.
  static Task<void> meet_file(std::shared_ptr<State> self);

  // Keeps the document as it is now. Returns the revision's number.
  static Task<Result<int64_t>> pin(std::shared_ptr<State> self, UserId user, std::string name);
  // Makes the document what it was, by commands, so that everybody sees it happen; the state before
  // is kept as a revision. In one commit.
  static Task<Result<>> restore(std::shared_ptr<State> self, int64_t number,
                                document::Author author);
  // Nothing happens any more, and nothing of the file is seen: another may load the notebook.
  void retire();
  // Lets all clients go; nothing more is accepted.
  void close(uint16_t code, const std::string& reason);
  // Lets all clients go, who may come back.
  void send_away(uint16_t code, const std::string& reason);

 private:
  struct Reader {
    Client* client = nullptr;
    ClientId id;
    Visitor visitor;
    uint64_t seq = 0;  // It has all records up to here.
  };
  // A client that waits until what its snapshot holds is committed.
  struct Joining {
    Reader reader;
    Welcome welcome;
    std::optional<PageSnapshot> snapshot;
    bool came_back = false;  // It was here before.
  };
  struct Answer {
    UserId lane;
    ExecutionId execution;
    std::string value;
  };
  // What waits for the next commit, and what is to be done after it.
  struct Pending {
    Batch batch;
    std::vector<document::Effect> effects;
    std::vector<Answer> answers;
    std::vector<Mention> mentions;
  };

  // --- who is here (document_readers.cpp) ---
  [[nodiscard]] const Reader* reader_of(const ClientId& client) const;
  // Whether this client may do what needs `role`; told (on_refused) and counted when not.
  bool allow(const ClientId& client, uint64_t command, document::Role role);
  void note_denial(const Visitor& visitor);
  void log_denials(const Visitor& visitor, uint64_t count) const;
  // Brings what is committed to all; with many readers not more often than every kCrowdPause.
  void deliver_soon();
  static Task<void> deliver_later(std::shared_ptr<State> self);
  void deliver();
  void deliver_to(Reader& reader);
  // Forgets records that nobody waits for, beyond those kept for clients that come back.
  void trim_tail();
  // The records after `seq`; the last batch made is kept while they stay the same.
  const RecordBatch& batch_after(uint64_t seq);
  void tell_presence();
  static Task<void> presence_loop(std::shared_ptr<State> self);
  void finish_join(Joining& joining);
  void let_go(const std::vector<Client*>& clients, uint16_t code, const std::string& reason);

  // --- commands and commits (document_state.cpp) ---
  // False when it was refused; the author is told when it has a number.
  bool decide(document::Command command);
  void decide_own(document::Op op);
  void refuse(const ClientId& client, uint64_t command, const Error& error);
  void start_next(Lane& lane);
  void start_commit();
  static Task<void> commit_loop(std::shared_ptr<State> self);
  void after_commit(Pending done);
  void fail(const Error& error);
  void maybe_compact();
  // The last committed record that nobody who comes back may ask for once the log is compacted.
  // With a snapshot of so many bytes.
  [[nodiscard]] uint64_t keep_after(size_t snapshot_bytes) const;
  static Task<void> compact(std::shared_ptr<State> self);
  static Task<void> keep_snapshot(std::shared_ptr<State> self, uint64_t seq, std::string text,
                                  FileMark file);

  // --- comments (document_comments.cpp) ---
  static Task<void> find_comments_read(std::shared_ptr<State> self, UserId user);
  static Task<void> keep_comments_read(std::shared_ptr<State> self, UserId user, uint64_t seq);
  void tell_comments_read(const UserId& user);
  // Whom this record mentions newly. Before it is applied.
  [[nodiscard]] std::vector<Mention> mentions_in(const document::Record& record) const;

  // --- runtimes and who uses them (document_lanes.cpp) ---
  // The lane of this user, made when there is none.
  Lane& lane_of(const UserId& owner);
  [[nodiscard]] Lane* find_lane(const UserId& owner) const;
  // Whose runtime this user's runs go to.
  [[nodiscard]] UserId in_use(const UserId& user) const;
  // Whether a client may do what is for editors; told by a notice when not.
  [[nodiscard]] const Reader* editor_at(const ClientId& client);
  [[nodiscard]] bool may_answer(const Reader& reader, const document::AnswerInput& input,
                                const Lane& lane) const;
  void ask_for_runtime(const Reader& reader, const RuntimeChoice& choice);
  // From now on the lane's runs go to this runtime.
  void take_up(Lane& lane, std::shared_ptr<runtimes::Runtime> runtime);
  // Writes what was chosen into the notebook's metadata, as Colab does.
  void keep_choice(const Reader& reader, const RuntimeChoice& choice);
  // Sends everybody but the owner back to their own runtime.
  void let_users_go(Lane& lane);
  void end_runtime_of(const UserId& user, const std::string& why);
  void tell_lease(const Lane& lane);
  void tell_choices();
  [[nodiscard]] Choices choices_of(const Reader& reader) const;
  template <class F>
  void for_each_user(const Lane& lane, F call) {
    const std::vector<Reader> readers = readers_;
    for (const Reader& reader : readers)
      if (in_use(reader.visitor.user) == lane.owner && is_attached(reader.client))
        call(*reader.client);
  }

  // --- who uses a runtime beside the document (document_guests.cpp) ---
  struct Guest {
    RuntimeGuest* guest = nullptr;
    UserId user;
    RuntimeId runtime;
  };
  void send_guests_away(uint16_t code, const std::string& reason,
                        const std::function<bool(const Guest&)>& which);
  // Of the lane's runtime: of all but its owner, or of all.
  void end_visits(const Lane& lane, bool also_owner);

  // --- what programs in a runtime ask its person's pages (document_asks.cpp) ---
  struct OpenAsk {
    runtimes::PageAsk ask;
    std::shared_ptr<runtimes::Runtime> runtime;
    std::optional<ClientId> taken_by;
    async::Clock::time_point alone_since;  // No page was there.
    bool watched = false;
  };
  // To the pages of its person, or to one of them.
  void offer(OpenAsk& ask);
  void offer_all(const Reader& reader);
  void pass_on_asks_of(const Reader& reader);
  void tell_pages(const OpenAsk& ask, const std::string& message, const ClientId& but);
  [[nodiscard]] bool has_page(const UserId& user) const;
  static Task<void> wait_for_page(std::weak_ptr<State> weak, std::string ask);

  // --- what a runtime says and hears (document_runtime.cpp) ---
  void resend(Lane& lane);
  void take_frame(Lane& lane, const runtimes::Frame& frame);
  void take_output(Lane& lane, const runtimes::Frame& frame, const ExecutionId& execution);
  [[nodiscard]] bool has_blobs(const runtimes::Frame& frame) const;
  static Task<void> frame_loop(std::shared_ptr<State> self, std::shared_ptr<Lane> lane);
  static Task<void> flush_frames(std::shared_ptr<State> self, std::shared_ptr<Lane> lane);
  void lose_kernel(Lane& lane, const std::string& reason, const std::string& detail);

  // --- what runs beside the notebook (document_scratch.cpp) ---
  struct ScratchRun {
    ClientId client;
    CellId cell;
    int64_t queued_ms = 0;
  };
  [[nodiscard]] ScratchPad* find_pad(const ClientId& client);
  // Whose run it is, if it is one of a pad.
  [[nodiscard]] std::optional<ClientId> scratch_of(const ExecutionId& execution) const;
  Result<> decide_scratch(const ClientId& client, document::Op op);
  [[nodiscard]] std::optional<ScratchRun> next_scratch(const Lane& lane) const;
  [[nodiscard]] bool scratch_runs(const Lane& lane) const;
  // Whether anything of a pad runs or waits there.
  [[nodiscard]] bool has_scratch(const Lane& lane) const;
  // In each pad that has something in the lane.
  void each_pad(const Lane& lane, const document::Op& op);
  // What these people have waiting there.
  void cancel_scratch_of(const Lane& lane, const std::function<bool(const UserId&)>& whose);
  void resend_scratch(const Lane& lane) const;
  void take_scratch_output(const ClientId& client, const ExecutionId& execution, size_t bytes,
                           document::Op op);
  void take_scratch_frame(Lane& lane, const ClientId& client, const runtimes::Frame& frame);
  void update_scratch(const document::UpdateDisplay& update);
  void finish_scratch(Lane& lane, const ClientId& client, document::FinishRun end);
  void stop_waiting(const Lane& lane);
  void tell_scratch(const Reader& reader);
  void leave_scratch(const ClientId& client);
  static Task<void> forget_scratch(std::weak_ptr<State> weak, ClientId client, uint64_t visit);

  // --- the file (document_saver.cpp) ---
  void note_change();
  static Task<void> save_loop(std::shared_ptr<State> self);
  static Task<bool> save_once(std::shared_ptr<State> self);
  [[nodiscard]] int64_t save_due_ms() const;
  static Task<void> compact_unsaved(std::shared_ptr<State> self);
  // False when the file was changed under it: that was taken in, and it is to be written again.
  static Task<Result<bool>> write_file(std::shared_ptr<State> self);
  static Task<Result<bool>> put_file(std::shared_ptr<State> self, std::string bytes, FileMark next);
  [[nodiscard]] bool needs_save() const { return has_file() && (unsaved_ || saved_ < committed_); }

  // --- revisions (document_history.cpp) ---
  struct RevisionWish {
    std::string kind, name;
    bool pinned = false, kept = false;
    std::optional<nbformat::Notebook> of;  // Else the document as it is now.
    std::vector<UserId> authors;           // Besides those who changed it since the last one.
  };
  void note_author(const UserId& user);
  // `pad`: the document that the record is of, else the notebook's.
  void note_executions(const document::Record& record, const document::Document* pad = nullptr);
  static Task<void> revise_later(std::weak_ptr<State> weak, int64_t after_ms);
  static Task<void> end_session_later(std::weak_ptr<State> weak);
  static Task<void> end_session(std::shared_ptr<State> self);
  static Task<void> keep_first(std::shared_ptr<State> self, nbformat::Notebook notebook);
  // While revising_ is held.
  static Task<Result<RevisionDraft>> draft(std::shared_ptr<State> self, RevisionWish wish);
  static Task<Result<int64_t>> revise(std::shared_ptr<State> self, RevisionWish wish);
  void decide_all(const std::vector<document::Op>& ops, const document::Author& author);
  // Until what is decided up to `seq` is on the disk; false when it will never be.
  static Task<bool> committed(std::shared_ptr<State> self, uint64_t seq);

  // --- what other programs do to the file (document_outside.cpp) ---
  void watch_file();
  void look_soon();
  static Task<void> look_loop(std::shared_ptr<State> self);
  static Task<bool> is_as_known(std::shared_ptr<State> self);
  // While the file is held. False: another program is writing it; look again soon.
  static Task<bool> meet_outside(std::shared_ptr<State> self);
  static Task<bool> take_in(std::shared_ptr<State> self, FromFile from, FileMark after);
  static Task<history::Summary> file_base(std::shared_ptr<State> self);
  static Task<bool> wait_or_set_aside(std::shared_ptr<State> self, FileNow found);
  static Task<void> follow_file(std::shared_ptr<State> self);
  void tell(const Notice& notice);

  template <class F>
  void for_each_client(F call) {
    const std::vector<Reader> readers = readers_;
    for (const Reader& reader : readers)
      if (is_attached(reader.client)) call(*reader.client);
  }
  [[nodiscard]] bool is_attached(const Client* client) const;

  World& world_;
  NotebookId id_;
  UserId owner_;
  std::string path_, title_;
  std::shared_ptr<const drive::Drive> drive_;
  DocumentLog log_;
  document::Document tip_;
  std::vector<std::string> notes_;

  std::deque<std::pair<uint64_t, SharedText>> tail_;  // Committed records, for readers and resume.
  size_t log_bytes_ = 0;                              // Of records since the last snapshot.
  uint64_t committed_ = 0, snapshot_seq_ = 0;
  size_t snapshot_bytes_ = 0;
  bool compact_due_ = false;  // The next writing of the file takes a snapshot along.

  RevisionRows revisions_;
  async::Lock revising_;
  std::optional<uint64_t> revised_seq_;  // Of the document in the newest revision.
  std::vector<UserId> authors_;          // Who changed it since.
  bool revision_due_ = false;
  Pending pending_;
  size_t pending_bytes_ = 0;  // Of records, also of those whose commit is under way.
  bool committing_ = false, compacting_ = false, failed_ = false, closed_ = false;

  std::vector<Reader> readers_;
  std::vector<Joining> joining_;
  std::map<UserId, uint64_t> comments_read_;  // Of those who were here.
  Presence presence_;
  bool telling_presence_ = false, delivering_later_ = false;
  async::Clock::time_point delivered_;
  RecordBatch batch_;
  uint64_t batch_from_ = 0, batch_to_ = 0;
  Denials denials_;

  std::map<UserId, std::shared_ptr<Lane>> lanes_;
  std::map<UserId, UserId> uses_;  // Whose shared runtime a user has chosen.
  std::map<std::string, Question> questions_;
  uint64_t last_question_ = 0;
  std::vector<Guest> guests_;
  std::map<std::string, OpenAsk> asks_;
  std::map<ClientId, ScratchPad> pads_;
  size_t scratch_records_ = 0;

  FileMark file_, next_;  // What the file is, and what it is about to become.
  drive::FileWatch::Handle file_watch_;
  bool looking_ = false, look_wanted_ = false, gone_ = false;
  struct Unreadable {
    int64_t since_ms = 0;
    drive::Stamp stamp;
  };
  Unreadable unreadable_;
  uint64_t saved_ = 0;
  bool unsaved_ = false;  // The file lacks something of what was loaded.
  std::string save_error_;
  int64_t first_change_ms_ = 0, last_change_ms_ = 0;
  bool saving_ = false, saver_runs_ = false;
  async::Event save_done_, save_wanted_, maybe_unused_, commit_done_, room_;
};

}  // namespace colibri::notebooks
