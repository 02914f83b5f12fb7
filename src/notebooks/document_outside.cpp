// What becomes of a document whose file another program changed, broke, moved or deleted.
#include <algorithm>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "history/merge.hpp"
#include "notebooks/document_state.hpp"
#include "notebooks/loading.hpp"
#include "notebooks/notebook_rows.hpp"
#include "notebooks/packing.hpp"

namespace colibri::notebooks {

void DocumentActor::State::watch_file() {
  if (!has_file()) return;
  file_watch_ = world_.files->watch(*drive_, path_, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->look_soon();
  });
}

void DocumentActor::State::look_soon() {
  look_wanted_ = true;
  if (looking_ || failed_ || closed_) return;
  looking_ = true;
  async::spawn(world_.reactor, look_loop(shared_from_this()), "looking at a changed file");
}

Task<void> DocumentActor::State::look_loop(std::shared_ptr<State> self) {
  while (self->look_wanted_ && !self->failed_ && !self->closed_) {
    self->look_wanted_ = false;
    const bool ours = co_await is_as_known(self);  // Mostly it was us.
    if (ours) continue;
    // A program that writes in several steps is let finish.
    co_await async::sleep_for(std::chrono::milliseconds(self->world_.settings.settle_ms));
    co_await hold_file(self);
    const bool met = co_await meet_outside(self);
    self->release_file();
    if (!met) self->look_wanted_ = true;
  }
  self->looking_ = false;
  if (self->unused()) self->maybe_unused_.set();
}

Task<bool> DocumentActor::State::is_as_known(std::shared_ptr<State> self) {
  co_await hold_file(self);
  auto stat = [drive = self->drive_, path = self->path_] { return drive->stat(path); };
  const auto stamp = co_await self->world_.pool.run(std::move(stat));
  const bool same = stamp && *stamp && **stamp == self->file_.stamp;
  self->release_file();
  co_return same;
}

Task<void> DocumentActor::State::meet_file(std::shared_ptr<State> self) {
  if (!self->has_file()) co_return;
  if (!self->revised_seq_)
    async::spawn(self->world_.reactor, keep_first(self, to_notebook(self->tip_)),
                 "keeping a notebook's first revision");
  self->watch_file();
  co_await hold_file(self);
  const bool met = co_await meet_outside(self);
  self->release_file();
  if (!met) self->look_soon();
}

void DocumentActor::State::tell(const Notice& notice) {
  log::warn("notebook {}: {}", id_.value, notice.detail);
  for_each_client([&](Client& client) { client.on_notice(notice); });
}

Task<bool> DocumentActor::State::meet_outside(std::shared_ptr<State> self) {
  if (self->failed_) co_return true;
  auto look = [drive = self->drive_, path = self->path_, known = self->file_, next = self->next_,
               folder = self->world_.blob_folder()] {
    return look_at_file(*drive, path, known, next, folder);
  };
  auto found = co_await self->world_.pool.run(std::move(look));
  if (!found) {
    log::warn("notebook {}: {}", self->id_.value, found.error().detail);
    co_return true;  // The writer will find out, and say so.
  }
  if (found->is != FileIs::unreadable) self->unreadable_ = {};
  if (found->is != FileIs::gone) self->gone_ = false;
  switch (found->is) {
    case FileIs::known:
      self->file_.stamp = found->mark.stamp;
      co_return true;
    case FileIs::next:  // We wrote it, and did not live to say so.
      self->file_ = {self->next_.sha256, found->mark.stamp, self->next_.seq, {}};
      co_return true;
    case FileIs::changed: {
      if (self->closed_) co_return false;  // The next who opens it will.
      FileMark after = found->theirs->file;
      co_return co_await take_in(self, std::move(*found->theirs), std::move(after));
    }
    case FileIs::unreadable:
      if (self->closed_) co_return false;
      co_return co_await wait_or_set_aside(self, std::move(*found));
    case FileIs::gone:
      co_await follow_file(self);
      co_return true;
  }
  co_return true;
}

// What the file held before it was changed: the document that it was written from.
Task<history::Summary> DocumentActor::State::file_base(std::shared_ptr<State> self) {
  const FileMark mark = self->file_;
  const int64_t seq = self->next_.seq >= 0 ? self->next_.seq : mark.seq;
  auto stored = co_await self->log_.load();
  auto now = to_notebook(self->tip_, Outputs::as_set);
  auto work = [&stored, &now, &mark, seq,
               limits = self->world_.settings.limits]() -> history::Summary {
    if (!mark.base.empty())
      if (const auto text = unpack(mark.base))
        if (const auto object = json::parse_object(*text))
          if (auto summary = history::summary_from_json(*object)) return std::move(*summary);
    if (stored && *stored && seq >= 0)
      if (const auto then = document_at(**stored, static_cast<uint64_t>(seq), limits))
        return history::summarise(to_notebook(*then, Outputs::as_set));
    // Not known: then the file counts, and the document is in its revisions.
    return history::summarise(now);
  };
  co_return co_await self->world_.pool.run(std::move(work));
}

