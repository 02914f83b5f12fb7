// Revisions of an open document: made by themselves, pinned, restored.
#include <algorithm>
#include <set>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "history/merge.hpp"
#include "notebooks/document_state.hpp"

namespace colibri::notebooks {

namespace {

// Old revisions go several at a time: looking for what only they had is some work.
constexpr size_t kThinAtLeast = 10;

constexpr size_t kBehindCells = 1'000'000;  // Places of cells that were queued at once end below.

// What nobody asked for keeps no outputs that are still being made.
history::KeepOutputs outputs_of(const std::string& kind, const nbformat::Notebook& notebook) {
  if (omits_outputs(notebook.metadata)) return history::KeepOutputs::none;
  const bool by_itself = kind == "automatic" || kind == "session_end";
  return by_itself ? history::KeepOutputs::complete : history::KeepOutputs::all;
}

std::set<CellId> cells_that_ran(const history::RevisionHead& head) {
  std::set<CellId> out;
  for (const history::RevisionCell& cell : head.cells)
    if (cell.running) out.insert(cell.id);
  return out;
}

}  // namespace

void DocumentActor::State::note_author(const UserId& user) {
  if (user.empty() || !has_file()) return;
  const bool known = std::ranges::find(authors_, user) != authors_.end();
  if (!known) authors_.push_back(user);
  if (revision_due_) return;
  revision_due_ = true;
  async::spawn(world_.reactor, revise_later(weak_from_this(), world_.settings.revision_every_ms),
               "making a revision");
}

void DocumentActor::State::note_executions(const document::Record& record,
                                           const document::Document* pad) {
  const document::Document& document = pad ? *pad : tip_;
  RuntimeId runtime;
  if (const auto* started = std::get_if<document::RunStarted>(&record.fact)) {
    const document::Cell* cell = document.find(started->cell);
    const Lane* lane = cell && cell->run ? find_lane(cell->run->lane) : nullptr;
    if (lane && lane->runtime) runtime = lane->runtime->id();
  }
  for (ExecutionChange& change : executions_of(record, document, runtime)) {
    // A pad's records have numbers of their own; its runs come in the order of the notebook's.
    if (auto* queued = std::get_if<ExecutionQueued>(&change); queued && pad) {
      queued->seq = tip_.seq();
      queued->place = kBehindCells + ++scratch_records_;
    }
    if (auto* left = std::get_if<ExecutionsLeft>(&change)) {
      const auto add = [&](const document::Document& other) {
        for (const document::Cell& cell : other.cells())
          if (cell.run) left->living.push_back(cell.run->execution);
      };
      add(tip_);
      for (const auto& [client, each] : pads_) add(each.document);
    }
    pending_.batch.executions.push_back(std::move(change));
  }
}

Task<void> DocumentActor::State::revise_later(std::weak_ptr<State> weak, int64_t after_ms) {
  co_await async::sleep_for(std::chrono::milliseconds(after_ms));
  const auto self = weak.lock();
  if (!self || self->failed_ || self->closed_ || !self->revision_due_) co_return;
  RevisionWish wish{.kind = "automatic"};
  (void)co_await revise(self, std::move(wish));
}

// A session has ended when nobody came back for a while.
Task<void> DocumentActor::State::end_session_later(std::weak_ptr<State> weak) {
  int64_t after_ms = 0;
  if (const auto self = weak.lock()) after_ms = self->world_.settings.close_after_ms;
  co_await async::sleep_for(std::chrono::milliseconds(after_ms));
  const auto self = weak.lock();
  if (self && self->readers_.empty() && !self->failed_ && !self->closed_)
    co_await end_session(self);
}

Task<void> DocumentActor::State::end_session(std::shared_ptr<State> self) {
  if (!self->has_file() || self->failed_ || self->revised_seq_ == self->tip_.seq()) co_return;
  RevisionWish wish{.kind = "session_end"};
  (void)co_await revise(self, std::move(wish));
}

// What the notebook was before anybody changed it here.
Task<void> DocumentActor::State::keep_first(std::shared_ptr<State> self,
                                            nbformat::Notebook notebook) {
  RevisionWish wish{.kind = "opened", .of = std::move(notebook)};
  (void)co_await revise(self, std::move(wish));
}

Task<Result<int64_t>> DocumentActor::State::pin(std::shared_ptr<State> self, UserId user,
                                                std::string name) {
  if (!self->has_file())
    co_return failure(ErrorCode::conflict, "A playground is not saved, so it has no revisions.");
  RevisionWish wish{.kind = "named", .name = std::move(name), .pinned = true, .kept = true};
  wish.authors.push_back(std::move(user));
  co_return co_await revise(self, std::move(wish));
}

Task<bool> DocumentActor::State::committed(std::shared_ptr<State> self, uint64_t seq) {
  while (self->committed_ < seq && !self->failed_) {
    self->commit_done_.reset();
    co_await self->commit_done_.wait_for(std::chrono::milliseconds(200));
  }
  co_return !self->failed_;
}

Task<Result<RevisionDraft>> DocumentActor::State::draft(std::shared_ptr<State> self,
                                                        RevisionWish wish) {
  RevisionDraft about;
  about.time_ms = async::now_ms();
  about.kind = std::move(wish.kind);
  about.name = std::move(wish.name);
  about.pinned = wish.pinned;
  about.kept = wish.kept;
  about.seq = self->tip_.seq();
  for (const UserId& user : std::exchange(self->authors_, {})) about.authors.push_back({user, ""});
  for (const UserId& user : wish.authors)
    if (std::ranges::find(about.authors, user, &document::Author::user) == about.authors.end())
      about.authors.push_back({user, ""});
  self->revision_due_ = false;
  auto notebook = wish.of ? std::move(*wish.of) : to_notebook(self->tip_, Outputs::as_set);
  auto known = co_await self->revisions_.parts();
  if (!known) co_return std::unexpected(known.error());
  auto work = [&notebook, &known, keep = outputs_of(about.kind, notebook)] {
    return make_draft(notebook, keep, *known);
  };
  RevisionDraft made = co_await self->world_.pool.run(std::move(work));
  about.cells = made.cells;
  about.manifest_sha256 = std::move(made.manifest_sha256);
  about.manifest = std::move(made.manifest);
  about.parts = std::move(made.parts);
  co_return about;
}

Task<Result<int64_t>> DocumentActor::State::revise(std::shared_ptr<State> self, RevisionWish wish) {
  const auto hold = co_await self->revising_.take();
  const bool committed_all = co_await committed(self, self->tip_.seq());
  if (!committed_all) co_return failure(ErrorCode::unavailable, "The notebook is being reloaded.");
  const std::vector<UserId> authors = self->authors_;
  auto made = co_await draft(self, std::move(wish));
  Result<int64_t> number = made ? Result<int64_t>(0) : std::unexpected(made.error());
  if (made) {
    const uint64_t seq = made->seq;
    number = co_await self->revisions_.insert(std::move(*made));
    if (number) self->revised_seq_ = seq;
  }
  if (!number) {
    log::warn("notebook {}: a revision was not kept: {}", self->id_.value, number.error().detail);
    for (const UserId& author : authors) self->note_author(author);
    co_return number;
  }
  const auto thinned = co_await self->revisions_.thin(
      async::now_ms(), self->world_.settings.keep_revisions, kThinAtLeast);
  if (!thinned)
    log::warn("notebook {}: old revisions stay: {}", self->id_.value, thinned.error().detail);
  co_return number;
}

// The commands of a restored revision, or of a file that changed, with what is to be committed with
// them. In one turn, so they are one commit.
void DocumentActor::State::decide_all(const std::vector<document::Op>& ops,
                                      const document::Author& author) {
  size_t refused = 0;
  for (const document::Op& op : ops) {
    document::Command command{async::now_ms(), author.user, {}, 0, op, author.name};
    if (!decide(std::move(command))) ++refused;
  }
  if (refused > 0)
    log::warn("notebook {}: {} changes of another version were left out", id_.value, refused);
}

Task<Result<>> DocumentActor::State::restore(std::shared_ptr<State> self, int64_t number,
                                             document::Author author) {
  const auto hold = co_await self->revising_.take();
  auto stored = co_await self->revisions_.load(number, true);
  if (!stored) co_return std::unexpected(stored.error());
  const auto gone = failure(ErrorCode::unavailable, "The notebook is being reloaded; try again.");
  const bool committed_all = co_await committed(self, self->tip_.seq());
  if (!committed_all) co_return gone;
  auto now = to_notebook(self->tip_, Outputs::all);
  const std::vector<UserId> authors = self->authors_;
  RevisionWish wish{.kind = "before_restore"};
  auto before = co_await draft(self, std::move(wish));
  auto work = [&stored, &now] {
    history::Theirs theirs{std::move(stored->notebook),
                           {},
                           stored->head.with_outputs,
                           stored->entry.kind != "outside",
                           cells_that_ran(stored->head)};
    theirs.summary = history::summarise(theirs.notebook);
    return std::pair(history::summarise(now), std::move(theirs));
  };
  const auto [base, theirs] = co_await self->world_.pool.run(std::move(work));
  if (self->failed_ || self->closed_) co_return gone;
  const auto ops = history::merge(base, self->tip_, theirs);
  if (!before || ops.empty()) {
    for (const UserId& each : authors) self->note_author(each);
    if (!before) co_return std::unexpected(before.error());
    co_return Result<>();
  }
  self->revised_seq_ = before->seq;
  self->pending_.batch.revisions.push_back(std::move(*before));
  self->decide_all(ops, author);
  self->start_commit();
  const bool done = co_await committed(self, self->tip_.seq());
  if (!done) co_return gone;
  co_return Result<>();
}

}  // namespace colibri::notebooks
