#include "runtimes/runtimes.hpp"

#include "async/timer.hpp"
#include "runtimes/runtimes_part.hpp"

namespace colibri::runtimes {

Runtimes::Runtimes(asio::any_io_executor reactor, store::Store& store, async::BlockingPool& pool,
                   engine::Engine& engine, const image::Images& images, Settings settings)
    : part_(std::make_shared<Part>(std::move(reactor), store, pool, engine, images,
                                   std::move(settings))) {}

Runtimes::~Runtimes() {
  stop();
}

Task<Result<>> Runtimes::start() {
  return Part::start(part_);
}

std::vector<std::shared_ptr<Runtime>> Runtimes::living() const {
  std::vector<std::shared_ptr<Runtime>> out;
  for (const auto& [id, runtime] : part_->living) out.push_back(runtime);
  return out;
}

Result<std::shared_ptr<Runtime>> Runtimes::request(NotebookId notebook, UserId user, Wish wish,
                                                   std::weak_ptr<RuntimeListener> listener) {
  return part_->request(std::move(notebook), std::move(user), std::move(wish), std::move(listener));
}

std::vector<std::shared_ptr<Runtime>> Runtimes::of(const NotebookId& notebook) const {
  std::vector<std::shared_ptr<Runtime>> out;
  for (const auto& [id, runtime] : part_->living)
    if (runtime->notebook() == notebook) out.push_back(runtime);
  return out;
}

Result<> Runtimes::claim(std::shared_ptr<Runtime> /*runtime*/) {
  return failure(ErrorCode::conflict, "Nothing is offered now.");
}

void Runtimes::leave_queue(std::shared_ptr<Runtime> runtime) {
  if (runtime->status().state == lease::State::queued)
    runtime->end("left_queue", "You left the queue.");
}

void Runtimes::share(std::shared_ptr<Runtime> runtime, bool shared) {
  part_->share(std::move(runtime), shared);
}

Task<Result<std::string>> Runtimes::last_reason(NotebookId notebook, UserId user) {
  store::Work<std::string> read = [notebook, user](soci::session& sql) {
    return runtimes::last_reason(sql, notebook, user);
  };
  co_return co_await part_->store.read<std::string>(std::move(read));
}

void Runtimes::stop() {
  part_->stop();
}

Task<void> Runtimes::end_all(std::string reason) {
  const auto all = living();
  for (const auto& runtime : all) runtime->end(reason, "");
  // Each has its own deadlines; together they take as long as the slowest.
  for (const auto& runtime : all) (void)co_await runtime->gone_.wait_for(std::chrono::seconds(60));
}

const Settings& Runtimes::settings() const {
  return part_->settings;
}

std::string Runtimes::link_socket() const {
  return part_->link_socket();
}

}  // namespace colibri::runtimes
