#pragma once
// The files of /content of runtimes that have ended: each one's person may download them, until
// their time is over or the disk is needed; then the oldest go first. A row of the store says what
// there is, so that a server which was killed loses none and leaves none behind. On the reactor.
#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "async/byte_source.hpp"
#include "async/event.hpp"
#include "base/id.hpp"
#include "engine/engine.hpp"
#include "store/store.hpp"

namespace colibri::runtimes {

// A part of a disk, or so many bytes.
struct DiskShare {
  double part = 0;
  uint64_t bytes = 0;

  [[nodiscard]] uint64_t of(uint64_t total) const {
    return bytes + static_cast<uint64_t>(part * static_cast<double>(total));
  }
};

struct KeepingSettings {
  int64_t keep_ms = 0;      // 0: nothing is kept.
  DiskShare free;           // What is to stay free of the disk.
  uint64_t most_bytes = 0;  // All of them together; 0: no limit.
  DiskShare floor;          // With less free no runtime starts.
};

struct KeptEntry {
  RuntimeId runtime;
  UserId user;
  NotebookId notebook;
  std::string title;  // Of the notebook, when the runtime ended.
  std::string flavor;
  std::string reason;
  int64_t ended_ms = 0;  // async::lasting_ms() or, from the store, wall time of then.
  bool examined = false;
  engine::KeptFiles found = {};
};

class KeptFiles : public std::enable_shared_from_this<KeptFiles> {
 public:
  // All must outlive this.
  KeptFiles(asio::any_io_executor reactor, store::Store& store, engine::Engine& engine,
            KeepingSettings settings);

  // Takes up what an earlier server has left. `living` are the runtimes that may still need what is
  // kept. Once, before all else.
  static Task<Result<>> start(std::shared_ptr<KeptFiles> self, std::set<RuntimeId> living);
  void stop();

  [[nodiscard]] bool keeps() const { return settings_.keep_ms > 0; }

  // The engine has kept this runtime's files. With `held` another runtime is to begin with them:
  // they are offered to nobody until release().
  static Task<void> add(std::shared_ptr<KeptFiles> self, KeptEntry entry, bool held);
  // Nobody goes on with them after all.
  void release(const RuntimeId& runtime);
  // The other runtime has them now.
  static Task<void> forget(std::shared_ptr<KeptFiles> self, RuntimeId runtime);

  // Nobody goes on with them, and nobody wants them.
  static Task<void> discard_held(std::shared_ptr<KeptFiles> self, RuntimeId runtime) {
    return remove(std::move(self), std::move(runtime));
  }

  // What this person can download, newest first. Waits, a while, for what ended just now.
  static Task<std::vector<KeptEntry>> list(std::shared_ptr<KeptFiles> self, UserId user);
  // Until when, as far as only time counts.
  [[nodiscard]] int64_t until_ms(const KeptEntry& entry) const {
    return entry.ended_ms + settings_.keep_ms;
  }
  // `not_found` unless they are this person's.
  [[nodiscard]] Result<std::string> title_of(const UserId& user, const RuntimeId& runtime);
  // As a ZIP archive. `not_found` unless they are this person's.
  static Task<Result<std::shared_ptr<async::ByteSource>>> read(std::shared_ptr<KeptFiles> self,
                                                               UserId user, RuntimeId runtime);
  static Task<Result<>> discard(std::shared_ptr<KeptFiles> self, UserId user, RuntimeId runtime);
  static Task<void> discard_all(std::shared_ptr<KeptFiles> self, UserId user);

  // Removes what is over and, oldest first, what is in the way of the free room.
  static Task<void> make_room(std::shared_ptr<KeptFiles> self);
  // Whether a runtime may start now, as of the last make_room().
  [[nodiscard]] bool has_room() const { return has_room_; }

 private:
  static Task<void> look_after(std::shared_ptr<KeptFiles> self);
  static Task<void> examine(std::shared_ptr<KeptFiles> self, RuntimeId runtime);
  static Task<void> remove(std::shared_ptr<KeptFiles> self, RuntimeId runtime);
  [[nodiscard]] KeptEntry* theirs(const UserId& user, const RuntimeId& runtime);
  // The oldest that may go; nullptr: none.
  [[nodiscard]] const KeptEntry* oldest() const;
  [[nodiscard]] int64_t all_room() const;

  asio::any_io_executor reactor_;
  store::Store& store_;
  engine::Engine& engine_;
  KeepingSettings settings_;
  std::map<RuntimeId, KeptEntry> entries_;
  std::set<RuntimeId> held_;
  async::Event changed_, stop_;
  bool has_room_ = true;
  bool making_room_ = false;
  bool stopped_ = false;
};

}  // namespace colibri::runtimes