Task<bool> DocumentActor::State::take_in(std::shared_ptr<State> self, FromFile from,
                                         FileMark after) {
  const auto hold = co_await self->revising_.take();
  const bool committed_all = co_await committed(self, self->tip_.seq());
  if (!committed_all) co_return false;
  const history::Summary base = co_await file_base(self);
  auto summarise = [&from] {
    const bool has_outputs = !omits_outputs(from.notebook.metadata);
    history::Theirs theirs{
        from.notebook, history::summarise(from.notebook), has_outputs, false, {}};
    std::string packed = pack(json::serialize(to_json(theirs.summary), json::NanAs::python));
    return std::pair(std::move(theirs), std::move(packed));
  };
  auto [theirs, packed] = co_await self->world_.pool.run(std::move(summarise));
  const bool same = history::merge(base, self->tip_, theirs).empty();
  // What our own writer has put in its place is known; else the file is theirs.
  if (after.sha256 == from.file.sha256) after.base = std::move(packed);
  if (same) {  // Written another way, saying the same.
    self->file_ = std::move(after);
    self->next_ = {};
    const auto marked = co_await self->log_.mark_file(self->file_);
    co_return marked.has_value();
  }
  RevisionWish ours{.kind = "before_outside", .pinned = true};
  auto before = co_await draft(self, std::move(ours));
  if (!before) co_return false;
  RevisionWish other{.kind = "outside", .pinned = true, .of = std::move(from.notebook)};
  auto outside = co_await draft(self, std::move(other));
  if (!outside || self->failed_ || self->closed_) co_return false;
  // Nothing suspends from here on: one commit holds it all.
  const auto ops = history::merge(base, self->tip_, theirs);
  Batch& batch = self->pending_.batch;
  batch.revisions.push_back(std::move(*before));
  batch.revisions.push_back(std::move(*outside));
  std::ranges::move(from.blobs, std::back_inserter(batch.blobs));
  batch.file = after;
  self->decide_all(ops, {});
  self->start_commit();
  self->file_ = std::move(after);
  self->next_ = {};
  const bool done = co_await committed(self, self->tip_.seq());
  if (!done) co_return false;
  self->tell(
      {"info", "changed_outside",
       "Another program changed this notebook's file. Its changes were taken in; the revision "
       "history has both versions."});
  co_return true;
}

// Perhaps it is only half written yet. If not, it is put aside, and the document is written again.
Task<bool> DocumentActor::State::wait_or_set_aside(std::shared_ptr<State> self, FileNow found) {
  const int64_t now = async::now_ms();
  if (self->unreadable_.since_ms == 0 || self->unreadable_.stamp != found.mark.stamp)
    self->unreadable_ = {now, found.mark.stamp};
  if (now - self->unreadable_.since_ms < self->world_.settings.unreadable_ms) co_return false;
  auto keep = [drive = self->drive_, path = self->path_, bytes = std::move(found.bytes)] {
    return keep_unreadable(*drive, path, bytes);
  };
  const auto kept = co_await self->world_.pool.run(std::move(keep));
  if (!kept) {
    log::warn("notebook {}: {}", self->id_.value, kept.error().detail);
    co_return false;
  }
  self->unreadable_ = {};
  self->file_.stamp = found.mark.stamp;
  self->file_.sha256 = found.mark.sha256;
  self->unsaved_ = true;
  self->note_change();
  self->tell({"warning", "file_unreadable",
              "Another program put something into this notebook's file that is no notebook. It was "
              "kept as \"" +
                  *kept + "\"; the notebook is as it was."});
  co_return true;
}

// Renamed within the Drive, or gone.
Task<void> DocumentActor::State::follow_file(std::shared_ptr<State> self) {
  auto find = [drive = self->drive_, stamp = self->file_.stamp]() -> std::optional<drive::Entry> {
    const auto files = drive->list_notebooks();
    if (!files || stamp.inode == 0) return {};
    const auto found = std::ranges::find(*files, stamp, &drive::Entry::stamp);
    return found == files->end() ? std::nullopt : std::optional(*found);
  };
  auto found = co_await self->world_.pool.run(std::move(find));
  NotebookRows rows(self->world_.store);
  if (!found) {
    // Moved and then written at once: a list that was read meanwhile knows which file it was.
    const auto row = co_await rows.find_any(self->id_);
    if (row && row->path != self->path_) {
      self->file_moved(self->owner_, self->drive_, row->path);
      co_return self->look_soon();
    }
  } else {
    const std::string path = found->path;
    const auto now = co_await rows.follow(self->id_, self->path_, *std::move(found));
    if (now) {
      self->file_moved(self->owner_, self->drive_, *now);
      if (*now != path) self->look_soon();
      co_return;
    }
    log::warn("notebook {}: {}", self->id_.value, now.error().detail);
  }
  if (std::exchange(self->gone_, true)) co_return;
  self->tell({"warning", "file_gone",
              "Another program deleted this notebook's file. It is written again with the next "
              "change; nothing is lost."});
}

}  // namespace colibri::notebooks
