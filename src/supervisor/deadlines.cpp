#include "supervisor/deadlines.hpp"

#include <algorithm>

namespace colibri::supervisor {

namespace {

using std::chrono::milliseconds;

// What a faulty server may say must not overflow a clock.
constexpr int64_t kMostMs = 10LL * 365 * 24 * 60 * 60 * 1000;

milliseconds sane(int64_t ms) {
  return milliseconds(std::clamp<int64_t>(ms, 0, kMostMs));
}

int64_t left_ms(const std::optional<Deadlines::Time>& end, Deadlines::Time now) {
  if (!end) return 0;
  return std::max<int64_t>(1, std::chrono::duration_cast<milliseconds>(*end - now).count());
}

}  // namespace

void Deadlines::set(int64_t life_left_ms, int64_t idle_ms, int64_t idle_left_ms, Time now) {
  life_.reset();
  idle_.reset();
  if (life_left_ms > 0) life_ = now + sane(life_left_ms);
  idle_time_ = sane(idle_ms);
  if (idle_ms > 0) idle_ = now + std::min(sane(idle_left_ms), idle_time_);
}

void Deadlines::used(Time now) {
  if (idle_) idle_ = std::max(*idle_, now + idle_time_);
}

std::optional<std::string_view> Deadlines::due(Time now, bool busy, bool linked) const {
  if (life_ && now >= *life_) return "deadline";
  if (idle_ && !busy && now >= *idle_ + (linked ? Time::duration(kServersTime) : Time::duration(0)))
    return "idle";
  return std::nullopt;
}

int64_t Deadlines::life_left_ms(Time now) const {
  return left_ms(life_, now);
}

int64_t Deadlines::idle_left_ms(Time now) const {
  return left_ms(idle_, now);
}

}  // namespace colibri::supervisor
