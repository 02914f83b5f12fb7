// A runtime's life, from the request until nothing of it is left.
#include <algorithm>

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

bool over(const Runtime& runtime) {
  return runtime.status().state == State::ending || runtime.status().state == State::ended;
}

}  // namespace

Runtimes::Part::Part(asio::any_io_executor executor, store::Store& database,
                     async::BlockingPool& blocking, engine::Engine& where,
                     const image::Images& folder, Settings given)
    : reactor(std::move(executor)),
      store(database),
      pool(blocking),
      engine(where),
      images(folder),
      settings(std::move(given)) {}

Task<Result<>> Runtimes::Part::start(std::shared_ptr<Part> self) {
  // Named, here and below: g++ 12 destroys a capturing temporary of a co_await twice.
  store::Work<std::vector<LeaseRow>> read = [now_ms = async::lasting_ms()](soci::session& sql) {
    return living_leases(sql, now_ms);
  };
  auto rows = co_await self->store.write<std::vector<LeaseRow>>(std::move(read));
  if (!rows) co_return std::unexpected(rows.error());
  // All are known before the first can dial.
  for (LeaseRow& row : *rows) self->resume(std::move(row));
  co_return self->listen();
}

void Runtimes::Part::resume(LeaseRow row) {
  const int64_t now_ms = async::lasting_ms();
  auto runtime = std::make_shared<Runtime>(
      row.notebook, row.user, lease::Lease::resumed(row.status, settings.terms, 0, now_ms),
      row.last_frame);
  runtime->token_hash_ = row.token_hash;
  runtime->uid_slot_ = row.uid_slot;
  runtime->shared_ = row.shared;
  runtime->started_ = !row.token_hash.empty();
  runtime->resumed_ = true;
  living[runtime->id()] = runtime;
  if (!runtime->started_) {
    runtime->end("server_restarted", "The server was restarted before the runtime started.");
  } else if (const auto adopted = engine.adopt(runtime->id(), watcher(runtime)); !adopted) {
    // One that cannot be told has until its link's deadline.
    if (adopted.error().code == ErrorCode::not_found) runtime->died_ = true;
  }
  log::info("runtime {} of an earlier server: {}", runtime->id().value,
            runtime->died_ ? "its supervisor is gone" : "waiting for its supervisor to dial");
  async::spawn(reactor, live(shared_from_this(), runtime, {}), "a runtime's life");
}

void Runtimes::Part::share(std::shared_ptr<Runtime> runtime, bool shared) {
  runtime->shared_ = shared;
  async::spawn(reactor, save(shared_from_this(), std::move(runtime)), "keeping a lease");
}

void Runtimes::Part::stop() {
  if (std::exchange(stopped_, true)) return;
  boost::system::error_code ignored;
  if (acceptor_) acceptor_->close(ignored);
  const auto sessions = sessions_;
  for (const auto& session : sessions) session->close();
  for (const auto& [id, runtime] : living) runtime->changed_.set();
  place_.set();
}

Result<std::shared_ptr<Runtime>> Runtimes::Part::request(NotebookId notebook, UserId user,
                                                         Wish wish,
                                                         std::weak_ptr<RuntimeListener> listener) {
  if (stopped_) return failure(ErrorCode::unavailable, "The server is shutting down.");
  for (const auto& [id, runtime] : living)
    if (runtime->notebook() == notebook && runtime->user() == user)
      return failure(ErrorCode::conflict, over(*runtime)
                                              ? "The notebook's last runtime is still ending."
                                              : "The notebook has a runtime already.");
  const Flavor* flavor = find_flavor(wish.flavor);
  if (!flavor)
    return failure(ErrorCode::not_found, "There is no kind of runtime \"" + wish.flavor + "\".");
  wish.flavor = flavor->name;
  lease::Lease lease(RuntimeId{random_id("r_")}, wish.flavor,
                     wish.image.empty() ? settings.default_image : wish.image, settings.terms,
                     async::lasting_ms());
  auto runtime =
      std::make_shared<Runtime>(std::move(notebook), std::move(user), std::move(lease), 0);
  runtime->listener_ = std::move(listener);
  living[runtime->id()] = runtime;
  async::spawn(reactor, live(shared_from_this(), runtime, std::move(wish)), "a runtime's life");
  return runtime;
}

Task<void> Runtimes::Part::live(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime,
                                Wish wish) {
  if (!runtime->resumed_) {
    const auto begun = co_await begin(self, runtime, std::move(wish));
    if (!begun) runtime->end("start_failed", begun.error().detail);
  }
  co_await attend(self, runtime);
  if (self->stopped_) co_return;
  co_await finish(self, runtime);
}

Task<Result<>> Runtimes::Part::begin(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime,
                                     Wish wish) {
  const LeaseRow row{
      .status = runtime->status(), .notebook = runtime->notebook_, .user = runtime->user_};
  store::Work<> insert = [row, now_ms = async::lasting_ms()](soci::session& sql) {
    return insert_lease(sql, row, now_ms);
  };
  const auto kept = co_await self->store.write(std::move(insert));
  if (!kept) co_return kept;
  co_await wait_for_place(self, runtime);
  if (over(*runtime) || self->stopped_) co_return Result<>();

  auto launch = co_await prepare(self, runtime, std::move(wish));
  if (!launch) co_return std::unexpected(launch.error());
  if (over(*runtime) || self->stopped_) co_return Result<>();
  // In the store before there is a process: a server killed in between finds and clears it.
  runtime->started_ = true;
  co_await save(self, runtime);
  runtime->tell_lease();
  const auto started = co_await self->engine.start(*std::move(launch), self->watcher(runtime));
  if (!started) co_return std::unexpected(started.error());
  co_return Result<>();
}

