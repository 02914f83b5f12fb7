#pragma once
// Keeps an eye on the accelerators lent to a runtime: their meters for the page, whether they are
// used, and whether they are still there. Drivers may block, so a thread of its own reads them; all
// else is on the reactor thread.
#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "accelerators/use.hpp"
#include "async/task.hpp"
#include "link/messages.hpp"
#include "link/supervisor_config.hpp"

namespace colibri::supervisor {

// Why a runtime must end because of its accelerators.
struct AcceleratorEnd {
  std::string reason;  // accelerator_lost, accelerator_idle
  std::string detail;
};

// What readings mean. Pure: time comes in, of a clock that nobody sets.
class AcceleratorState {
 public:
  AcceleratorState(const link::SupervisorConfig& config, int64_t now_ms);

  // A poll of all, in the order of the config.
  void add(std::vector<accelerators::Reading> readings, int64_t now_ms);

  [[nodiscard]] std::vector<link::AcceleratorMeter> meters() const;
  [[nodiscard]] std::optional<link::MeterNotice> notice(int64_t now_ms) const;
  [[nodiscard]] std::optional<AcceleratorEnd> end(int64_t now_ms) const;

 private:
  static constexpr int kLostPolls = 2;  // In a row: a driver may stumble once.

  std::vector<link::LentAccelerator> lent_;
  int64_t unused_notice_ms_, reclaim_idle_ms_;
  accelerators::Use use_;
  std::vector<accelerators::Reading> last_;
  std::vector<int> lost_polls_;
};

class AcceleratorWatch {
 public:
  // Begins to read, every two seconds. The thread ends some time after this is destroyed, at once
  // when no driver holds it.
  AcceleratorWatch(asio::any_io_executor executor, const link::SupervisorConfig& config);
  ~AcceleratorWatch();

  [[nodiscard]] const AcceleratorState& state() const { return *state_; }

 private:
  struct Reader;

  std::shared_ptr<AcceleratorState> state_;
  std::shared_ptr<Reader> reader_;
};

}  // namespace colibri::supervisor
