#include "lease/lease.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace colibri::lease {

namespace {

constexpr std::array<std::string_view, 6> kStates = {"requested", "queued", "starting",
                                                     "ready",     "ending", "ended"};
constexpr std::array<std::string_view, 6> kKernelStates = {"none", "starting",   "idle",
                                                           "busy", "restarting", "dead"};

template <class E, size_t N>
std::optional<E> parse(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<E>(found - names.begin());
}

std::unexpected<Error> out_of_order(State from, std::string_view wish) {
  return failure(ErrorCode::conflict, "A runtime that is " + std::string(to_string(from)) +
                                          " cannot be " + std::string(wish) + ".");
}

}  // namespace

std::string_view to_string(State state) {
  return kStates[static_cast<size_t>(state)];
}

std::string_view to_string(KernelState state) {
  return kKernelStates[static_cast<size_t>(state)];
}

std::string_view to_string(Why why) {
  constexpr std::array<std::string_view, 6> kNames = {
      "no_free_accelerator", "no_place", "limit", "quota", "reserved", "no_disk"};
  return kNames[static_cast<size_t>(why)];
}

std::optional<State> parse_state(std::string_view name) {
  return parse<State>(kStates, name);
}

std::optional<KernelState> parse_kernel_state(std::string_view name) {
  return parse<KernelState>(kKernelStates, name);
}

namespace {

int64_t shifted(int64_t time_ms, int64_t by_ms) {
  return time_ms == 0 ? 0 : time_ms + by_ms;
}

json::Value shifted(const std::optional<int64_t>& time_ms, int64_t by_ms) {
  return time_ms ? json::Value(*time_ms + by_ms) : json::Value();
}

// Of the engine's own queue only its words and its estimate are known.
json::Value scheduler_json(const Status& status, int64_t shift_ms) {
  json::Value expected;
  if (status.expected_ms > 0) expected = status.expected_ms + shift_ms;
  return json::Object{{"flavor", status.flavor}, {"position", nullptr},
                      {"ahead", nullptr},        {"expected_ms", std::move(expected)},
                      {"why", "scheduler"},      {"offered_until_ms", nullptr}};
}

json::Value queue_json(const Status& status, int64_t shift_ms) {
  if (status.waiting) return scheduler_json(status, shift_ms);
  const std::optional<Place>& place = status.queue;
  if (!place) return {};
  return json::Object{{"flavor", place->flavor},
                      {"position", place->position},
                      {"ahead", place->ahead},
                      {"expected_ms", shifted(place->expected_ms, shift_ms)},
                      {"why", to_string(place->why)},
                      {"offered_until_ms", shifted(place->offered_until_ms, shift_ms)}};
}

}  // namespace

json::Object to_json(const Status& status, int64_t shift_ms) {
  json::Array accelerators;
  for (const AcceleratorName& each : status.accelerators)
    accelerators.emplace_back(json::Object{{"model", each.model}, {"title", each.title}});
  return {{"id", status.id.value},
          {"state", to_string(status.waiting ? State::queued : status.state)},
          {"flavor", status.flavor},
          {"flavor_title", status.flavor_title},
          {"image", status.image},
          {"reason", status.reason},
          {"detail", status.detail},
          {"since_ms", shifted(status.since_ms, shift_ms)},
          {"ends_ms", shifted(status.ends_ms, shift_ms)},
          {"idle_ends_ms", shifted(status.idle_ends_ms, shift_ms)},
          {"notice_ms", shifted(status.notice_ms, shift_ms)},
          {"keep", status.keep},
          {"accelerators", std::move(accelerators)},
          {"queue", queue_json(status, shift_ms)},
          {"hours", json::Object{{"left_ms", shifted(status.hours.left_ms, 0)},
                                 {"renews_ms", shifted(status.hours.renews_ms, 0)}}},
          {"kernel", json::Object{{"state", to_string(status.kernel.state)},
                                  {"name", status.kernel.name},
                                  {"language", status.kernel.language},
                                  {"reason", status.kernel.reason},
                                  {"detail", status.kernel.detail}}}};
}

