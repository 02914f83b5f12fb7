#pragma once
// The engine of a cluster: each supervisor is a job of Slurm, on whatever machine that gives it,
// and dials the server over TLS. The words of Slurm's queue become those of the lease. A controller
// that does not answer is asked again, and never ends a lease.
//
//   <shared directory>/<id>/   0700: supervisor.json, supervisor.log, job.json; `cancel` once it is
//                              to end, so that a later server goes on with that
#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "async/blocking_pool.hpp"
#include "engine/engine.hpp"
#include "engine/slurm_settings.hpp"

namespace colibri::engine {

class SlurmEngine final : public Engine {
 public:
  // `pool` must outlive this.
  SlurmEngine(asio::any_io_executor reactor, async::BlockingPool& pool, SlurmSettings settings);
  // The jobs go on.
  ~SlurmEngine() override;

  [[nodiscard]] bool schedules() const override { return true; }
  // `unavailable` also when Slurm refuses the job. While its controller does not answer the runtime
  // waits.
  Task<Result<Started>> start(Launch launch, Watcher watcher) override;
  Result<> adopt(RuntimeId runtime, Watcher watcher) override;
  // `timeout` when Slurm has not ended the job in time; it is told so until it has.
  Task<Result<>> clean_up(RuntimeId runtime, async::Duration grace) override;
  [[nodiscard]] Task<std::string> last_words(RuntimeId runtime) override;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace colibri::engine
