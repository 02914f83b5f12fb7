#include "runtimes/runtimes.hpp"

#include <algorithm>
#include <boost/algorithm/string/predicate.hpp>

#include "async/timer.hpp"
#include "runtimes/runtimes_part.hpp"

namespace colibri::runtimes {

namespace {

// What a program asks of its own runtime.
Task<link::AskResult> own_asks(std::shared_ptr<Runtime> runtime, link::Ask ask) {
  if (ask.method != "runtime.unassign")
    co_return link::ask_failure("unknown_method", "There is no method \"" + ask.method + "\".");
  runtime->end("disconnected", "A program in the runtime ended it.");
  co_return json::Object{};
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
      settings(std::move(given)),
      kept(std::make_shared<KeptFiles>(reactor, store, engine, settings.keeping)),
      ask_handlers(std::make_shared<AskHandlers>(AskHandlers{reactor, {{"runtime", own_asks}}})) {}

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

Result<LocalRuntime> Runtimes::request_local(NotebookId notebook, UserId user,
                                             std::weak_ptr<RuntimeListener> listener) {
  return part_->request_local(std::move(notebook), std::move(user), std::move(listener));
}

Task<void> Runtimes::serve_page(asio::local::stream_protocol::socket socket, NotebookId notebook,
                                UserId user) {
  return Part::serve_page(part_, std::move(socket), std::move(notebook), std::move(user));
}

std::vector<std::shared_ptr<Runtime>> Runtimes::of(const NotebookId& notebook) const {
  std::vector<std::shared_ptr<Runtime>> out;
  for (const auto& [id, runtime] : part_->living)
    if (runtime->notebook() == notebook && runtime->follows_.expired()) out.push_back(runtime);
  return out;
}

Result<> Runtimes::claim(std::shared_ptr<Runtime> runtime) {
  return part_->claim(runtime);
}

void Runtimes::leave_queue(std::shared_ptr<Runtime> runtime) {
  part_->leave_queue(runtime);
}

void Runtimes::on_offer(std::function<Task<void>(Offer)> tell) {
  part_->on_offer = std::move(tell);
}

void Runtimes::on_ask(std::string group, AskHandler handler) {
  part_->ask_handlers->groups[std::move(group)] = std::move(handler);
}

Task<Result<std::vector<FlavorState>>> Runtimes::flavors(UserId user) {
  const auto part = part_;
  store::Work<std::string> read = [user](soci::session& sql) { return verified_email(sql, user); };
  const auto email = co_await part->store.read<std::string>(std::move(read));
  if (!email) co_return std::unexpected(email.error());
  co_return part->flavor_states(user, part->settings.rules.groups_of(*email));
}

const Flavor* Runtimes::find_flavor(const std::string& name) const {
  return part_->find_flavor(name);
}

bool Runtimes::has_tpu(const Flavor& flavor) const {
  return std::ranges::any_of(part_->devices(), [&](const accelerators::Accelerator& each) {
    return each.model == flavor.accelerator && each.kind == accelerators::Kind::tpu;
  });
}

const Flavor* Runtimes::flavor_for(const json::Object& metadata) const {
  const json::Object* colab = json::object_at(metadata, "colab");
  const auto of_colab = [&](const char* key) {
    return colab ? json::string_at(*colab, key).value_or("") : std::string();
  };
  const std::string kind = json::string_at(metadata, "accelerator").value_or("");
  const std::string model = kind == "GPU" || kind == "TPU" ? of_colab("gpuType") : "";
  const bool high_ram = of_colab("machine_shape") == "hm";
  const Flavor* best = nullptr;
  int most = -1;
  const auto devices = part_->devices();
  for (const Flavor& flavor : part_->settings.flavors) {
    const lease::Need need = part_->need_of(flavor);
    if (std::ranges::count(devices, need.model, &accelerators::Accelerator::model) < need.count)
      continue;  // Nowhere on this host.
    const bool has_one = flavor.needed() > 0, wants_one = !kind.empty() && kind != "None";
    int likeness = flavor.high_ram == high_ram ? 1 : 0;
    if (has_one == wants_one) likeness += 8;
    if (has_one && wants_one && has_tpu(flavor) == (kind == "TPU")) likeness += 4;
    // As the page's own choice (runtime_type.ts), whatever the case.
    if (has_one && boost::algorithm::iequals(flavor.accelerator, model)) likeness += 2;
    if (likeness > most) {
      most = likeness;
      best = &flavor;
    }
  }
  return best;
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

const std::shared_ptr<KeptFiles>& Runtimes::kept_files() const {
  return part_->kept;
}

void Runtimes::stop() {
  part_->stop();
}

Task<void> Runtimes::end_all(std::string reason) {
  auto all = living();
  for (const auto& runtime : all) runtime->end(reason, "");
  all.insert(all.end(), part_->ahead.begin(), part_->ahead.end());
  part_->close_pool();
  // Each has its own deadlines; together they take as long as the slowest.
  for (const auto& runtime : all) (void)co_await runtime->gone_.wait_for(std::chrono::seconds(60));
}

const Settings& Runtimes::settings() const {
  return part_->settings;
}

uint16_t Runtimes::remote_link_port() const {
  return part_->remote_link_port();
}

std::string Runtimes::link_socket() const {
  return part_->link_socket();
}

}  // namespace colibri::runtimes
