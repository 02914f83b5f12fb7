// Who waits for what, whose turn it is, and what is used up: the queue of lease/queue.hpp, fed with
// the runtimes of this server.
#include <algorithm>
#include <cmath>
#include <set>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "runtimes/runtimes_part.hpp"

namespace colibri::runtimes {

using lease::State;
using namespace std::chrono_literals;

namespace {

constexpr auto kTick = 1s;
constexpr int64_t kServeEveryMs = 10'000;
constexpr int64_t kChargeEveryMs = 60'000;

const char* words_of(lease::Why why) {
  switch (why) {
    case lease::Why::no_free_accelerator:
      return "Waiting for an accelerator to be free.";
    case lease::Why::no_place:
      return "Waiting for another runtime to end.";
    case lease::Why::limit:
      return "You have as many accelerators as one person may have at a time.";
    case lease::Why::quota:
      return "The hours on accelerators of this week, or those of your group, are used up.";
    case lease::Why::reserved:
      return "The free accelerators are reserved for others at this time.";
    case lease::Why::no_disk:
      return "The server's disk is full. Runtimes start again as soon as there is room.";
  }
  return "";
}

std::string too_few(const lease::Need& need, int64_t has) {
  const std::string of_model = " of the model \"" + need.model + "\"";
  if (has == 0) return "This server has no accelerator" + of_model + " that can be used.";
  return "This server has " + std::to_string(has) + of_model + ", and " +
         std::to_string(need.count) + " are asked for.";
}

}  // namespace

const Flavor* Runtimes::Part::find_flavor(const std::string& name) const {
  if (name.empty()) return settings.flavors.empty() ? nullptr : &settings.flavors.front();
  const auto found = std::ranges::find(settings.flavors, name, &Flavor::name);
  return found == settings.flavors.end() ? nullptr : &*found;
}

lease::Terms Runtimes::Part::terms_of(const Flavor* flavor) const {
  lease::Terms terms = settings.terms;
  if (flavor && flavor->life_ms) terms.life_ms = *flavor->life_ms;
  if (flavor && flavor->idle_ms) terms.idle_ms = *flavor->idle_ms;
  return terms;
}

std::vector<accelerators::Accelerator> Runtimes::Part::devices() const {
  if (!settings.accelerators || engine.schedules()) return {};
  return settings.accelerators->usable();
}

// An engine with a queue of its own finds the accelerators itself.
lease::Need Runtimes::Part::need_of(const Flavor& flavor) const {
  if (engine.schedules() || flavor.needed() == 0) return {};
  return {flavor.accelerator, flavor.needed()};
}

Result<> Runtimes::Part::check_need(const Runtime& runtime) const {
  const Flavor* flavor = find_flavor(runtime.wish_.flavor);
  if (!flavor)
    return failure(ErrorCode::not_found,
                   "There is no kind of runtime \"" + runtime.wish_.flavor + "\".");
  if (engine.schedules()) return check_share(runtime, *flavor);
  const lease::Need& need = runtime.need_;
  if (need.count == 0) return {};
  const auto all = devices();
  const auto has = std::ranges::count(all, need.model, &accelerators::Accelerator::model);
  if (has < need.count) return failure(ErrorCode::not_found, too_few(need, has));
  const int most = settings.rules.per_user_of(runtime.groups_);
  if (most < need.count)
    return failure(ErrorCode::denied,
                   "\"" + flavor->title + "\" has " + std::to_string(need.count) +
                       " accelerators, and you may have " + std::to_string(most) + " at a time.");
  return {};
}

// The engine's own queue knows one user only, the server's: who has enough already is refused here.
Result<> Runtimes::Part::check_share(const Runtime& runtime, const Flavor& flavor) const {
  const int most = settings.rules.per_user_of(runtime.groups_);
  int others = 0;
  for (const auto& [id, each] : living) {
    const Flavor* had = each->user_ == runtime.user_ && !each->over() && each.get() != &runtime
                            ? find_flavor(each->wish_.flavor)
                            : nullptr;
    if (had) others += had->needed();
  }
  if (flavor.needed() == 0 || others + flavor.needed() <= most) return {};
  return failure(ErrorCode::denied, "You may have or wait for " + std::to_string(most) +
                                        " accelerators at a time, and "
                                        "have " +
                                        std::to_string(others) + ". End another runtime first.");
}

lease::Person Runtimes::Part::person(const UserId& user,
                                     const std::vector<std::string>& groups) const {
  const int64_t now_ms = async::now_ms();  // Weeks are those of the wall clock.
  lease::Person out{user, groups, 0, {}};
  const auto found = usage_.find(user);
  const lease::Usage used = found == usage_.end() ? lease::Usage{} : found->second;
  out.used_ms = lease::faded_ms(used, settings.rules.half_life_ms, now_ms);
  if (const auto week_ms = settings.rules.week_of(groups)) {
    double used_ms = lease::used_this_week_ms(used, now_ms);
    for (const auto& [id, runtime] : living)
      if (runtime->user_ == user) used_ms += uncharged_ms(*runtime);
    out.left_ms = std::max<int64_t>(0, *week_ms - static_cast<int64_t>(used_ms));
  }
  return out;
}

lease::Hours Runtimes::Part::hours(const lease::Person& person) const {
  if (!person.left_ms) return {};
  return {person.left_ms, lease::week_start(async::now_ms()) + lease::kWeekMs};
}

lease::Waiting Runtimes::Part::waiting_of(const Runtime& runtime) const {
  return {.id = runtime.id(),
          .person = person(runtime.user_, runtime.groups_),
          .flavor = runtime.status().flavor,
          .need = runtime.need_,
          .since_ms = runtime.asked_ms_,
          .life_ms = runtime.lease_.terms().life_ms,
          .follows = !runtime.follows_.expired()};
}

lease::Scene Runtimes::Part::scene() const {
  lease::Scene out{.now_ms = async::lasting_ms(),
                   .wall_shift_ms = async::wall_shift_ms(),
                   .rules = &settings.rules,
                   .places = kept->has_room() ? settings.limit : 0,
                   .devices = {},
                   .holdings = {},
                   .waiting = {}};
  for (const accelerators::Accelerator& each : devices())
    out.devices.push_back({each.id, each.model});
  for (const auto& [id, runtime] : living) {
    if (runtime->granted_ || runtime->offered_until_ms_) {
      int64_t ends_ms = runtime->status().ends_ms;
      if (runtime->offered_until_ms_) ends_ms = *runtime->offered_until_ms_;
      if (runtime->over()) ends_ms = out.now_ms;
      out.holdings.push_back({.id = id,
                              .user = runtime->user_,
                              .groups = runtime->groups_,
                              .devices = runtime->devices_,
                              .ends_ms = ends_ms,
                              .takes_place = runtime->follows_.expired(),
                              .offered = runtime->offered_until_ms_.has_value(),
                              .left_ms = person(runtime->user_, runtime->groups_).left_ms});
    } else if (runtime->waits_ && !runtime->over()) {
      out.waiting.push_back(waiting_of(*runtime));
    }
  }
  return out;
}

void Runtimes::Part::serve() {
  if (stopped_ || async::lasting_ms() < serve_from_ms_) return;
  while (const auto grant = lease::next(scene())) {
    const auto runtime = living.at(grant->id);
    runtime->devices_ = grant->devices;
    runtime->latest_end_ms_ = grant->latest_end_ms;
    const auto listener = runtime->listener_.lock();
    const bool watched = listener && listener->is_watched();
    if (watched && runtime->follows_.expired()) {
      runtime->granted_ = true;
    } else {
      runtime->offered_until_ms_ = async::lasting_ms() + settings.rules.claim_ms;
      log::info("runtime {}: offered to {}", runtime->id().value, runtime->user_.value);
      tell_offer(*runtime, watched);
    }
    runtime->turn_.set();
  }
  tell_places();
}

void Runtimes::Part::tell_offer(const Runtime& runtime, bool watched) {
  if (watched || !on_offer) return;
  const Offer offer{.notebook = runtime.notebook_,
                    .user = runtime.user_,
                    .title = runtime.status().flavor_title,
                    .language = runtime.wish_.mail_language,
                    .minutes = settings.rules.claim_ms / 60'000};
  async::spawn(reactor, on_offer(offer), "telling of an offer");
}

void Runtimes::Part::tell_places() {
  const lease::Scene now = scene();
  for (const auto& [id, runtime] : living) {
    if (runtime->over()) continue;
    const lease::Status before = runtime->status();
    if (runtime->waits_ && !runtime->granted_) {
      lease::Place place = lease::place(now, waiting_of(*runtime));
      if (runtime->offered_until_ms_) {
        place.position = 1;
        place.ahead = 0;
        place.expected_ms = now.now_ms;
        place.offered_until_ms = runtime->offered_until_ms_;
      }
      show_place(*runtime, place);
    } else if (runtime->granted_) {
      const auto held = std::ranges::find(now.holdings, id, &lease::Holding::id);
      if (held != now.holdings.end()) {
        runtime->lease_.set_wanted(lease::is_wanted(now, *held), lease::latest_end(now, *held));
        runtime->lease_.set_hours_end(lease::hours_end(now, *held));
      }
    }
    show_hours(*runtime);
    const bool ends_elsewhen = runtime->status().ends_ms != before.ends_ms;
    if (ends_elsewhen) {
      runtime->changed_.set();
      if (runtime->status().state == State::ready) runtime->tell_deadlines();
    }
    if (ends_elsewhen || runtime->status().queue != before.queue ||
        runtime->status().keep != before.keep)
      runtime->tell_lease();
  }
}

// The expected time moves with each idle end: a page hears of it when it matters.
void Runtimes::Part::show_place(Runtime& runtime, lease::Place place) {
  if (place.why == lease::Why::no_place && !kept->has_room()) {
    place.why = lease::Why::no_disk;
    place.expected_ms.reset();
  }
  constexpr int64_t kSameMs = 30'000;
  const auto& shown = runtime.status().queue;
  if (shown && shown->expected_ms && place.expected_ms &&
      std::abs(*shown->expected_ms - *place.expected_ms) < kSameMs)
    place.expected_ms = shown->expected_ms;
  runtime.lease_.set_queue(place);
  if (runtime.status().state == State::queued)
    runtime.lease_.set_detail(place.offered_until_ms ? "It is your turn." : words_of(place.why));
  const auto first = runtime.follows_.lock();
  if (!first || first->status().queue == place) return;
  first->lease_.set_queue(place);
  first->tell_lease();
}

Task<void> Runtimes::Part::wait_for_turn(std::shared_ptr<Part> self,
                                         std::shared_ptr<Runtime> runtime) {
  runtime->waits_ = true;
  if (self->engine.schedules()) runtime->granted_ = true;
  self->serve();
  while (!runtime->over() && !self->stopped_ && !runtime->granted_) {
    if (runtime->status().state == State::requested) {
      (void)runtime->lease_.queue("", async::lasting_ms());
      self->tell_places();
      runtime->tell_lease();
      co_await save(self, runtime);
      continue;
    }
    async::Duration wait = 1h;
    if (runtime->offered_until_ms_) {
      const int64_t left_ms = *runtime->offered_until_ms_ - async::lasting_ms();
      if (left_ms <= 0) {
        runtime->end("not_claimed", "It was your turn, and nobody took the runtime in time.");
        break;
      }
      wait = std::chrono::milliseconds(left_ms);
    }
    runtime->turn_.reset();
    (void)co_await runtime->turn_.wait_for(wait);
  }
  if (const auto first = std::exchange(runtime->after_, nullptr)) {
    // Its container must be gone; the files belong to its users.
    (void)co_await first->gone_.wait_for(60s);
    if (first->started_) {
      runtime->uid_slot_ = first->uid_slot_;
      runtime->files_of_ = first->id();
    }
  }
  if (runtime->granted_ && runtime->files_of_.value.empty() && !runtime->ahead_)
    runtime->uid_slot_ = self->free_slot();
  runtime->waits_ = false;
  if (runtime->over() || self->stopped_) co_return;
  runtime->charged_ms_ = async::lasting_ms();
  self->charge();  // A server after us counts from here, not from what its person used before.
  self->show_accelerators(*runtime);
  (void)runtime->lease_.start(async::lasting_ms(), runtime->latest_end_ms_);
}

void Runtimes::Part::show_hours(Runtime& runtime) const {
  // Of one on a CPU too, whose page tells of the accelerator that its person waits for meanwhile.
  const bool waits = runtime.successor_ && runtime.successor_->need_.count > 0;
  if (runtime.need_.count > 0 || waits)
    runtime.lease_.set_hours(hours(person(runtime.user_, runtime.groups_)));
}

void Runtimes::Part::show_accelerators(Runtime& runtime) const {
  std::vector<lease::AcceleratorName> names;
  // Which ones it gets, the engine's own queue decides; of which model, is known.
  const Flavor* flavor = engine.schedules() ? find_flavor(runtime.wish_.flavor) : nullptr;
  if (flavor)
    names.assign(static_cast<size_t>(flavor->needed()), {flavor->accelerator, flavor->title});
  if (settings.accelerators)
    for (const std::string& id : runtime.devices_)
      if (const auto found = settings.accelerators->find(id))
        names.push_back({found->model, found->title});
  runtime.lease_.set_accelerators(std::move(names));
}

Result<> Runtimes::Part::claim(const std::shared_ptr<Runtime>& runtime) {
  const auto next = runtime->successor_ ? runtime->successor_ : runtime;
  if (!next->offered_until_ms_ || next->over())
    return failure(ErrorCode::conflict, "Nothing is offered to you now.");
  next->offered_until_ms_.reset();
  next->granted_ = true;
  if (next != runtime) next->after_ = runtime;
  if (next != runtime) runtime->end("replaced", "Another runtime goes on with its files.");
  next->turn_.set();
  tell_places();
  return {};
}

void Runtimes::Part::leave_queue(const std::shared_ptr<Runtime>& runtime) {
  const auto next = runtime->successor_ ? runtime->successor_ : runtime;
  const bool waits = next->waits_ && !next->granted_;
  if (waits || next->status().waiting) next->end("left_queue", "You left the queue.");
}

// What it has used of accelerators and was not charged yet, weighted.
double Runtimes::Part::uncharged_ms(const Runtime& runtime) const {
  if (runtime.devices_.empty() || runtime.charged_ms_ == 0) return 0;
  const int64_t life_ms = runtime.lease_.terms().life_ms;
  int64_t passed_ms = std::max<int64_t>(0, async::lasting_ms() - runtime.charged_ms_);
  if (life_ms > 0) passed_ms = std::min(passed_ms, life_ms);
  return static_cast<double>(runtime.devices_.size()) * settings.rules.weight(runtime.need_.model) *
         static_cast<double>(passed_ms);
}

// What has been used of accelerators since the last time.
void Runtimes::Part::charge() {
  const int64_t now_ms = async::lasting_ms();
  Usages changed;
  for (const auto& [id, runtime] : living) {
    if (runtime->devices_.empty() || runtime->charged_ms_ == 0) continue;
    const double amount_ms = uncharged_ms(*runtime);
    runtime->charged_ms_ = now_ms;
    lease::Usage& usage = usage_[runtime->user_];
    lease::charge(usage, amount_ms, settings.rules.half_life_ms, async::now_ms());
    changed[runtime->user_] = usage;
  }
  if (changed.empty()) return;
  async::spawn(reactor, keep_usage(shared_from_this(), std::move(changed)), "keeping usage");
}

Task<void> Runtimes::Part::keep_usage(std::shared_ptr<Part> self, Usages usages) {
  store::Work<> write = [usages](soci::session& sql) { return save_usage(sql, usages); };
  const auto saved = co_await self->store.write(std::move(write));
  if (!saved) log::error("the use of accelerators could not be saved: {}", saved.error().detail);
}

// A card that has fallen off the bus ends what runs on it, in words.
void Runtimes::Part::end_what_lost_its_accelerator() {
  if (!settings.accelerators || engine.schedules()) return;
  for (const accelerators::Found& found : settings.accelerators->all()) {
    if (found.unusable.empty()) continue;
    for (const auto& [id, runtime] : living)
      if (std::ranges::find(runtime->devices_, found.accelerator.id) != runtime->devices_.end())
        runtime->end("accelerator_lost", "The " + found.accelerator.title +
                                             " of this runtime is gone: " + found.unusable + ".");
  }
}

void Runtimes::Part::tell_of_the_disk() {
  if (kept->has_room())
    disk_full_since_ms_ = 0;
  else if (disk_full_since_ms_ == 0)
    disk_full_since_ms_ = async::now_ms();
  for (const auto& [id, runtime] : living) runtime->disk_full_since_ms_ = disk_full_since_ms_;
}

bool Runtimes::Part::all_are_here() const {
  return std::ranges::all_of(living, [](const auto& entry) {
    const auto listener = entry.second->listener_.lock();
    return !entry.second->waits_ || (listener && listener->is_watched());
  });
}

Task<void> Runtimes::Part::tick_loop(std::shared_ptr<Part> self) {
  int64_t served_ms = 0, charged_ms = async::lasting_ms();
  while (!self->stopped_) {
    (void)co_await self->stop_.wait_for(kTick);
    if (self->stopped_) co_return;
    self->tend_pool();
    const int64_t now_ms = async::lasting_ms();
    if (now_ms - charged_ms >= kChargeEveryMs) {
      charged_ms = now_ms;
      self->charge();
    }
    const bool begins =
        self->serve_from_ms_ > 0 && (now_ms >= self->serve_from_ms_ || self->all_are_here());
    if (!begins && now_ms - served_ms < kServeEveryMs) continue;
    if (begins) self->serve_from_ms_ = 0;
    served_ms = now_ms;
    async::spawn(self->reactor, check_images(self), "looking at the images");
    self->end_what_lost_its_accelerator();
    self->tell_of_the_disk();
    self->serve();
  }
}

std::vector<FlavorState> Runtimes::Part::flavor_states(const UserId& user,
                                                       const std::vector<std::string>& groups) {
  groups_[user] = groups;
  charge();
  const lease::Scene now = scene();
  const lease::Person who = person(user, groups);
  auto all = devices();
  // Of a cluster's own the configuration knows at most what it declares.
  if (engine.schedules() && settings.accelerators)
    for (const accelerators::Found& each : settings.accelerators->all())
      all.push_back(each.accelerator);
  std::vector<FlavorState> out;
  for (const Flavor& flavor : settings.flavors) {
    FlavorState state{.flavor = flavor};
    const lease::Need need = need_of(flavor);
    for (const accelerators::Accelerator& each : all) {
      if (each.model != flavor.accelerator) continue;
      state.accelerator_title = each.title;
      state.accelerator_bytes = each.memory_bytes;
      state.tflops = each.tflops;
      if (each.kind == accelerators::Kind::tpu) state.kind = "tpu";
    }
    if (flavor.needed() > 0 && state.kind == "cpu") state.kind = "gpu";
    state.scheduled = engine.schedules();
    const auto places = static_cast<int64_t>(now.places);
    const int64_t taken = std::ranges::count_if(now.holdings, &lease::Holding::takes_place);
    state.total = places;
    state.free = std::max<int64_t>(0, places - taken);
    if (need.count > 0) {
      state.total = std::ranges::count(now.devices, need.model, &lease::Device::model) / need.count;
      state.free =
          std::min<int64_t>(state.free, lease::free_devices(now, who, need.model) / need.count);
    }
    std::set<UserId> people;
    for (const lease::Waiting& each : now.waiting)
      if (each.need.model == need.model) people.insert(each.person.user);
    state.waiting = static_cast<int64_t>(people.size());
    const lease::Waiting newcomer{.id = {"~"},
                                  .person = who,
                                  .flavor = flavor.name,
                                  .need = need,
                                  .since_ms = now.now_ms,
                                  .life_ms = terms_of(&flavor).life_ms};
    if (lease::is_free(now, newcomer)) {
      state.expected_wait_ms = 0;
    } else if (const auto at_ms = lease::place(now, newcomer).expected_ms) {
      state.expected_wait_ms = std::max<int64_t>(0, *at_ms - now.now_ms);
    }
    if (flavor.needed() > 0) {
      const lease::Hours left = hours(who);
      state.hours_left_ms = left.left_ms;
      state.renews_ms = left.renews_ms;
    }
    out.push_back(std::move(state));
  }
  return out;
}

}  // namespace colibri::runtimes