Lease::Lease(RuntimeId id, std::string flavor, std::string image, Terms terms, int64_t now_ms)
    : status_{.id = std::move(id),
              .flavor = std::move(flavor),
              .image = std::move(image),
              .since_ms = now_ms},
      terms_(terms),
      used_ms_(now_ms) {}

Lease Lease::resumed(Status status, Terms terms, int64_t kept_ms, int64_t now_ms) {
  Lease lease(status.id, status.flavor, status.image, terms, now_ms);
  lease.status_ = std::move(status);
  lease.kept_ms_ = kept_ms;
  lease.life_ends_ms_ = lease.status_.ends_ms;
  if (lease.status_.state == State::ready) {
    lease.unlinked_ms_ = now_ms;
    lease.told_ = false;
    if (lease.status_.kernel.state == KernelState::none)
      lease.status_.kernel.state = KernelState::idle;
  } else if (lease.status_.state != State::requested && lease.status_.state != State::queued) {
    lease.status_.since_ms = now_ms;  // Its deadline counts anew: we were not there to see it.
  }
  lease.refresh();
  return lease;
}

void Lease::enter(State state, int64_t now_ms) {
  status_.waiting = false;
  status_.state = state;
  status_.since_ms = now_ms;
  refresh();
}

bool Lease::idle_ends_first() const {
  return status_.idle_ends_ms > 0 &&
         (status_.ends_ms == 0 || status_.idle_ends_ms <= status_.ends_ms);
}

int64_t Lease::could_keep_ms() const {
  if (others_wait_) return 0;
  int64_t more_ms = std::min(terms_.keep_ms, terms_.keep_limit_ms - kept_ms_);
  for (const auto& end_ms : {latest_end_ms_, hours_end_ms_})
    if (end_ms) more_ms = std::min(more_ms, *end_ms - status_.ends_ms);
  return std::max<int64_t>(more_ms, 0);
}

void Lease::live_until(int64_t ends_ms) {
  life_ends_ms_ = status_.ends_ms = ends_ms;
  if (!hours_end_ms_) return;
  status_.ends_ms = ends_ms > 0 ? std::min(ends_ms, *hours_end_ms_) : *hours_end_ms_;
}

int64_t Lease::life_end(int64_t from_ms) const {
  return terms_.life_ms > 0 ? from_ms + terms_.life_ms : 0;
}

void Lease::refresh() {
  const bool ready = status_.state == State::ready;
  const bool idle = ready && status_.kernel.state != KernelState::busy;
  status_.idle_ends_ms = idle && terms_.idle_ms > 0 ? used_ms_ + terms_.idle_ms : 0;
  status_.notice_ms = 0;
  status_.keep = false;
  if (!ready) return;
  if (idle_ends_first()) {
    status_.notice_ms = status_.idle_ends_ms - std::min(terms_.notice_ms, terms_.idle_ms / 2);
    status_.keep = true;
  } else if (status_.ends_ms > 0) {
    // A life without an end of its own may end for a reservation.
    const int64_t half_ms = terms_.life_ms > 0 ? terms_.life_ms / 2 : terms_.notice_ms;
    status_.notice_ms = status_.ends_ms - std::min(terms_.notice_ms, half_ms);
    status_.keep = could_keep_ms() > 0;
  }
}

const char* Lease::why_not_longer() const {
  if (kept_ms_ >= terms_.keep_limit_ms) return "The runtime has been kept for as long as may be.";
  if (latest_end_ms_ && *latest_end_ms_ <= status_.ends_ms)
    return "The runtime is reserved for others after this.";
  return "Your hours on accelerators of this week last no longer than this.";
}

Result<> Lease::keep(int64_t now_ms) {
  if (status_.state != State::ready)
    return failure(ErrorCode::conflict, "Only a runtime that is ready can be kept.");
  if (idle_ends_first()) {
    touch(now_ms);
    return {};
  }
  if (status_.ends_ms == 0) return failure(ErrorCode::conflict, "The runtime has no end.");
  if (now_ms < status_.notice_ms)
    return failure(ErrorCode::conflict, "A runtime's life can be made longer near its end only.");
  if (others_wait_) return failure(ErrorCode::conflict, "Somebody else waits for such a runtime.");
  const int64_t more_ms = could_keep_ms();
  if (more_ms == 0) return failure(ErrorCode::conflict, why_not_longer());
  kept_ms_ += more_ms;
  live_until(status_.ends_ms + more_ms);
  touch(now_ms);
  return {};
}

