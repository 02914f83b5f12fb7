#include "lease/lease.hpp"

#include <algorithm>
#include <array>
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

std::optional<State> parse_state(std::string_view name) {
  return parse<State>(kStates, name);
}

std::optional<KernelState> parse_kernel_state(std::string_view name) {
  return parse<KernelState>(kKernelStates, name);
}

namespace {

// Of the engine's own queue only its words and its estimate are known.
json::Value queue_to_json(const Status& status) {
  if (!status.waiting) return nullptr;
  json::Value expected = nullptr;
  if (status.expected_ms > 0) expected = status.expected_ms;
  return json::Object{{"position", nullptr},
                      {"ahead", nullptr},
                      {"expected_ms", std::move(expected)},
                      {"why", "scheduler"},
                      {"offered_until_ms", nullptr}};
}

}  // namespace

json::Object to_json(const Status& status) {
  return {{"id", status.id.value},
          {"state", to_string(status.waiting ? State::queued : status.state)},
          {"flavor", status.flavor},
          {"image", status.image},
          {"reason", status.reason},
          {"detail", status.detail},
          {"since_ms", status.since_ms},
          {"ends_ms", status.ends_ms},
          {"queue", queue_to_json(status)},
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

Lease Lease::resumed(Status status, Terms terms, int64_t now_ms) {
  Lease lease(status.id, status.flavor, status.image, terms, now_ms);
  lease.status_ = std::move(status);
  if (lease.status_.state == State::ready) {
    lease.unlinked_ms_ = now_ms;
    if (lease.status_.kernel.state == KernelState::none)
      lease.status_.kernel.state = KernelState::idle;
  } else {
    lease.status_.since_ms = now_ms;  // Its deadline counts anew: we were not there to see it.
  }
  return lease;
}

void Lease::enter(State state, int64_t now_ms) {
  status_.waiting = false;
  status_.state = state;
  status_.since_ms = now_ms;
}

Result<> Lease::queue(std::string detail, int64_t now_ms) {
  if (status_.state != State::requested) return out_of_order(status_.state, "queued");
  enter(State::queued, now_ms);
  status_.detail = std::move(detail);
  return {};
}

Result<> Lease::start(int64_t now_ms) {
  if (status_.state != State::requested && status_.state != State::queued)
    return out_of_order(status_.state, "started");
  enter(State::starting, now_ms);
  status_.detail.clear();
  status_.ends_ms = now_ms + terms_.life_ms;
  return {};
}

Result<> Lease::wait(std::string why, int64_t expected_ms) {
  if (status_.state != State::starting) return out_of_order(status_.state, "kept waiting");
  status_.waiting = true;
  status_.detail = std::move(why);
  status_.expected_ms = expected_ms;
  status_.ends_ms = 0;
  return {};
}

Result<> Lease::begin(int64_t at_ms, int64_t now_ms) {
  const int64_t ends_ms = at_ms + terms_.life_ms;
  if (status_.state == State::ready) {
    status_.ends_ms = std::max(status_.ends_ms, ends_ms);
    return {};
  }
  if (status_.state != State::starting) return out_of_order(status_.state, "begun");
  if (status_.waiting) status_.detail.clear();
  status_.waiting = false;
  status_.expected_ms = 0;
  status_.since_ms = now_ms;
  status_.ends_ms = ends_ms;
  return {};
}

Result<> Lease::become_ready(int64_t now_ms) {
  if (status_.state != State::starting) return out_of_order(status_.state, "ready");
  // Its supervisor was quicker than the queue's news.
  if (status_.waiting) (void)begin(now_ms, now_ms);
  enter(State::ready, now_ms);
  used_ms_ = now_ms;
  if (!linked_) unlinked_ms_ = now_ms;
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
    if (status_.kernel.state != KernelState::busy) consider(used_ms_ + terms_.idle_ms, Due::idle);
    consider(status_.ends_ms, Due::life);
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
      int64_t next = status_.ends_ms;
      if (unlinked_ms_) next = std::min(next, *unlinked_ms_ + terms_.link_ms);
      if (status_.kernel.state != KernelState::busy)
        next = std::min(next, used_ms_ + terms_.idle_ms);
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
