// Keeps the .ipynb in the Drive up with the document: within 2 s of a change, atomically.
#include <algorithm>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "base/sha256.hpp"
#include "notebooks/document_state.hpp"
#include "notebooks/packing.hpp"

namespace colibri::notebooks {

void DocumentActor::State::note_change() {
  if (!has_file()) return;
  const int64_t now = async::now_ms();
  if (first_change_ms_ == 0) first_change_ms_ = now;
  last_change_ms_ = now;
  if (saver_runs_ || failed_) return;
  saver_runs_ = true;
  async::spawn(world_.reactor, save_loop(shared_from_this()), "saving a notebook");
}

int64_t DocumentActor::State::save_due_ms() const {
  const int64_t latest = first_change_ms_ + world_.settings.save_after_ms;
  if (!tip_.queue().empty()) return latest;
  return std::min(latest, last_change_ms_ + world_.settings.save_idle_ms);
}

Task<void> DocumentActor::State::save_loop(std::shared_ptr<State> self) {
  while (self->needs_save()) {
    if (self->failed_) break;
    const int64_t left = self->save_due_ms() - async::now_ms();
    if (left > 0 && !self->save_wanted_.is_set()) {
      co_await self->save_wanted_.wait_for(std::chrono::milliseconds(left));
      continue;
    }
    self->save_wanted_.reset();
    const bool written = co_await save_once(self);
    if (written) continue;
    if (self->failed_ || self->closed_) break;
    co_await self->save_wanted_.wait_for(
        std::chrono::milliseconds(self->world_.settings.save_retry_ms));
  }
  self->saver_runs_ = false;
  if (self->unused()) self->maybe_unused_.set();
}

Task<bool> DocumentActor::State::save_once(std::shared_ptr<State> self) {
  co_await hold_file(self);
  Result<bool> written = false;
  constexpr int kMostTries = 5;  // Somebody else may write it again and again.
  for (int tries = 0; tries < kMostTries && written && !*written && !self->failed_; ++tries)
    written = co_await write_file(self);
  if (written && !*written)
    written = failure(ErrorCode::unavailable, "Another program keeps writing the file.");
  if (!written) self->first_change_ms_ = async::now_ms();
  const std::string error = written ? std::string() : written.error().detail;
  if (!written && self->save_error_ != error && !self->failed_)
    log::error("notebook {} was not written: {}", self->id_.value, error);
  self->save_error_ = error;
  if (!written && self->compact_due_) co_await compact_unsaved(self);
  self->release_file();
  const Saved saved{self->saved_, async::now_ms(), self->save_error_};
  self->for_each_client([&](Client& client) { client.on_saved(saved); });
  co_return written.has_value();
}

Task<Result<bool>> DocumentActor::State::write_file(std::shared_ptr<State> self) {
  const bool met = co_await meet_outside(self);
  if (!met) co_return failure(ErrorCode::unavailable, "Another program is writing the file.");
  if (self->failed_) co_return failure(ErrorCode::unavailable, "The notebook is loaded anew.");
  const uint64_t seq = self->tip_.seq();
  self->first_change_ms_ = 0;
  const bool compacts = std::exchange(self->compact_due_, false);
  std::optional<document::Document> whole;
  if (compacts) whole = self->tip_;
  auto work = [notebook = to_notebook(self->tip_), whole = std::move(whole),
               folder = self->world_.blob_folder()] {
    auto bytes = to_bytes(notebook, folder);
    std::string sha256 = bytes ? sha256_hex(*bytes) : std::string();
    std::string snapshot;
    if (bytes && whole) snapshot = json::serialize(whole->snapshot(), json::NanAs::python);
    return std::tuple(std::move(bytes), std::move(sha256), std::move(snapshot));
  };
  auto [bytes, sha256, snapshot] = co_await self->world_.pool.run(std::move(work));
  if (!bytes) co_return std::unexpected(bytes.error());
  // The file must not hold what the log does not.
  const bool on_disk = co_await committed(self, seq);
  if (!on_disk) co_return failure(ErrorCode::unavailable, "The notebook is loaded anew.");
  FileMark next{std::move(sha256), {}, static_cast<int64_t>(seq), {}};
  if (next.sha256 == self->file_.sha256 && !self->gone_) {
    next.stamp = self->file_.stamp;
    self->file_ = std::move(next);
  } else {
    const auto put = co_await put_file(self, std::move(*bytes), std::move(next));
    if (!put || !*put) {
      self->compact_due_ = self->compact_due_ || compacts;
      co_return put;
    }
  }
  self->next_ = {};
  self->gone_ = false;
  self->saved_ = seq;
  self->unsaved_ = false;
  if (compacts) co_await keep_snapshot(self, seq, std::move(snapshot), self->file_);
  co_return true;
}

Task<Result<bool>> DocumentActor::State::put_file(std::shared_ptr<State> self, std::string bytes,
                                                  FileMark next) {
  // Said before it is done: else a server that was killed in between would take its own writing for
  // another program's.
  const auto announced = co_await self->log_.announce_file(self->file_, next);
  if (!announced) co_return std::unexpected(announced.error());
  self->next_ = next;
  struct Put {
    Result<drive::Drive::Replaced> replaced;
    Result<FromFile> theirs = failure(ErrorCode::not_found, "");
  };
  auto write = [drive = self->drive_, path = self->path_, bytes = std::move(bytes),
                known = self->file_, folder = self->world_.blob_folder()]() -> Put {
    Put put{drive->replace(path, bytes, known.stamp)};
    const auto& foreign = put.replaced ? put.replaced->foreign : std::nullopt;
    if (!foreign || sha256_hex(foreign->bytes) == known.sha256) return put;
    put.theirs = parse_notebook(*foreign, folder);
    if (!put.theirs) (void)keep_unreadable(*drive, path, foreign->bytes);
    return put;
  };
  auto put = co_await self->world_.pool.run(std::move(write));
  if (!put.replaced) co_return std::unexpected(put.replaced.error());
  next.stamp = put.replaced->stamp;
  if (!put.theirs) {
    self->file_ = std::move(next);
    co_return true;
  }
  self->next_ = {};  // They began with what the file was before.
  const bool taken = co_await take_in(self, std::move(*put.theirs), next);
  if (taken) co_return false;
  auto keep = [drive = self->drive_, path = self->path_,
               bytes = std::move(put.replaced->foreign->bytes)] {
    return keep_unreadable(*drive, path, bytes);
  };
  const auto kept = co_await self->world_.pool.run(std::move(keep));
  if (kept)
    log::warn("notebook {}: another program's version of it is \"{}\"", self->id_.value, *kept);
  self->file_ = std::move(next);
  co_return true;
}

// The file cannot be written, and the log is not to grow without end: then what the file holds is
// kept by itself.
Task<void> DocumentActor::State::compact_unsaved(std::shared_ptr<State> self) {
  if (self->log_bytes_ < 2 * self->world_.settings.compact_bytes || self->failed_) co_return;
  FileMark file = self->file_;
  if (file.base.empty()) {
    const history::Summary base = co_await file_base(self);
    file.base = pack(json::serialize(to_json(base), json::NanAs::python));
  }
  const uint64_t seq = self->tip_.seq();
  std::string snapshot = json::serialize(self->tip_.snapshot(), json::NanAs::python);
  const bool on_disk = co_await committed(self, seq);
  if (!on_disk) co_return;
  self->file_ = file;
  co_await keep_snapshot(self, seq, std::move(snapshot), std::move(file));
}

Task<void> DocumentActor::State::flush(std::shared_ptr<State> self) {
  const auto until = async::Clock::now() + std::chrono::seconds(10);
  while (!self->failed_ && self->committing_ && async::Clock::now() < until) {
    self->commit_done_.reset();
    co_await self->commit_done_.wait_for(std::chrono::milliseconds(200));
  }
  if (self->failed_) co_return;
  co_await end_session(self);
  if (!self->has_file()) {
    if (self->committed_ > self->snapshot_seq_ && !self->compacting_) {
      self->compacting_ = true;
      co_await compact(self);
    }
    co_return;
  }
  self->compact_due_ = self->committed_ > self->snapshot_seq_;
  if (self->needs_save() || self->compact_due_) co_await save_once(self);
}

Task<void> DocumentActor::State::hold_file(std::shared_ptr<State> self) {
  while (self->saving_) {
    self->save_done_.reset();
    co_await self->save_done_.wait_for(std::chrono::seconds(30));
  }
  self->saving_ = true;
}

void DocumentActor::State::release_file() {
  saving_ = false;
  save_done_.set();
}

void DocumentActor::State::file_moved(UserId owner, std::shared_ptr<const drive::Drive> drive,
                                      std::string path) {
  owner_ = std::move(owner);
  drive_ = std::move(drive);
  path_ = std::move(path);
  watch_file();
  const std::string title = title_of(path_);
  if (title == title_) return;
  title_ = title;
  for_each_client([&](Client& client) { client.on_title(title_); });
}

}  // namespace colibri::notebooks