void Lease::set_wanted(bool others_wait, std::optional<int64_t> latest_end_ms) {
  others_wait_ = others_wait;
  latest_end_ms_ = latest_end_ms;
  refresh();
}

void Lease::set_hours_end(std::optional<int64_t> hours_end_ms) {
  // It is computed again and again: what moves by a blink would be told as new.
  constexpr int64_t kSameMs = 1000;
  if (hours_end_ms && hours_end_ms_ && std::abs(*hours_end_ms - *hours_end_ms_) < kSameMs) return;
  hours_end_ms_ = hours_end_ms;
  if (status_.state != State::starting && status_.state != State::ready) return;
  live_until(life_ends_ms_);
  refresh();
}

void Lease::believe(int64_t left_ms, int64_t idle_left_ms, int64_t now_ms) {
  if (std::exchange(told_, true) || status_.state != State::ready) return;
  if (terms_.life_ms > 0) {
    const int64_t most_ms = terms_.life_ms + kept_ms_;
    if (left_ms > 0) life_ends_ms_ = now_ms + std::min(left_ms, most_ms);
    live_until(std::min(life_ends_ms_, now_ms + most_ms));
  } else if (life_ends_ms_ > 0 && left_ms > 0) {
    live_until(now_ms + left_ms);
  }
  if (idle_left_ms > 0) used_ms_ = now_ms - terms_.idle_ms + std::min(idle_left_ms, terms_.idle_ms);
  refresh();
}

Result<> Lease::queue(std::string detail, int64_t now_ms) {
  if (status_.state != State::requested) return out_of_order(status_.state, "queued");
  enter(State::queued, now_ms);
  status_.detail = std::move(detail);
  return {};
}

Result<> Lease::start(int64_t now_ms, std::optional<int64_t> latest_end_ms) {
  if (status_.state != State::requested && status_.state != State::queued)
    return out_of_order(status_.state, "started");
  enter(State::starting, now_ms);
  status_.detail.clear();
  status_.queue.reset();
  const int64_t ends_ms = life_end(now_ms);
  const bool cut = latest_end_ms && (ends_ms == 0 || *latest_end_ms < ends_ms);
  live_until(cut ? *latest_end_ms : ends_ms);
  return {};
}

Result<> Lease::wait(std::string why, int64_t expected_ms) {
  if (status_.state != State::starting) return out_of_order(status_.state, "kept waiting");
  status_.waiting = true;
  status_.detail = std::move(why);
  status_.expected_ms = expected_ms;
  live_until(0);
  return {};
}

Result<> Lease::begin(int64_t at_ms, int64_t now_ms) {
  const int64_t ends_ms = life_end(at_ms);
  if (status_.state == State::ready) {
    live_until(std::max(life_ends_ms_, ends_ms));
    refresh();
    return {};
  }
  if (status_.state != State::starting) return out_of_order(status_.state, "begun");
  if (status_.waiting) status_.detail.clear();
  status_.waiting = false;
  status_.expected_ms = 0;
  status_.since_ms = now_ms;
  live_until(ends_ms);
  return {};
}

Result<> Lease::become_ready(int64_t now_ms) {
  if (status_.state != State::starting) return out_of_order(status_.state, "ready");
  // Its supervisor was quicker than the queue's news.
  if (status_.waiting) (void)begin(now_ms, now_ms);
  enter(State::ready, now_ms);
  used_ms_ = now_ms;
  if (!linked_) unlinked_ms_ = now_ms;
  refresh();
  return {};
}

Result<> Lease::set_image(std::string image) {
  if (status_.state > State::starting) return out_of_order(status_.state, "given another image");
  status_.image = std::move(image);
  return {};
}

