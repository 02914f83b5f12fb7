// A runtime's life, from the request until nothing of it is left.
#include <algorithm>
#include <cctype>
#include <limits>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "image/choice.hpp"
#include "runtimes/runtimes_part.hpp"
#include "runtimes/token_hash.hpp"

namespace colibri::runtimes {

using lease::State;
using namespace std::chrono_literals;

namespace {

constexpr auto kDrainLimit = 2s;
constexpr auto kCommitLimit = 5s;
constexpr auto kGrace = 5s;

}  // namespace

Task<Result<>> Runtimes::Part::start(std::shared_ptr<Part> self) {
  // Named, here and below: g++ 12 destroys a capturing temporary of a co_await twice.
  store::Work<std::vector<LeaseRow>> read = [now_ms = async::now_ms()](soci::session& sql) {
    return living_leases(sql, now_ms);
  };
  auto rows = co_await self->store.write<std::vector<LeaseRow>>(std::move(read));
  if (!rows) co_return std::unexpected(rows.error());
  store::Work<Usages> read_usage = [](soci::session& sql) { return all_usage(sql); };
  auto usage = co_await self->store.read<Usages>(std::move(read_usage));
  if (!usage) co_return std::unexpected(usage.error());
  self->usage_ = *std::move(usage);
  self->add_found_flavors();
  // All are known before the first can dial, and before the first is served.
  self->serve_from_ms_ = std::numeric_limits<int64_t>::max();
  for (const LeaseRow& row : *rows) self->resume(row);
  for (const LeaseRow& row : *rows) {
    const auto first = self->living.find({row.follows});
    if (row.follows.empty() || first == self->living.end()) continue;
    const auto runtime = self->living.at(row.status.id);
    runtime->follows_ = first->second;
    first->second->successor_ = runtime;
  }
  std::set<RuntimeId> ids;
  for (const auto& [id, runtime] : self->living) ids.insert(id);
  if (auto begun = co_await KeptFiles::start(self->kept, std::move(ids)); !begun) co_return begun;
  co_await sweep_ahead(self);
  const bool somebody_waits =
      std::ranges::any_of(self->living, [](const auto& entry) { return !entry.second->started_; });
  self->serve_from_ms_ = somebody_waits ? async::lasting_ms() + self->settings.settle_ms : 0;
  for (const auto& [id, runtime] : self->living)
    async::spawn(self->reactor, live(self, runtime), "a runtime's life");
  async::spawn(self->reactor, tick_loop(self), "keeping the queue");
  co_return self->listen();
}

void Runtimes::Part::resume(LeaseRow row) {
  const int64_t now_ms = async::lasting_ms();
  const Flavor* flavor = find_flavor(row.status.flavor);
  const bool local = row.status.flavor == kLocalFlavor;
  const lease::Terms terms = local ? local_terms() : terms_of(flavor);
  auto runtime = std::make_shared<Runtime>(
      row.notebook, row.user, lease::Lease::resumed(row.status, terms, row.kept_ms, now_ms),
      row.last_frame);
  runtime->local_ = local;
  runtime->groups_ = settings.rules.groups_of(row.email);
  runtime->wish_ = {.flavor = row.status.flavor,
                    .image = row.status.image,
                    .kernel_name = row.kernel,
                    .kernel_chosen = row.kernel_chosen,
                    .mail_language = row.language};
  if (flavor) {
    runtime->need_ = need_of(*flavor);
    runtime->lease_.set_flavor_title(flavor->title);
  }
  runtime->asked_ms_ = row.status.since_ms;
  last_asked_ms_ = std::max(last_asked_ms_, runtime->asked_ms_);
  runtime->token_hash_ = row.token_hash;
  runtime->uid_slot_ = row.uid_slot;
  runtime->shared_ = row.shared;
  runtime->ran_ms_ = row.ran_ms;
  runtime->started_ = runtime->granted_ = !row.token_hash.empty();
  runtime->resumed_ = true;
  living[runtime->id()] = runtime;
  if (local) {
    runtime->started_ = true;
    runtime->granted_ = false;
    return;
  }
  if (!runtime->started_) {
    log::info("runtime {} of an earlier server waits for its turn", runtime->id().value);
    return;
  }
  runtime->devices_ = row.accelerators;
  show_accelerators(*runtime);
  // Its use was accounted for when its person's was, last.
  const auto used = usage_.find(row.user);
  if (used != usage_.end())
    runtime->charged_ms_ = std::min(now_ms, used->second.as_of_ms - async::wall_shift_ms());
  if (runtime->charged_ms_ == 0) runtime->charged_ms_ = now_ms;
  show_hours(*runtime);
  if (const auto adopted = engine.adopt(runtime->id(), watcher(runtime)); !adopted) {
    // One that cannot be told has until its link's deadline.
    if (adopted.error().code == ErrorCode::not_found) runtime->died_ = true;
  }
  log::info("runtime {} of an earlier server: {}", runtime->id().value,
            runtime->died_ ? "its supervisor is gone" : "waiting for its supervisor to dial");
}

// Where the administrator names no flavors there is one for each kind of accelerator.
void Runtimes::Part::add_found_flavors() {
  if (!settings.flavors_of_what_is_found) return;
  for (const accelerators::Accelerator& each : devices()) {
    std::string name = each.model;
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (find_flavor(name)) continue;
    Flavor flavor{.name = name, .title = each.title, .accelerator = each.model};
    flavor.resources.cpus = 4;
    flavor.resources.memory_bytes = 16ull << 30;
    settings.flavors.push_back(std::move(flavor));
  }
}

void Runtimes::Part::share(std::shared_ptr<Runtime> runtime, bool shared) {
  runtime->shared_ = shared;
  async::spawn(reactor, save(shared_from_this(), std::move(runtime)), "keeping a lease");
}

void Runtimes::Part::stop() {
  if (std::exchange(stopped_, true)) return;
  boost::system::error_code ignored;
  if (acceptor_) acceptor_->close(ignored);
  if (machines_) machines_->close(ignored);
  const auto sessions = sessions_;
  for (const auto& session : sessions) session->close();
  for (const auto& [id, runtime] : living) {
    runtime->changed_.set();
    runtime->turn_.set();
  }
  for (const auto& member : ahead) member->changed_.set();
  stop_.set();
  kept->stop();
  charge();
}

Result<std::shared_ptr<Runtime>> Runtimes::Part::request(NotebookId notebook, UserId user,
                                                         Wish wish,
                                                         std::weak_ptr<RuntimeListener> listener) {
  if (stopped_) return failure(ErrorCode::unavailable, "The server is shutting down.");
  if (const Flavor* flavor = find_flavor(wish.flavor)) {
    wish.flavor = flavor->name;
    if (wish.image.empty()) wish.image = flavor->image;
  }
  const std::string meanwhile = std::exchange(wish.meanwhile, "");
  if (wish.flavor == kLocalFlavor || meanwhile == kLocalFlavor)
    return failure(ErrorCode::invalid, "A local runtime is asked for by its page.");
  std::shared_ptr<Runtime> first;
  for (const auto& [id, runtime] : living)
    if (runtime->notebook() == notebook && runtime->user() == user && runtime->follows_.expired())
      first = runtime;
  const bool upgrade = first && !first->over() && !first->successor_ && !meanwhile.empty() &&
                       first->status().flavor == meanwhile && meanwhile != wish.flavor;
  if (first && first->waits_ && !first->granted_ && !first->over() && !meanwhile.empty() &&
      first->status().flavor == wish.flavor && meanwhile != wish.flavor) {
    wish.flavor = meanwhile;
    return work_before(first, std::move(wish), listener);
  }
  if (first && !upgrade)
    return failure(ErrorCode::conflict, first->over()
                                            ? "The notebook's last runtime is still ending."
                                            : "The notebook has a runtime already.");
  const Flavor* wanted = find_flavor(wish.flavor);
  if (!first && !meanwhile.empty() && meanwhile != wish.flavor && wanted) {
    const lease::Waiting newcomer{.id = {"~"},
                                  .person = person(user, groups_[user]),
                                  .flavor = wish.flavor,
                                  .need = need_of(*wanted),
                                  .since_ms = async::lasting_ms(),
                                  .life_ms = terms_of(wanted).life_ms};
    if (!lease::is_free(scene(), newcomer)) {
      Wish now = wish;
      now.flavor = meanwhile;
      first = make(notebook, user, std::move(now), listener, true);
    }
  }
  const auto runtime = make(notebook, user, std::move(wish), listener, !first);
  if (first) {
    runtime->follows_ = first;
    first->successor_ = runtime;
    if (!upgrade) async::spawn(reactor, live(shared_from_this(), first), "a runtime's life");
  }
  async::spawn(reactor, live(shared_from_this(), runtime), "a runtime's life");
  return first ? first : runtime;
}

std::shared_ptr<Runtime> Runtimes::Part::work_before(
    const std::shared_ptr<Runtime>& waiting, Wish wish,
    const std::weak_ptr<RuntimeListener>& listener) {
  const auto runtime = make(waiting->notebook_, waiting->user_, std::move(wish), listener, true);
  waiting->follows_ = runtime;
  runtime->successor_ = waiting;
  async::spawn(reactor, save(shared_from_this(), waiting), "keeping a lease");
  async::spawn(reactor, live(shared_from_this(), runtime), "a runtime's life");
  tell_places();
  return runtime;
}

std::shared_ptr<Runtime> Runtimes::Part::make(const NotebookId& notebook, const UserId& user,
                                              Wish wish,
                                              const std::weak_ptr<RuntimeListener>& listener,
                                              bool may_be_ahead) {
  const int64_t now_ms = async::lasting_ms();
  const Flavor* flavor = find_flavor(wish.flavor);
  auto runtime = flavor && may_be_ahead ? take_ahead(wish, *flavor, user) : nullptr;
  lease::Lease lease(runtime ? runtime->id() : RuntimeId{random_id("r_")}, wish.flavor,
                     wish.image.empty() ? settings.default_image : wish.image, terms_of(flavor),
                     now_ms);
  if (flavor) lease.set_flavor_title(flavor->title);
  if (runtime)
    runtime->become(notebook, user, std::move(lease));
  else
    runtime = std::make_shared<Runtime>(notebook, user, std::move(lease), 0);
  if (flavor) runtime->need_ = need_of(*flavor);
  // Of two in the same millisecond the first is the first.
  runtime->asked_ms_ = last_asked_ms_ = std::max(now_ms, last_asked_ms_ + 1);
  runtime->wish_ = std::move(wish);
  runtime->listener_ = listener;
  living[runtime->id()] = runtime;
  return runtime;
}

Task<void> Runtimes::Part::live(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime) {
  runtime->ask_handlers_ = self->ask_handlers;
  if (!runtime->ahead_) runtime->begin_asks();
  if (!runtime->started_) {
    auto beginning = runtime->local_ ? begin_local(self, runtime) : begin(self, runtime);
    const auto begun = co_await std::move(beginning);
    if (!begun) runtime->end("start_failed", begun.error().detail);
  }
  co_await attend(self, runtime);
  if (self->stopped_) co_return;
  co_await finish(self, runtime);
}

Task<Result<>> Runtimes::Part::begin(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime) {
  const auto enlisted = co_await enlist(self, runtime);
  if (!enlisted) co_return enlisted;
  auto launch = co_await find_image(self, runtime);
  if (!launch) co_return std::unexpected(launch.error());
  co_await wait_for_turn(self, runtime);
  if (runtime->over() || self->stopped_) co_return Result<>();
  self->complete(*launch, *runtime);
  if (runtime->ahead_) {
    const auto claimed = co_await claim_ahead(self, runtime, *launch);
    if (claimed || runtime->over() || self->stopped_) co_return Result<>();
    log::info("runtime {} starts anew: {}", runtime->id().value, claimed.error().detail);
    co_await start_anew(self, runtime);
    if (runtime->over() || self->stopped_) co_return Result<>();
    self->complete(*launch, *runtime);
  }
  // In the store before there is a process: a server killed in between finds and clears it.
  runtime->started_ = true;
  co_await save(self, runtime);
  runtime->tell_lease();
  const auto started = co_await self->engine.start(*std::move(launch), self->watcher(runtime));
  if (!started) co_return std::unexpected(started.error());
  if (const RuntimeId before = std::exchange(runtime->files_of_, {}); !before.value.empty())
    co_await KeptFiles::forget(self->kept, before);
  co_return Result<>();
}

// Into the store, and what its person may have out of it.
Task<Result<>> Runtimes::Part::enlist(std::shared_ptr<Part> self,
                                      std::shared_ptr<Runtime> runtime) {
  LeaseRow row{.status = runtime->status(),
               .notebook = runtime->notebook_,
               .user = runtime->user_,
               .kernel = runtime->wish_.kernel_name,
               .kernel_chosen = runtime->wish_.kernel_chosen,
               .language = runtime->wish_.mail_language};
  if (const auto first = runtime->follows_.lock()) row.follows = first->id().value;
  const bool is_new = !runtime->resumed_;
  const int64_t asked_ms = runtime->asked_ms_ + async::wall_shift_ms();
  store::Work<std::string> insert = [row, is_new,
                                     asked_ms](soci::session& sql) -> Result<std::string> {
    if (is_new)
      if (auto made = insert_lease(sql, row, asked_ms); !made) return std::unexpected(made.error());
    return verified_email(sql, row.user);
  };
  const auto email = co_await self->store.write<std::string>(std::move(insert));
  if (!email) co_return std::unexpected(email.error());
  runtime->groups_ = self->settings.rules.groups_of(*email);
  self->groups_[runtime->user_] = runtime->groups_;
  co_return self->check_need(*runtime);
}

Task<Result<engine::Launch>> Runtimes::Part::find_image(std::shared_ptr<Part> self,
                                                        std::shared_ptr<Runtime> runtime) {
  const Wish wish = runtime->wish_;
  auto launch = self->new_launch(runtime->id());
  launch.kernel_name = wish.kernel_name;
  if (launch.sandbox == "none") co_return launch;
  const image::Want want{wish.image, wish.kernel_name, wish.language};
  auto choice = co_await self->pool.run(
      [&] { return image::choose(self->images, want, self->settings.default_image); });
  if (!choice) co_return std::unexpected(choice.error());
  if (wish.kernel_chosen && choice->kernel != wish.kernel_name)
    co_return failure(ErrorCode::not_found, "The image \"" + choice->image.name +
                                                "\" has no kernel \"" + wish.kernel_name + "\".");
  (void)runtime->lease_.set_image(choice->image.name);
  launch.image_rootfs = choice->image.rootfs.string();
  launch.image_manifest = choice->image.manifest_path.string();
  launch.kernel_name = std::move(choice->kernel);
  co_return launch;
}

// With what is known once its turn has come.
void Runtimes::Part::complete(engine::Launch& launch, Runtime& runtime) const {
  if (!runtime.ahead_) runtime.token_hash_ = token_hash(launch.token);
  launch.uid_slot = runtime.uid_slot_;
  launch.ends_ms = runtime.status().ends_ms + async::wall_shift_ms();
  launch.idle_ms = runtime.lease_.terms().idle_ms;
  launch.accelerators = runtime.devices_;
  launch.files_of = runtime.files_of_;
  if (const Flavor* flavor = find_flavor(runtime.wish_.flavor)) {
    launch.resources = flavor->resources;
    launch.accelerator_model = flavor->accelerator;
    launch.accelerators_wanted = flavor->needed();
  }
}

// Until it is time to end it.
Task<void> Runtimes::Part::attend(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime) {
  // One that was claimed is ready, and saved; a quick page's may be ready, and held for the save.
  const bool is_claimed = runtime->status().state == State::ready && !runtime->held_;
  const bool is_saved = runtime->resumed_ || is_claimed;
  State saved = is_saved ? runtime->status().state : State::starting;
  int64_t kept_ms = runtime->lease_.kept_ms();
  while (!runtime->over() && !self->stopped_) {
    runtime->changed_.reset();
    if (runtime->died_) {
      co_await explain_death(self, runtime);
      co_return;
    }
    if (const auto due = runtime->lease_.due(async::lasting_ms())) {
      co_await end_what_is_due(self, runtime, *due);
      continue;
    }
    if (runtime->status().state != saved || runtime->lease_.kept_ms() != kept_ms) {
      saved = runtime->status().state;
      kept_ms = runtime->lease_.kept_ms();
      co_await save(self, runtime);
      runtime->release();
      continue;
    }
    const auto deadline = runtime->lease_.next_deadline_ms();
    const int64_t wait_ms =
        deadline ? std::clamp<int64_t>(*deadline - async::lasting_ms(), 1, 60'000) : 60'000;
    (void)co_await runtime->changed_.wait_for(std::chrono::milliseconds(wait_ms));
  }
}

Task<void> Runtimes::Part::end_what_is_due(std::shared_ptr<Part> self,
                                           std::shared_ptr<Runtime> runtime, lease::Due due) {
  switch (due) {
    case lease::Due::start: {
      if (runtime->local_) {
        runtime->end("start_failed", "The Jupyter server's kernel did not get ready in time.");
        break;
      }
      const std::string words = co_await self->engine.last_words(runtime->id());
      runtime->end("start_failed", "The runtime did not get ready in time." +
                                       (words.empty() ? "" : " Its log ends with: " + words));
      break;
    }
    case lease::Due::link:
      if (runtime->local_)
        runtime->end("page_gone", "The page that holds the local runtime went away.");
      else
        runtime->end("supervisor_lost", "The runtime has not been heard of.");
      break;
    case lease::Due::idle:
      runtime->end("idle", "The runtime was not used for a long time.");
      break;
    case lease::Due::life:
      runtime->end("deadline", "The runtime's time was over.");
      break;
    case lease::Due::notice:
      runtime->lease_.noticed();
      runtime->tell_lease();
      break;
    case lease::Due::end:
      break;  // finish() has its own deadline.
  }
}

// The supervisor's process has ended by itself: what it said last is still on the way to us.
Task<void> Runtimes::Part::explain_death(std::shared_ptr<Part> self,
                                         std::shared_ptr<Runtime> runtime) {
  const auto until = async::Clock::now() + kDrainLimit;
  while (runtime->link_ && !self->stopped_ && async::Clock::now() < until) {
    runtime->changed_.reset();
    (void)co_await runtime->changed_.wait_for(until - async::Clock::now());
  }
  if (runtime->over() || self->stopped_) co_return;
  // While no server was there to hear it.
  const auto said = co_await self->engine.ending_of(runtime->id());
  if (said && runtime->status().state != State::starting) {
    runtime->end(said->reason, said->detail);
    co_return;
  }
  const std::string words = co_await self->engine.last_words(runtime->id());
  const std::string tail = words.empty() ? "" : " Its log ends with: " + words;
  const std::string& why = runtime->why_died_;
  if (runtime->status().state == State::starting)
    runtime->end("start_failed", (why.empty() ? "The runtime could not start." : why) + tail);
  else
    runtime->end("supervisor_lost",
                 why.empty() ? "The runtime's supervisor ended unexpectedly." + tail : why);
}

// Of what the engine has, but for the files when they are kept.
Task<void> Runtimes::Part::clear_away(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime,
                                      bool keeps, bool is_followed) {
  const auto cleaned = co_await self->engine.clean_up(runtime->id(), kGrace);
  if (!cleaned)
    log::error("runtime {} left something behind: {}", runtime->id().value, cleaned.error().detail);
  if (keeps || is_followed)
    co_await keep_files(self, runtime, is_followed);
  else if (runtime->resumed_)  // A server before us may have begun to.
    co_await self->engine.forget_files(runtime->id());
}

Task<void> Runtimes::Part::finish(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime) {
  const bool is_nobodys = runtime->ahead_.has_value();  // And stays so: its person has gone.
  if (is_nobodys) runtime->started_ = true;
  runtime->release();
  runtime->asks_.give_up();
  if (runtime->listener_.expired()) runtime->discard();
  const bool is_followed = runtime->successor_ && runtime->successor_->after_ == runtime;
  // Whoever ends it by themselves knows that its files go.
  const bool keeps = !runtime->local_ && self->kept->keeps() &&
                     runtime->status().reason != "disconnected" && !is_nobodys;
  if (runtime->started_ && (keeps || is_followed)) self->engine.keep_files(runtime->id());
  if (runtime->started_) {
    co_await save(self, runtime);
    runtime->send(link::Shutdown{runtime->status().reason});
    const auto until = async::Clock::now() + std::chrono::milliseconds(self->settings.terms.end_ms);
    // Its process ends after it has said its last, and the link behind that.
    while (runtime->link_ && async::Clock::now() < until) {
      if (self->stopped_) co_return;
      runtime->changed_.reset();
      (void)co_await runtime->changed_.wait_for(until - async::Clock::now());
    }
    const auto commit_until = async::Clock::now() + kCommitLimit;
    while (runtime->committed_ != runtime->taken_ && !runtime->listener_.expired() &&
           async::Clock::now() < commit_until) {
      if (self->stopped_) co_return;
      runtime->settled_.reset();
      (void)co_await runtime->settled_.wait_for(commit_until - async::Clock::now());
    }
    if (!runtime->local_)
      co_await clear_away(self, runtime, keeps, is_followed);
    else if (runtime->link_)
      std::shared_ptr(runtime->link_)->close();
  }
  // Of the one before it, which it was to go on with and did not.
  if (!runtime->files_of_.value.empty() && keeps) self->kept->release(runtime->files_of_);
  if (!runtime->files_of_.value.empty() && !keeps)
    co_await KeptFiles::discard_held(self->kept, runtime->files_of_);
  // In one breath, so that whoever hears of the end can ask for the next runtime. A server killed
  // before the row is written finds the lease still ending, and ends it again.
  self->charge();
  (void)runtime->lease_.become_ended("runtime_ended", "", async::lasting_ms());
  self->living.erase(runtime->id());
  if (const auto first = runtime->follows_.lock()) {
    first->successor_.reset();
    first->lease_.set_queue({});
    first->tell_lease();
  }
  log::info("runtime {} ended: {}", runtime->id().value, runtime->status().reason);
  runtime->tell_lease();
  // What waited to follow it stands for itself from now on.
  if (runtime->successor_) runtime->successor_->follows_.reset();
  self->serve();
  co_await save(self, runtime);
  runtime->lines()->close();
  runtime->files()->close();
  runtime->ports()->close();
  runtime->gone_.set();
}

Task<void> Runtimes::Part::keep_files(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime,
                                      bool held) {
  KeptEntry entry{.runtime = runtime->id(),
                  .user = runtime->user_,
                  .notebook = runtime->notebook_,
                  .flavor = runtime->status().flavor,
                  .reason = runtime->status().reason,
                  .ended_ms = async::lasting_ms()};
  co_await KeptFiles::add(self->kept, std::move(entry), held);
}

Task<void> Runtimes::Part::save(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime) {
  const LeaseRow row = self->row_of(*runtime);
  store::Work<> update = [row, now_ms = async::lasting_ms()](soci::session& sql) {
    return update_lease(sql, row, now_ms);
  };
  const auto saved = co_await self->store.write(std::move(update));
  if (!saved)
    log::error("the state of runtime {} could not be saved: {}", runtime->id().value,
               saved.error().detail);
}

engine::Watcher Runtimes::Part::watcher(const std::shared_ptr<Runtime>& runtime) {
  engine::Watcher watcher;
  watcher.died = [weak = std::weak_ptr(runtime)](std::string why) {
    const auto alive = weak.lock();
    if (!alive) return;
    alive->died_ = true;
    alive->why_died_ = std::move(why);
    alive->changed_.set();
  };
  watcher.waiting = [weak = std::weak_ptr(runtime)](engine::Waiting waiting) {
    const auto alive = weak.lock();
    if (!alive || !alive->lease_.wait(std::move(waiting.why), waiting.expected_ms)) return;
    alive->tell_lease();
  };
  watcher.begun = [part = weak_from_this(), weak = std::weak_ptr(runtime)](int64_t at_ms) {
    const auto alive = weak.lock();
    const auto self = part.lock();
    if (!alive || !self) return;
    if (!alive->lease_.begin(at_ms - async::wall_shift_ms(), async::lasting_ms())) return;
    alive->changed_.set();
    alive->tell_lease();
    async::spawn(self->reactor, save(self, alive), "keeping a lease");
  };
  return watcher;
}

int64_t Runtimes::Part::free_slot() const {
  std::set<int64_t> taken;
  for (const auto& [id, runtime] : living)
    if (runtime->granted_) taken.insert(runtime->uid_slot_);
  for (const auto& member : ahead) taken.insert(member->uid_slot_);
  // By chance, so that two servers of one host (or `colibri run` beside one) hardly ever give two
  // containers the same users.
  for (;;) {
    const std::string bytes = random_bytes(2);
    const int64_t slot =
        (static_cast<unsigned char>(bytes[0]) << 6 | static_cast<unsigned char>(bytes[1]) >> 2);
    if (!taken.contains(slot)) return slot;
  }
}

}  // namespace colibri::runtimes
