// Keeps the .ipynb in the Drive up with the document: within 2 s of a change, atomically.
#include <algorithm>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "notebooks/document_state.hpp"

namespace colibri::notebooks {

void DocumentActor::State::note_change() {
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
  while (self->saving_) {
    self->save_done_.reset();
    co_await self->save_done_.wait_for(std::chrono::seconds(30));
  }
  // The file must not hold what the log does not.
  while (self->committing_ && !self->failed_) {
    self->commit_done_.reset();
    co_await self->commit_done_.wait_for(std::chrono::milliseconds(200));
    if (self->committed_ == self->tip_.seq()) break;
  }
  if (self->failed_) co_return false;
  self->saving_ = true;
  const uint64_t seq = self->tip_.seq();
  self->first_change_ms_ = 0;
  auto work = [notebook = to_notebook(self->tip_), drive = self->drive_, path = self->path_,
               last = self->file_, folder = self->world_.blob_folder()] {
    return write_notebook(*drive, path, notebook, last, folder);
  };
  auto written = co_await self->world_.pool.run(std::move(work));
  if (written) {
    self->file_ = written->file;
    self->saved_ = seq;
    self->unsaved_ = false;
    const auto marked = co_await self->log_.mark_file(self->file_);
    if (!marked) log::warn("notebook {}: {}", self->id_.value, marked.error().detail);
  } else {
    self->first_change_ms_ = async::now_ms();
    if (self->save_error_ != written.error().detail)
      log::error("notebook {} was not written: {}", self->id_.value, written.error().detail);
  }
  self->save_error_ = written ? std::string() : written.error().detail;
  self->saving_ = false;
  self->save_done_.set();
  const Saved saved{self->saved_, async::now_ms(), self->save_error_};
  self->for_each_client([&](Client& client) { client.on_saved(saved); });
  if (written && !written->kept_beside.empty()) {
    const Notice notice{"warning", "changed_outside",
                        "Another program changed this notebook's file. Its version was kept as \"" +
                            title_of(written->kept_beside) + "\"."};
    log::warn("notebook {}: {}", self->id_.value, notice.detail);
    self->for_each_client([&](Client& client) { client.on_notice(notice); });
  }
  co_return written.has_value();
}

Task<void> DocumentActor::State::flush(std::shared_ptr<State> self) {
  const auto until = async::Clock::now() + std::chrono::seconds(10);
  while (!self->failed_ && self->committing_ && async::Clock::now() < until) {
    self->commit_done_.reset();
    co_await self->commit_done_.wait_for(std::chrono::milliseconds(200));
  }
  if (self->failed_) co_return;
  if (self->needs_save()) {
    co_await save_once(self);
  }
  if (self->committed_ > self->snapshot_seq_ && !self->compacting_ &&
      self->committed_ == self->tip_.seq()) {
    self->compacting_ = true;
    co_await compact(self);
  }
}

Task<Result<>> DocumentActor::State::rename(std::shared_ptr<State> self, std::string path) {
  while (self->saving_) {
    self->save_done_.reset();
    co_await self->save_done_.wait_for(std::chrono::seconds(30));
  }
  self->saving_ = true;
  auto work = [drive = self->drive_, from = self->path_, path] {
    return drive->rename(from, path);
  };
  const Result<> renamed = co_await self->world_.pool.run(std::move(work));
  if (renamed) {
    self->path_ = path;
    self->title_ = title_of(path);
  }
  self->saving_ = false;
  self->save_done_.set();
  if (renamed) self->for_each_client([&](Client& client) { client.on_title(self->title_); });
  co_return renamed;
}

}  // namespace colibri::notebooks