Task<void> Runtimes::Part::wait_for_place(std::shared_ptr<Part> self,
                                          std::shared_ptr<Runtime> runtime) {
  while (!over(*runtime) && !self->stopped_ && self->running() >= self->settings.limit) {
    if (runtime->status().state == State::requested) {
      (void)runtime->lease_.queue("Waiting for another runtime to end.", async::lasting_ms());
      runtime->tell_lease();
    }
    self->place_.reset();
    (void)co_await self->place_.wait_for(1s);
  }
  // Taken in the same breath as it was found free.
  if (!over(*runtime)) {
    runtime->uid_slot_ = self->free_slot();
    (void)runtime->lease_.start(async::lasting_ms());
  }
}

Task<Result<engine::Launch>> Runtimes::Part::prepare(std::shared_ptr<Part> self,
                                                     std::shared_ptr<Runtime> runtime, Wish wish) {
  engine::Launch launch{.runtime = runtime->id(),
                        .token = random_id("") + random_id(""),
                        .link_socket = self->link_socket(),
                        .sandbox = self->settings.sandbox,
                        .network = self->settings.network,
                        .kernel_name = wish.kernel_name,
                        .uid_slot = runtime->uid_slot_,
                        .resources = self->find_flavor(wish.flavor)->resources,
                        .ends_ms = runtime->status().ends_ms + async::wall_shift_ms(),
                        .idle_ms = runtime->lease_.terms().idle_ms,
                        .orphan_ms = self->settings.orphan_ms};
  runtime->token_hash_ = token_hash(launch.token);
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

// Until it is time to end it.
Task<void> Runtimes::Part::attend(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime) {
  State saved = runtime->resumed_ ? runtime->status().state : State::starting;
  while (!over(*runtime) && !self->stopped_) {
    runtime->changed_.reset();
    if (runtime->died_) {
      co_await explain_death(self, runtime);
      co_return;
    }
    if (const auto due = runtime->lease_.due(async::lasting_ms())) {
      co_await end_what_is_due(self, runtime, *due);
      continue;
    }
    if (runtime->status().state != saved) {
      saved = runtime->status().state;
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
      const std::string words = co_await self->engine.last_words(runtime->id());
      runtime->end("start_failed", "The runtime did not get ready in time." +
                                       (words.empty() ? "" : " Its log ends with: " + words));
      break;
    }
    case lease::Due::link:
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
  if (over(*runtime) || self->stopped_) co_return;
  const std::string words = co_await self->engine.last_words(runtime->id());
  const std::string tail = words.empty() ? "" : " Its log ends with: " + words;
  const std::string& why = runtime->why_died_;
  if (runtime->status().state == State::starting)
    runtime->end("start_failed", (why.empty() ? "The runtime could not start." : why) + tail);
  else
    runtime->end("supervisor_lost",
                 why.empty() ? "The runtime's supervisor ended unexpectedly." + tail : why);
}

Task<void> Runtimes::Part::finish(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime) {
  runtime->release();
  if (runtime->listener_.expired()) runtime->discard();
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
    const auto cleaned = co_await self->engine.clean_up(runtime->id(), kGrace);
    if (!cleaned)
      log::error("runtime {} left something behind: {}", runtime->id().value,
                 cleaned.error().detail);
  }
  // In one breath, so that whoever hears of the end can ask for the next runtime. A server killed
  // before the row is written finds the lease still ending, and ends it again.
  (void)runtime->lease_.become_ended("runtime_ended", "", async::lasting_ms());
  self->living.erase(runtime->id());
  self->place_.set();
  log::info("runtime {} ended: {}", runtime->id().value, runtime->status().reason);
  runtime->tell_lease();
  co_await save(self, runtime);
  runtime->gone_.set();
}

Task<void> Runtimes::Part::save(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime) {
  LeaseRow row{.status = runtime->status(),
               .token_hash = runtime->token_hash_,
               .uid_slot = runtime->uid_slot_,
               .shared = runtime->shared_};
  if (row.status.ends_ms > 0) row.status.ends_ms += async::wall_shift_ms();
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
    if (runtime->status().state != State::requested && runtime->status().state != State::queued)
      taken.insert(runtime->uid_slot_);
  // By chance, so that two servers of one host (or `colibri run` beside one) hardly ever give two
  // containers the same users.
  for (;;) {
    const std::string bytes = random_bytes(2);
    const int64_t slot =
        (static_cast<unsigned char>(bytes[0]) << 6 | static_cast<unsigned char>(bytes[1]) >> 2);
    if (!taken.contains(slot)) return slot;
  }
}

size_t Runtimes::Part::running() const {
  return static_cast<size_t>(std::ranges::count_if(living, [](const auto& entry) {
    const State state = entry.second->status().state;
    return state != State::requested && state != State::queued;
  }));
}

const Flavor* Runtimes::Part::find_flavor(const std::string& name) const {
  if (name.empty()) return settings.flavors.empty() ? nullptr : &settings.flavors.front();
  const auto found = std::ranges::find(settings.flavors, name, &Flavor::name);
  return found == settings.flavors.end() ? nullptr : &*found;
}

}  // namespace colibri::runtimes
