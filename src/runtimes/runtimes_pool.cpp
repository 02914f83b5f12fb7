// Runtimes that are started ahead: container, network and kernel stand, for nobody yet. Whoever
// asks for one like it gets it at once, by a claim over its link (docs/protocol.md 3.3). It belongs
// to one person, or to nobody: what cannot be claimed ends, and is never put back.
#include <algorithm>
#include <charconv>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "engine/cgroup_mounts.hpp"
#include "image/choice.hpp"
#include "runtimes/runtimes_part.hpp"
#include "runtimes/token_hash.hpp"

namespace colibri::runtimes {

using namespace std::chrono_literals;

namespace {

constexpr auto kWarmLimit = 60s;
constexpr auto kClaimLimit = 5s;
constexpr auto kEndLimit = 5s;
constexpr int64_t kOrphanMs = 5000;  // A server that comes back starts its own.
constexpr int64_t kRetryMs = 5000;
constexpr int kMostDoublings = 6;
// With sandbox none there is no image that says what its kernel is.
constexpr const char* kHostKernel = "python3";
constexpr const char* kPython = "python";

// Memory that the host could give to programs now.
uint64_t available_bytes() {
  const std::string text = engine::read_small_file("/proc/meminfo");
  constexpr std::string_view kKey = "MemAvailable:";
  const size_t at = text.find(kKey);
  if (at == std::string::npos) return UINT64_MAX;
  const size_t digits = text.find_first_not_of(' ', at + kKey.size());
  uint64_t kib = 0;
  std::from_chars(text.data() + digits, text.data() + text.size(), kib);
  return kib << 10;
}

// On its way to a machine, or waiting for a place: it comes first.
bool comes_first(const lease::Status& status) {
  if (status.state == lease::State::requested || status.state == lease::State::starting)
    return true;
  return status.state == lease::State::queued && status.queue &&
         status.queue->why == lease::Why::no_place;
}

}  // namespace

// --- one of them ---

// Ours alone has spoken in it so far, so it has nothing to say but how far it is.
void Runtime::take_ahead(const link::Frame& frame, const std::string& type) {
  const auto message = link::parse_from_supervisor(frame);
  const auto* numbered = message ? std::get_if<link::Numbered>(&*message) : nullptr;
  const auto* kernel = numbered ? std::get_if<link::KernelChanged>(&numbered->event) : nullptr;
  const auto* runtime = numbered ? std::get_if<link::RuntimeChanged>(&numbered->event) : nullptr;
  if (kernel && kernel->state == "idle" && !ahead_->warm) {
    ahead_->warm = true;
    ahead_->language = kernel->language;
    lease_.set_linked(true, async::lasting_ms());
  } else if (!(kernel && kernel->state == "starting" && !ahead_->warm) &&
             !(runtime && (runtime->state == "starting" || runtime->state == "ready"))) {
    log::warn("runtime {}, nobody's yet, said something unexpected ({})", id().value, type);
    spoil();
  }
  changed_.set();
}

void Runtime::spoil() {
  if (ahead_) ahead_->spoiled = true;
  changed_.set();
}

void Runtime::become(NotebookId notebook, UserId user, lease::Lease lease) {
  notebook_ = std::move(notebook);
  user_ = std::move(user);
  lease_ = std::move(lease);
}

void Runtime::wake() {
  const int64_t now_ms = async::lasting_ms();
  const lease::Kernel kernel{
      .state = lease::KernelState::idle, .name = ahead_->kernel, .language = ahead_->language};
  ahead_.reset();
  started_ = true;
  lease_.set_linked(true, now_ms);
  (void)lease_.become_ready(now_ms);
  (void)lease_.set_kernel(kernel, now_ms);
  begin_asks();
}

void Runtime::forget_ahead() {
  ahead_.reset();
  asks_.give_up();
  begin_asks();
  died_ = false;
  why_died_.clear();
  taken_ = committed_ = 0;
  unsettled_.clear();
  unsettled_bytes_ = 0;
}

// --- all of them ---

bool Runtimes::Part::may_start_ahead() const {
  if (pool_closed_ || stopped_ || raising_ || engine.schedules() || settings.flavors.empty())
    return false;
  const int64_t now_ms = async::lasting_ms();
  if (now_ms < pool_from_ms_ || now_ms < serve_from_ms_) return false;
  if (living.size() + ahead.size() >= settings.limit) return false;
  if (std::ranges::any_of(living, [](const auto& e) { return comes_first(e.second->status()); }))
    return false;
  return available_bytes() >= settings.pool.free_bytes;
}

void Runtimes::Part::tend_pool() {
  if (settings.pool.kinds.empty()) return;
  const bool too_many = living.size() + ahead.size() > settings.limit;
  if (!ahead.empty() && (too_many || available_bytes() < settings.pool.free_bytes / 2)) {
    ahead.back()->spoil();
    return;
  }
  if (!may_start_ahead()) return;
  for (const PoolKind& kind : settings.pool.kinds) {
    const auto& image = kind.image.empty() ? settings.default_image : kind.image;
    const auto is_such = [&](const std::shared_ptr<Runtime>& member) {
      const Ahead& is = *member->ahead_;
      return is.image == image &&
             (kind.kernel.empty() ? is.usual_kernel : is.kernel == kind.kernel);
    };
    if (static_cast<size_t>(std::ranges::count_if(ahead, is_such)) >= kind.size) continue;
    raising_ = true;
    async::spawn(reactor, raise(shared_from_this(), kind), "starting a runtime ahead");
    return;
  }
}

void Runtimes::Part::pause_pool() {
  const int64_t pause_ms = kRetryMs << std::min(pool_failures_++, kMostDoublings);
  pool_from_ms_ = async::lasting_ms() + pause_ms;
}

void Runtimes::Part::close_pool() {
  pool_closed_ = true;
  for (const auto& member : ahead) member->spoil();
}

Task<void> Runtimes::Part::raise(std::shared_ptr<Part> self, PoolKind kind) {
  const auto started = co_await start_ahead(self, std::move(kind));
  if (!started) {
    log::warn("no runtime can be started ahead: {}", started.error().detail);
    self->raising_ = false;
    self->pause_pool();
    co_return;
  }
  const auto member = *started;
  const auto until = async::Clock::now() + kWarmLimit;
  // Warm, it may be taken at once, and claimed.
  const auto is_warm = [&] { return !member->ahead_ || member->ahead_->warm; };
  const auto is_over = [&] {
    return self->stopped_ || member->died_ || member->ahead_->spoiled ||
           async::Clock::now() >= until;
  };
  while (!is_warm() && !is_over()) {
    member->changed_.reset();
    (void)co_await member->changed_.wait_for(until - async::Clock::now());
  }
  self->raising_ = false;
  if (self->stopped_) co_return;
  if (is_warm()) {
    self->pool_failures_ = 0;
    log::info("runtime {} waits for somebody", member->id().value);
  } else {
    const std::string words = co_await self->engine.last_words(member->id());
    log::warn("runtime {}, started ahead, did not get ready. Its log ends with: {}",
              member->id().value, words);
    member->spoil();
    self->pause_pool();
  }
  co_await keep_ahead(self, member);
}

Task<Result<std::shared_ptr<Runtime>>> Runtimes::Part::start_ahead(std::shared_ptr<Part> self,
                                                                   PoolKind kind) {
  auto launch = self->new_launch({random_id("r_")});
  const std::string image = kind.image.empty() ? self->settings.default_image : kind.image;
  Ahead ahead{.image = image, .kernel = kHostKernel, .usual_kernel = kind.kernel.empty()};
  if (launch.sandbox != "none") {
    const image::Want want{image, kind.kernel, ""};
    auto choice = co_await self->pool.run(
        [&] { return image::choose(self->images, want, self->settings.default_image); });
    if (!choice) co_return std::unexpected(choice.error());
    launch.image_rootfs = ahead.rootfs = choice->image.rootfs.string();
    launch.image_manifest = choice->image.manifest_path.string();
    ahead.kernel = choice->kernel;
  }
  launch.kernel_name = ahead.kernel;
  launch.resources = ahead.resources = self->settings.flavors.front().resources;
  launch.pooled = true;
  launch.orphan_ms = kOrphanMs;
  launch.uid_slot = self->free_slot();
  lease::Lease nobodys(launch.runtime, "", image, self->settings.terms, async::lasting_ms());
  const auto member = std::make_shared<Runtime>(NotebookId{}, UserId{}, std::move(nobodys), 0);
  member->ahead_ = std::move(ahead);
  member->token_hash_ = token_hash(launch.token);
  member->uid_slot_ = launch.uid_slot;
  self->ahead.push_back(member);
  const auto started = co_await self->engine.start(std::move(launch), self->watcher(member));
  if (started && !self->stopped_) co_return member;
  std::erase(self->ahead, member);
  (void)co_await self->engine.clean_up(member->id(), kEndLimit);
  member->gone_.set();
  if (!started) co_return std::unexpected(started.error());
  co_return failure(ErrorCode::unavailable, "The server is shutting down.");
}

Task<void> Runtimes::Part::keep_ahead(std::shared_ptr<Part> self, std::shared_ptr<Runtime> member) {
  for (;;) {
    // Taken, it is its person's to look after, and may be claimed already.
    if (self->stopped_ || !member->ahead_ || member->ahead_->taken) co_return;
    if (member->died_ || member->ahead_->spoiled) break;
    member->changed_.reset();
    (void)co_await member->changed_.wait_for(1h);
  }
  std::erase(self->ahead, member);
  log::info("runtime {}, nobody's, ends", member->id().value);
  const auto cleaned = co_await self->engine.clean_up(member->id(), kEndLimit);
  if (!cleaned)
    log::error("runtime {} left something behind: {}", member->id().value, cleaned.error().detail);
  member->gone_.set();
}

Task<void> Runtimes::Part::check_images(std::shared_ptr<Part> self) {
  if (self->settings.sandbox == "none") co_return;
  const auto members = self->ahead;
  for (const auto& member : members) {
    if (!member->ahead_) continue;
    const std::string image = member->ahead_->image, rootfs = member->ahead_->rootfs;
    const auto found = co_await self->pool.run([&] { return self->images.find(image); });
    if (found && found->rootfs.string() == rootfs) continue;
    member->spoil();
  }
}

Task<void> Runtimes::Part::sweep_ahead(std::shared_ptr<Part> self) {
  struct Sweep {
    static Task<void> one(std::shared_ptr<Part> part, RuntimeId runtime) {
      const auto cleaned = co_await part->engine.clean_up(runtime, async::Duration::zero());
      if (!cleaned)
        log::error("runtime {} left something behind: {}", runtime.value, cleaned.error().detail);
    }
  };
  for (const RuntimeId& runtime : co_await self->engine.pooled()) {
    const auto found = self->living.find(runtime);
    if (found == self->living.end()) {
      async::spawn(self->reactor, Sweep::one(self, runtime), "sweeping up");
    } else if (!found->second->started_) {
      // Its person's lease goes by the same name, and begins once more.
      co_await Sweep::one(self, runtime);
    }
  }
}

// --- what they have in common with those that are started for somebody ---

engine::Launch Runtimes::Part::new_launch(const RuntimeId& runtime) const {
  return {.runtime = runtime,
          .token = random_id("") + random_id(""),
          .link_socket = link_socket(),
          .sandbox = settings.sandbox,
          .network = settings.network,
          .orphan_ms = settings.orphan_ms,
          .spare_kernel = settings.spare_kernels};
}

LeaseRow Runtimes::Part::row_of(const Runtime& runtime) const {
  LeaseRow row{.status = runtime.status(),
               .token_hash = runtime.token_hash_,
               .uid_slot = runtime.uid_slot_,
               .last_frame = runtime.committed_,
               .shared = runtime.shared_,
               .kept_ms = runtime.lease_.kept_ms()};
  if (runtime.granted_) row.accelerators = runtime.devices_;
  if (const auto first = runtime.follows_.lock()) row.follows = first->id().value;
  if (row.status.ends_ms > 0) row.status.ends_ms += async::wall_shift_ms();
  return row;
}

// --- for somebody ---

bool Runtimes::Part::fits(const Ahead& is, const Wish& wish, const Flavor& flavor) const {
  const engine::Resources& has = is.resources;
  const engine::Resources& wants = flavor.resources;
  // A disk has its size for good.
  if (!is.warm || is.spoiled || has.disk_bytes != wants.disk_bytes ||
      has.disk_required != wants.disk_required)
    return false;
  if (settings.sandbox == "none") return wish.kernel_name.empty() || wish.kernel_name == is.kernel;
  if (is.image != (wish.image.empty() ? settings.default_image : wish.image)) return false;
  if (wish.kernel_name == is.kernel) return true;
  // As image::choose() would, for a kernel of somebody's own environment; find_image() knows.
  const bool any = wish.kernel_name.empty() || wish.language == kPython;
  return any && !wish.kernel_chosen && is.usual_kernel && is.language == kPython &&
         (wish.language.empty() || wish.language == kPython);
}

std::shared_ptr<Runtime> Runtimes::Part::take_ahead(const Wish& wish, const Flavor& flavor,
                                                    const UserId& user) {
  const auto found = std::ranges::find_if(ahead, [&](const std::shared_ptr<Runtime>& member) {
    return !member->died_ && member->link_ && fits(*member->ahead_, wish, flavor);
  });
  if (found == ahead.end() || async::lasting_ms() < serve_from_ms_) return nullptr;
  const lease::Waiting newcomer{.id = {"~"},
                                .person = person(user, groups_[user]),
                                .flavor = flavor.name,
                                .need = need_of(flavor),
                                .since_ms = async::lasting_ms(),
                                .life_ms = terms_of(&flavor).life_ms};
  if (!lease::is_free(scene(), newcomer)) return nullptr;
  const auto member = *found;
  ahead.erase(found);
  member->ahead_->taken = true;
  log::info("runtime {}: taken from the pool", member->id().value);
  member->changed_.set();
  pool_from_ms_ = std::max(pool_from_ms_, async::lasting_ms() + settings.pool.refill_ms);
  return member;
}

Task<Result<>> Runtimes::Part::claim_ahead(std::shared_ptr<Part> self,
                                           std::shared_ptr<Runtime> runtime,
                                           engine::Launch launch) {
  const Ahead is = *runtime->ahead_;
  const auto unfit = [](const char* why) { return failure(ErrorCode::unavailable, why); };
  if (launch.kernel_name.empty()) launch.kernel_name = kHostKernel;
  if (launch.image_rootfs != is.rootfs || launch.kernel_name != is.kernel)
    co_return unfit("its image or kernel is another one");
  if (!launch.files_of.value.empty()) co_return unfit("it goes on with files");
  const int64_t left_ms = runtime->status().ends_ms - async::lasting_ms();
  link::Claim claim{.left_ms = std::max<int64_t>(left_ms, 1),
                    .idle_ms = launch.idle_ms,
                    .idle_left_ms = launch.idle_ms,
                    .orphan_ms = launch.orphan_ms,
                    .cpus = launch.resources.cpus,
                    .memory_bytes = launch.resources.memory_bytes,
                    .pids = static_cast<uint64_t>(launch.resources.pids)};
  if (!launch.accelerators.empty()) {
    if (!self->settings.accelerators) co_return unfit("there are no accelerators here");
    auto lent = co_await self->pool.run(
        [&] { return self->settings.accelerators->lend(launch.accelerators); });
    if (!lent) co_return std::unexpected(lent.error());
    claim.accelerators = std::move(lent->accelerators);
    claim.edits = std::move(lent->edits);
  }
  runtime->tell_lease();
  const auto reply = co_await Runtime::ask(runtime, std::move(claim), kClaimLimit);
  if (!reply) co_return std::unexpected(reply.error());
  if (reply->error) co_return std::unexpected(*reply->error);
  if (runtime->over() || self->stopped_) co_return Result<>();
  if (runtime->died_ || !runtime->ahead_ || runtime->ahead_->spoiled || !runtime->link_)
    co_return unfit("it has ended");
  runtime->wake();
  // The store takes this before what the document writes now, so it need not be waited for.
  async::spawn(self->reactor, save_claimed(self, runtime), "keeping a lease");
  runtime->tell_lease();
  co_return Result<>();
}

Task<void> Runtimes::Part::save_claimed(std::shared_ptr<Part> self,
                                        std::shared_ptr<Runtime> runtime) {
  const LeaseRow row = self->row_of(*runtime);
  store::Work<> update = [row, now_ms = async::lasting_ms()](soci::session& sql) {
    return claim_lease(sql, row, now_ms);
  };
  const auto saved = co_await self->store.write(std::move(update));
  if (!saved)
    log::error("the state of runtime {} could not be saved: {}", runtime->id().value,
               saved.error().detail);
}

Task<void> Runtimes::Part::start_anew(std::shared_ptr<Part> self,
                                      std::shared_ptr<Runtime> runtime) {
  runtime->spoil();
  if (const auto link = runtime->link_) link->close();
  const auto cleaned = co_await self->engine.clean_up(runtime->id(), async::Duration::zero());
  if (!cleaned)
    log::error("runtime {} left something behind: {}", runtime->id().value, cleaned.error().detail);
  runtime->forget_ahead();
  runtime->uid_slot_ = self->free_slot();
}

}  // namespace colibri::runtimes
