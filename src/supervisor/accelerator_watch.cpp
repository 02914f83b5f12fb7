#include "supervisor/accelerator_watch.hpp"

#include <signal.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "async/timer.hpp"

namespace colibri::supervisor {
namespace {

constexpr auto kReadEvery = std::chrono::seconds(2);
constexpr int64_t kReclaimNoticeMs = 600'000;

std::string duration_words(int64_t duration_ms) {
  const int64_t seconds = duration_ms / 1000;
  const auto of = [](int64_t count, const char* unit) {
    return std::to_string(count) + " " + unit + (count == 1 ? "" : "s");
  };
  if (seconds >= 3600 && seconds % 3600 == 0) return of(seconds / 3600, "hour");
  if (seconds >= 60 && seconds % 60 == 0) return of(seconds / 60, "minute");
  return of(seconds, "second");
}

}  // namespace

AcceleratorState::AcceleratorState(const link::SupervisorConfig& config, int64_t now_ms)
    : lent_(config.accelerators),
      unused_notice_ms_(config.unused_notice_ms),
      reclaim_idle_ms_(config.reclaim_idle_ms),
      use_(now_ms),
      lost_polls_(config.accelerators.size()) {}

void AcceleratorState::add(std::vector<accelerators::Reading> readings, int64_t now_ms) {
  readings.resize(lent_.size());
  for (size_t i = 0; i < readings.size(); ++i) {
    lost_polls_[i] = readings[i].lost.empty() ? 0 : lost_polls_[i] + 1;
  }
  use_.add(readings, now_ms);
  last_ = std::move(readings);
}

std::vector<link::AcceleratorMeter> AcceleratorState::meters() const {
  std::vector<link::AcceleratorMeter> list;
  for (size_t i = 0; i < lent_.size(); ++i) {
    const accelerators::Reading none{.memory_total = lent_[i].memory_bytes};
    const accelerators::Reading& reading = i < last_.size() ? last_[i] : none;
    std::optional<double> share;
    if (reading.utilization) share = *reading.utilization / 100;
    list.push_back({.id = lent_[i].id,
                    .title = lent_[i].title,
                    .memory_used = reading.memory_used,
                    .memory_total = reading.memory_total,
                    .utilization = share});
  }
  return list;
}

std::optional<link::MeterNotice> AcceleratorState::notice(int64_t now_ms) const {
  const auto idle = use_.idle_since();
  if (reclaim_idle_ms_ > 0 && idle) {
    const int64_t ends_ms = *idle + reclaim_idle_ms_;
    // Early enough to do something about it, and not from the beginning.
    const int64_t ahead_ms = std::min(kReclaimNoticeMs, reclaim_idle_ms_ / 2);
    if (now_ms >= ends_ms - ahead_ms)
      return link::MeterNotice{"accelerator_reclaim", *idle, ends_ms};
  }
  const auto never = use_.never_used_since();
  if (unused_notice_ms_ > 0 && never && now_ms >= *never + unused_notice_ms_) {
    return link::MeterNotice{"accelerator_unused", *never, 0};
  }
  return std::nullopt;
}

std::optional<AcceleratorEnd> AcceleratorState::end(int64_t now_ms) const {
  for (size_t i = 0; i < lent_.size(); ++i) {
    if (lost_polls_[i] < kLostPolls) continue;
    return AcceleratorEnd{"accelerator_lost", lent_[i].title + " is gone (" + last_[i].lost + ")."};
  }
  const auto idle = use_.idle_since();
  if (reclaim_idle_ms_ > 0 && idle && now_ms >= *idle + reclaim_idle_ms_) {
    return AcceleratorEnd{"accelerator_idle", lent_.front().title + " was not used for " +
                                                  duration_words(reclaim_idle_ms_) +
                                                  ", so it was given back for others."};
  }
  return std::nullopt;
}

struct AcceleratorWatch::Reader {
  std::mutex mutex;
  std::condition_variable wake;
  bool stopped = false;

  static void run(std::shared_ptr<Reader> self, asio::any_io_executor executor,
                  std::weak_ptr<AcceleratorState> state,
                  std::vector<link::LentAccelerator> accelerators);
};

void AcceleratorWatch::Reader::run(std::shared_ptr<Reader> self, asio::any_io_executor executor,
                                   std::weak_ptr<AcceleratorState> state,
                                   std::vector<link::LentAccelerator> accelerators) {
  const auto meters = accelerators::make_meters(accelerators);
  std::unique_lock lock(self->mutex);
  while (!self->stopped) {
    lock.unlock();
    std::vector<accelerators::Reading> readings;
    for (const auto& meter : meters) readings.push_back(meter->read());
    lock.lock();
    // Under the lock, so that nothing is posted once the watch is gone, and the reactor after it.
    if (self->stopped) return;
    asio::post(executor, [state, readings = std::move(readings)] {
      if (const auto alive = state.lock()) alive->add(readings, async::lasting_ms());
    });
    self->wake.wait_for(lock, kReadEvery, [&self] { return self->stopped; });
  }
}

AcceleratorWatch::AcceleratorWatch(asio::any_io_executor executor,
                                   const link::SupervisorConfig& config)
    : state_(std::make_shared<AcceleratorState>(config, async::lasting_ms())),
      reader_(std::make_shared<Reader>()) {
  // Signals are the reactor's.
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread(Reader::run, reader_, std::move(executor), std::weak_ptr(state_), config.accelerators)
      .detach();
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

AcceleratorWatch::~AcceleratorWatch() {
  const std::lock_guard lock(reader_->mutex);
  reader_->stopped = true;
  reader_->wake.notify_all();
}

}  // namespace colibri::supervisor
