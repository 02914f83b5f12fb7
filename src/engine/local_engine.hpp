#pragma once
// The engine of one box: supervisors are processes beside the server. They run in their own session
// and outlive it; a later server finds them by the file that names their process.
//
//   <data>/runtimes/<id>/           0700: supervisor.json, supervisor.pid, supervisor.log, overlay
//   <data>/kept/<id>/               0700: what is kept of /content
//   <run directory>/<id>/           0700: sockets
#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <set>

#include "accelerators/inventory.hpp"
#include "async/blocking_pool.hpp"
#include "engine/engine.hpp"
#include "engine/user_ranges.hpp"

namespace colibri::engine {

struct LocalSettings {
  std::string data_directory;
  std::string run_directory;
  std::string supervisor;  // Path of colibri-supervisor; empty: beside our own program.
  // Outlives the engine. None: no accelerators.
  accelerators::Inventory* inventory = nullptr;
  // Users of a slot on the host: from first_uid + slot * kUidsPerRuntime, or the next free range.
  uint32_t first_uid = kFirstUid;
  std::vector<std::string> network_allow;  // Private networks that runtimes may reach.
  int64_t unused_notice_ms = 600'000;      // As link::SupervisorConfig has these two.
  int64_t reclaim_idle_ms = 0;
};

class LocalEngine final : public Engine {
 public:
  // `pool` must outlive this.
  LocalEngine(asio::any_io_executor reactor, async::BlockingPool& pool, LocalSettings settings);
  ~LocalEngine() override;

  Task<Result<Started>> start(Launch launch, Watcher watcher) override;
  Result<> adopt(RuntimeId runtime, Watcher watcher) override;
  void keep_files(const RuntimeId& runtime) override { keeping_.insert(runtime); }
  Task<void> forget_files(RuntimeId runtime) override;
  Task<Result<KeptFiles>> examine_files(RuntimeId runtime) override;
  Task<Result<std::shared_ptr<async::ByteSource>>> read_files(RuntimeId runtime) override;
  Task<std::vector<RuntimeId>> kept() override;
  Task<DiskRoom> room() override;
  Task<Result<>> clean_up(RuntimeId runtime, async::Duration grace) override;
  Task<std::optional<Ending>> ending_of(RuntimeId runtime) override;
  Task<std::vector<RuntimeId>> pooled() override;
  [[nodiscard]] Task<std::string> last_words(RuntimeId runtime) override;

 private:
  struct Watches;

  [[nodiscard]] std::string directory(const RuntimeId& runtime) const;
  [[nodiscard]] std::string kept_folder(const RuntimeId& runtime) const;
  [[nodiscard]] std::string files_program() const;  // colibri-files, beside the supervisor.

  asio::any_io_executor reactor_;
  async::BlockingPool& pool_;
  LocalSettings settings_;
  std::shared_ptr<Watches> watches_;
  std::set<RuntimeId> keeping_;
};

}  // namespace colibri::engine