Result<> Lease::end(std::string reason, std::string detail, int64_t now_ms) {
  if (status_.state == State::ending || status_.state == State::ended)
    return out_of_order(status_.state, "ended again");
  enter(State::ending, now_ms);
  status_.reason = std::move(reason);
  status_.detail = std::move(detail);
  return {};
}

Result<> Lease::become_ended(std::string reason, std::string detail, int64_t now_ms) {
  if (status_.state == State::ended) return out_of_order(status_.state, "ended again");
  const bool has_reason = status_.state == State::ending && !status_.reason.empty();
  enter(State::ended, now_ms);
  status_.kernel.state = KernelState::none;
  status_.queue.reset();
  if (has_reason) return {};
  status_.reason = std::move(reason);
  status_.detail = std::move(detail);
  return {};
}

Result<> Lease::set_kernel(const Kernel& kernel, int64_t now_ms) {
  if (status_.state != State::starting && status_.state != State::ready)
    return out_of_order(status_.state, "given a kernel");
  if (status_.kernel.state != kernel.state) used_ms_ = now_ms;
  status_.kernel.state = kernel.state;
  status_.kernel.reason = kernel.reason;
  status_.kernel.detail = kernel.detail;
  if (!kernel.name.empty()) status_.kernel.name = kernel.name;
  if (!kernel.language.empty()) status_.kernel.language = kernel.language;
  refresh();
  return {};
}

void Lease::set_linked(bool linked, int64_t now_ms) {
  linked_ = linked;
  if (linked) {
    unlinked_ms_.reset();
  } else if (status_.state == State::ready && !unlinked_ms_) {
    unlinked_ms_ = now_ms;
  }
}

void Lease::touch(int64_t now_ms) {
  used_ms_ = std::max(used_ms_, now_ms);
  refresh();
}

namespace {

struct Deadline {
  int64_t at_ms;
  Due due;
};

}  // namespace

std::optional<Due> Lease::due(int64_t now_ms) const {
  std::optional<Deadline> earliest;
  const auto consider = [&](int64_t at_ms, Due due) {
    if (at_ms <= now_ms && (!earliest || at_ms < earliest->at_ms)) earliest = Deadline{at_ms, due};
  };
  if (status_.state == State::starting && !status_.waiting)
    consider(status_.since_ms + terms_.start_ms, Due::start);
  if (status_.state == State::ending) consider(status_.since_ms + terms_.end_ms, Due::end);
  if (status_.state == State::ready) {
    if (unlinked_ms_) consider(*unlinked_ms_ + terms_.link_ms, Due::link);
    if (told_) {
      if (status_.idle_ends_ms > 0) consider(status_.idle_ends_ms, Due::idle);
      if (status_.ends_ms > 0) consider(status_.ends_ms, Due::life);
      if (status_.notice_ms > 0 && noticed_ms_ != status_.notice_ms)
        consider(status_.notice_ms, Due::notice);
    }
  }
  if (!earliest) return std::nullopt;
  return earliest->due;
}

std::optional<int64_t> Lease::next_deadline_ms() const {
  switch (status_.state) {
    case State::starting:
      if (status_.waiting) return std::nullopt;
      return status_.since_ms + terms_.start_ms;
    case State::ending:
      return status_.since_ms + terms_.end_ms;
    case State::ready: {
      std::optional<int64_t> next;
      const auto consider = [&next](int64_t at_ms) {
        next = std::min(next.value_or(at_ms), at_ms);
      };
      if (unlinked_ms_) consider(*unlinked_ms_ + terms_.link_ms);
      if (told_) {
        if (status_.ends_ms > 0) consider(status_.ends_ms);
        if (status_.idle_ends_ms > 0) consider(status_.idle_ends_ms);
        if (status_.notice_ms > 0 && noticed_ms_ != status_.notice_ms) consider(status_.notice_ms);
      }
      return next;
    }
    default:
      return std::nullopt;
  }
}

bool Lease::can_execute() const {
  return status_.state == State::ready &&
         (status_.kernel.state == KernelState::idle || status_.kernel.state == KernelState::busy);
}

}  // namespace colibri::lease
