#include "runtimes/kept_files.hpp"

#include <algorithm>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "runtimes/kept_rows.hpp"

namespace colibri::runtimes {

using namespace std::chrono_literals;

namespace {

constexpr int64_t kLookEveryMs = 10'000;
// Removing what a runtime wrote elsewhere takes a while when that is much.
constexpr auto kListWaits = 20s;
constexpr int kExamineTries = 3;

}  // namespace

KeptFiles::KeptFiles(asio::any_io_executor reactor, store::Store& store, engine::Engine& engine,
                     KeepingSettings settings)
    : reactor_(std::move(reactor)), store_(store), engine_(engine), settings_(settings) {}

Task<Result<>> KeptFiles::start(std::shared_ptr<KeptFiles> self, std::set<RuntimeId> living) {
  store::Work<std::vector<KeptEntry>> read = [](soci::session& sql) { return all_kept(sql); };
  auto rows = co_await self->store_.read<std::vector<KeptEntry>>(std::move(read));
  if (!rows) co_return std::unexpected(rows.error());
  const auto folders = co_await self->engine_.kept();
  for (KeptEntry& row : *rows) self->entries_[row.runtime] = row;
  for (const RuntimeId& folder : folders)
    if (!self->entries_.contains(folder) && !living.contains(folder))
      co_await self->engine_.forget_files(folder);
  for (const KeptEntry& row : *rows) {
    if (std::ranges::find(folders, row.runtime) == folders.end())
      co_await forget(self, row.runtime);
    else if (!row.examined)
      async::spawn(self->reactor_, examine(self, row.runtime), "looking at kept files");
  }
  co_await make_room(self);
  async::spawn(self->reactor_, look_after(self), "looking after kept files");
  co_return Result<>();
}

void KeptFiles::stop() {
  stopped_ = true;
  stop_.set();
  changed_.set();
}

Task<void> KeptFiles::look_after(std::shared_ptr<KeptFiles> self) {
  while (!self->stopped_) {
    int64_t wait_ms = kLookEveryMs;
    if (const KeptEntry* entry = self->oldest())
      wait_ms = std::clamp<int64_t>(self->until_ms(*entry) - async::lasting_ms(), 1, wait_ms);
    (void)co_await self->stop_.wait_for(std::chrono::milliseconds(wait_ms));
    if (self->stopped_) co_return;
    co_await make_room(self);
  }
}

Task<void> KeptFiles::add(std::shared_ptr<KeptFiles> self, KeptEntry entry, bool held) {
  store::Work<std::string> insert = [entry](soci::session& sql) { return insert_kept(sql, entry); };
  const auto title = co_await self->store_.write<std::string>(std::move(insert));
  if (!title) {
    log::error("the files of runtime {} are not kept: {}", entry.runtime.value,
               title.error().detail);
    co_await self->engine_.forget_files(entry.runtime);
    co_return;
  }
  const RuntimeId id = entry.runtime;
  entry.title = *title;
  self->entries_[id] = std::move(entry);
  if (held) self->held_.insert(id);
  if (!held) async::spawn(self->reactor_, examine(self, id), "looking at kept files");
}

void KeptFiles::release(const RuntimeId& runtime) {
  if (held_.erase(runtime) == 0) return;
  async::spawn(reactor_, examine(shared_from_this(), runtime), "looking at kept files");
}

Task<void> KeptFiles::examine(std::shared_ptr<KeptFiles> self, RuntimeId runtime) {
  for (int attempt = 1; !self->stopped_ && self->entries_.contains(runtime); ++attempt) {
    const auto found = co_await self->engine_.examine_files(runtime);
    const auto entry = self->entries_.find(runtime);
    if (self->stopped_ || entry == self->entries_.end()) co_return;
    const bool gone = !found && found.error().code == ErrorCode::not_found;
    if (found && found->files > 0) {
      entry->second.found = *found;
      entry->second.examined = true;
      self->changed_.set();
      store::Work<> update = [row = entry->second](soci::session& sql) {
        return update_kept(sql, row);
      };
      (void)co_await self->store_.write(std::move(update));  // Else it is looked at once more.
      co_await make_room(self);
      co_return;
    }
    if (!found && !gone)
      log::error("the files of runtime {}: {}", runtime.value, found.error().detail);
    if (found || gone || attempt == kExamineTries) {
      co_await remove(self, runtime);
      co_return;
    }
    (void)co_await self->stop_.wait_for(std::chrono::milliseconds(kLookEveryMs));
  }
}

Task<void> KeptFiles::forget(std::shared_ptr<KeptFiles> self, RuntimeId runtime) {
  self->held_.erase(runtime);
  self->entries_.erase(runtime);
  self->changed_.set();
  store::Work<> erase = [runtime](soci::session& sql) { return delete_kept(sql, runtime); };
  const auto erased = co_await self->store_.write(std::move(erase));
  if (!erased) log::error("a row of kept files stays: {}", erased.error().detail);
}

// The row goes last: what a killed server has begun to remove is removed by the next.
Task<void> KeptFiles::remove(std::shared_ptr<KeptFiles> self, RuntimeId runtime) {
  self->entries_.erase(runtime);
  self->changed_.set();
  co_await self->engine_.forget_files(runtime);
  co_await forget(self, runtime);
}

Task<std::vector<KeptEntry>> KeptFiles::list(std::shared_ptr<KeptFiles> self, UserId user) {
  const auto until = async::Clock::now() + kListWaits;
  const auto pending = [&] {
    return std::ranges::any_of(self->entries_, [&](const auto& each) {
      return each.second.user == user && !each.second.examined && !self->held_.contains(each.first);
    });
  };
  while (pending() && !self->stopped_ && async::Clock::now() < until) {
    self->changed_.reset();
    (void)co_await self->changed_.wait_for(until - async::Clock::now());
  }
  std::vector<KeptEntry> out;
  for (const auto& [id, entry] : self->entries_)
    if (entry.user == user && entry.examined) out.push_back(entry);
  std::ranges::sort(out, std::greater(), &KeptEntry::ended_ms);
  co_return out;
}

KeptEntry* KeptFiles::theirs(const UserId& user, const RuntimeId& runtime) {
  const auto found = entries_.find(runtime);
  const bool is = found != entries_.end() && found->second.user == user && found->second.examined;
  return is ? &found->second : nullptr;
}

Result<std::string> KeptFiles::title_of(const UserId& user, const RuntimeId& runtime) {
  if (const KeptEntry* entry = theirs(user, runtime)) return entry->title;
  return failure(ErrorCode::not_found, "There are no files of this runtime any more.");
}

Task<Result<std::shared_ptr<async::ByteSource>>> KeptFiles::read(std::shared_ptr<KeptFiles> self,
                                                                 UserId user, RuntimeId runtime) {
  if (!self->theirs(user, runtime))
    co_return failure(ErrorCode::not_found, "There are no files of this runtime any more.");
  co_return co_await self->engine_.read_files(runtime);
}

Task<Result<>> KeptFiles::discard(std::shared_ptr<KeptFiles> self, UserId user, RuntimeId runtime) {
  if (!self->theirs(user, runtime))
    co_return failure(ErrorCode::not_found, "There are no files of this runtime any more.");
  co_await remove(self, runtime);
  co_return Result<>();
}

Task<void> KeptFiles::discard_all(std::shared_ptr<KeptFiles> self, UserId user) {
  std::vector<RuntimeId> all;
  for (const auto& [id, entry] : self->entries_)
    if (entry.user == user) all.push_back(id);
  for (const RuntimeId& id : all) co_await remove(self, id);
}

const KeptEntry* KeptFiles::oldest() const {
  const KeptEntry* found = nullptr;
  for (const auto& [id, entry] : entries_)
    if (!held_.contains(id) && entry.examined && (!found || entry.ended_ms < found->ended_ms))
      found = &entry;
  return found;
}

int64_t KeptFiles::all_room() const {
  int64_t sum = 0;
  for (const auto& [id, entry] : entries_) sum += entry.found.room;
  return sum;
}

Task<void> KeptFiles::make_room(std::shared_ptr<KeptFiles> self) {
  if (std::exchange(self->making_room_, true)) co_return;
  const KeepingSettings& settings = self->settings_;
  for (;;) {
    const engine::DiskRoom room = co_await self->engine_.room();
    const auto wanted = std::max(settings.free.of(room.total), settings.floor.of(room.total));
    const KeptEntry* entry = self->oldest();
    const bool is_short = room.total > 0 && room.free < wanted;
    self->has_room_ = room.total == 0 || room.free >= settings.floor.of(room.total);
    if (self->stopped_ || !entry) break;
    const bool is_over = self->until_ms(*entry) <= async::lasting_ms();
    const bool is_much =
        settings.most_bytes > 0 && static_cast<uint64_t>(self->all_room()) > settings.most_bytes;
    if (!is_over && !is_short && !is_much) break;
    log::info("the files of runtime {} go: {}", entry->runtime.value,
              is_over ? "their time is over" : "the disk is needed");
    co_await remove(self, RuntimeId(entry->runtime));
  }
  self->making_room_ = false;
}

}  // namespace colibri::runtimes
