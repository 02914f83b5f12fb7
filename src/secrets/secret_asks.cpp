#include "secrets/secret_asks.hpp"

#include <map>

#include "async/timer.hpp"
#include "base/log.hpp"

namespace colibri::secrets {

namespace {

using link::AskResult;
using runtimes::Runtime;

// After a No the same question is not put again for so long: the person can stop the program.
constexpr auto kAfterNo = std::chrono::seconds(10);

AskResult no_access(const std::string& name) {
  return link::ask_failure("no_access", "Notebook does not have access to secret " + name + ".");
}

AskResult failed(const Error& error, const std::string& name) {
  if (error.code == ErrorCode::not_found)
    return link::ask_failure("no_such_secret", "Secret " + name + " does not exist.");
  return std::unexpected(link::to_ask_error(error));
}

class SecretAsks {
 public:
  explicit SecretAsks(Secrets& secrets) : secrets_(secrets) {}

  static Task<AskResult> answer(std::shared_ptr<SecretAsks> self, std::shared_ptr<Runtime> runtime,
                                link::Ask ask) {
    if (ask.method == "secret.list") co_return co_await list(self, runtime);
    if (ask.method != "secret.get")
      co_return link::ask_failure("unknown_method", "There is no method \"" + ask.method + "\".");
    std::string name = json::string_at(ask.params, "name").value_or("");
    if (const auto good = check_name(name); !good)
      co_return std::unexpected(link::to_ask_error(good.error()));
    co_return co_await get(self, runtime, std::move(name), std::move(ask));
  }

 private:
  // Which others there are is no business of a notebook.
  static Task<AskResult> list(std::shared_ptr<SecretAsks> self, std::shared_ptr<Runtime> runtime) {
    const auto entries = co_await self->secrets_.list(runtime->user(), runtime->notebook());
    if (!entries) co_return std::unexpected(link::to_ask_error(entries.error()));
    json::Array names;
    for (const Entry& entry : *entries)
      if (entry.access) names.emplace_back(entry.name);
    co_return json::Object{{"names", std::move(names)}};
  }

  static Task<AskResult> get(std::shared_ptr<SecretAsks> self, std::shared_ptr<Runtime> runtime,
                             std::string name, link::Ask ask) {
    const UserId user = runtime->user();
    const NotebookId notebook = runtime->notebook();
    auto found = co_await self->secrets_.find(user, name, notebook);
    if (!found) co_return failed(found.error(), name);
    if (found->access) co_return json::Object{{"value", std::move(found->value)}};
    const std::string asked = runtime->id().value + " " + name;
    const auto before = self->refused_.find(asked);
    if (before != self->refused_.end() && async::Clock::now() < before->second + kAfterNo)
      co_return no_access(name);
    json::Object params{{"name", name}};
    auto asking = runtimes::Asks::ask_page(runtime, ask.ask, "secrets.grant", std::move(params),
                                           std::chrono::milliseconds(ask.timeout_ms));
    const AskResult granted = co_await std::move(asking);
    if (!granted) co_return std::unexpected(granted.error());
    const json::Value* yes = granted->find("granted");
    if (!yes || !yes->if_bool() || !*yes->if_bool()) {
      self->refuse(asked);
      co_return no_access(name);
    }
    if (const auto set = co_await self->secrets_.set_access(user, name, notebook, true); !set)
      co_return failed(set.error(), name);
    found = co_await self->secrets_.find(user, name, notebook);
    if (!found) co_return failed(found.error(), name);
    co_return json::Object{{"value", std::move(found->value)}};
  }

  void refuse(const std::string& asked) {
    const auto now = async::Clock::now();
    std::erase_if(refused_, [&](const auto& entry) { return now >= entry.second + kAfterNo; });
    refused_[asked] = now;
  }

  Secrets& secrets_;
  std::map<std::string, async::Clock::time_point> refused_;
};

}  // namespace

void answer_asks(runtimes::Runtimes& runtimes, Secrets& secrets) {
  const auto asks = std::make_shared<SecretAsks>(secrets);
  runtimes.on_ask("secret", [asks](std::shared_ptr<Runtime> runtime, link::Ask ask) {
    return SecretAsks::answer(asks, std::move(runtime), std::move(ask));
  });
}

}  // namespace colibri::secrets
