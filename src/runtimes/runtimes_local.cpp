// Runtimes at a Jupyter server of one's own: no engine has them, a page of their person speaks for
// them.
#include <algorithm>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/random.hpp"
#include "runtimes/runtimes_part.hpp"
#include "runtimes/token_hash.hpp"

namespace colibri::runtimes {

namespace {

constexpr std::ptrdiff_t kMostOfOneUser = 16;
constexpr size_t kMaxPages = 1024;
constexpr int64_t kStartMs = 90'000;  // Kernels of others may be slow.

}  // namespace

// It is their own machine: there is nobody to give it back to.
lease::Terms Runtimes::Part::local_terms() const {
  lease::Terms terms = settings.terms;
  terms.life_ms = terms.idle_ms = 0;
  terms.start_ms = kStartMs;
  terms.link_ms *= 2;  // For a page that is loaded anew, or a network that blinks.
  return terms;
}

Result<LocalRuntime> Runtimes::Part::request_local(NotebookId notebook, UserId user,
                                                   std::weak_ptr<RuntimeListener> listener) {
  if (stopped_) return failure(ErrorCode::unavailable, "The server is shutting down.");
  const bool has_one = std::ranges::any_of(living, [&](const auto& entry) {
    return entry.second->notebook() == notebook && entry.second->user() == user;
  });
  if (has_one) return failure(ErrorCode::conflict, "The notebook has a runtime already.");
  const auto mine = std::ranges::count_if(living, [&](const auto& entry) {
    return entry.second->local() && entry.second->user() == user;
  });
  if (mine >= kMostOfOneUser)
    return failure(ErrorCode::conflict, "You have too many local runtimes at a time.");
  std::string token = random_id("") + random_id("");
  auto runtime = std::make_shared<Runtime>(notebook, user,
                                           lease::Lease(RuntimeId{random_id("r_")}, kLocalFlavor,
                                                        "", local_terms(), async::lasting_ms()),
                                           0);
  runtime->local_ = true;
  runtime->token_hash_ = token_hash(token);
  runtime->listener_ = std::move(listener);
  runtime->asked_ms_ = async::lasting_ms();
  living[runtime->id()] = runtime;
  async::spawn(reactor, live(shared_from_this(), runtime), "a local runtime's life");
  return LocalRuntime{std::move(runtime), std::move(token)};
}

Task<Result<>> Runtimes::Part::begin_local(std::shared_ptr<Part> self,
                                           std::shared_ptr<Runtime> runtime) {
  (void)runtime->lease_.start(async::lasting_ms());
  LeaseRow row{.status = runtime->status(), .notebook = runtime->notebook_, .user = runtime->user_};
  const int64_t asked_ms = runtime->asked_ms_ + async::wall_shift_ms();
  store::Work<> insert = [row, asked_ms](soci::session& sql) {
    return insert_lease(sql, row, asked_ms);
  };
  const auto inserted = co_await self->store.write(std::move(insert));
  if (!inserted) co_return std::unexpected(inserted.error());
  runtime->started_ = true;
  co_await save(self, runtime);
  runtime->tell_lease();
  co_return Result<>();
}

Task<void> Runtimes::Part::serve_page(std::shared_ptr<Part> self,
                                      asio::local::stream_protocol::socket socket,
                                      NotebookId notebook, UserId user) {
  if (self->stopped_ || self->sessions_.size() >= kMaxPages) co_return;
  LinkSession::Admit admit = [self, notebook,
                              user](const link::Hello& hello) -> Result<std::shared_ptr<Runtime>> {
    auto admitted = self->admit(hello, true);
    if (admitted && ((*admitted)->notebook() != notebook || (*admitted)->user() != user))
      return failure(ErrorCode::denied, "There is no such runtime.");
    return admitted;
  };
  const auto session = std::make_shared<LinkSession>(channel::Stream(std::move(socket)));
  self->sessions_.insert(session);
  co_await LinkSession::serve(session, std::move(admit));
  self->sessions_.erase(session);
}

}  // namespace colibri::runtimes
