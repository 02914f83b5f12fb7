#include "runtimes/asks.hpp"

#include <algorithm>
#include <vector>

#include "async/spawn.hpp"
#include "base/log.hpp"
#include "runtimes/runtime.hpp"

namespace colibri::runtimes {

namespace {

constexpr std::string_view kPages = "page.";

link::AskResult ended() {
  return link::ask_failure("unavailable", "The runtime has ended.");
}

}  // namespace

Asks::Asks(Send send, std::function<std::shared_ptr<RuntimeListener>()> listener)
    : send_(std::move(send)), listener_(std::move(listener)) {}

void Asks::begin(std::shared_ptr<Runtime> runtime, std::shared_ptr<const AskHandlers> handlers) {
  runtime_ = runtime;
  handlers_ = std::move(handlers);
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries_) names.push_back(name);
  for (const std::string& name : names)
    if (const auto found = entries_.find(name); found != entries_.end()) open(found->second);
}

void Asks::take(link::Ask ask, size_t bytes) {
  if (const auto known = entries_.find(ask.ask); known != entries_.end()) {
    if (known->second.result) send_(link::Answer{ask.ask, *known->second.result});
    return;
  }
  if (entries_.size() >= link::kMaxAsks || bytes_ + bytes > 2 * link::kMaxAskBytes)
    return send_(
        link::Answer{ask.ask, link::ask_failure("too_many", "Too many requests are under way.")});
  const std::string name = ask.ask;
  Entry& entry = entries_[name];
  entry.ask = std::move(ask);
  entry.bytes = bytes;
  bytes_ += bytes;
  if (handlers_) open(entry);
}

void Asks::open(Entry& entry) {
  if (std::exchange(entry.begun, true)) return;
  const link::Ask& ask = entry.ask;
  if (ask.method.starts_with(kPages) || entry.done) {
    if (const auto listener = listener_()) listener->on_ask(page_ask(entry));
    return;
  }
  const auto handler = handlers_->groups.find(ask.method.substr(0, ask.method.find('.')));
  const auto runtime = runtime_.lock();
  if (handler == handlers_->groups.end() || !runtime)
    return finish(
        ask.ask, link::ask_failure("unknown_method", "There is no method \"" + ask.method + "\"."));
  async::spawn(handlers_->reactor, handle(runtime, handler->second, ask),
               "answering a program of a runtime");
}

Task<void> Asks::handle(std::shared_ptr<Runtime> runtime, AskHandler handler, link::Ask ask) {
  const std::string name = ask.ask;
  link::AskResult result = link::ask_failure("failed", "The server could not do this.");
  try {
    auto answering = handler(runtime, std::move(ask));
    result = co_await std::move(answering);
  } catch (const std::exception& error) {
    log::error("an ask of runtime {} failed: {}", runtime->id().value, error.what());
  }
  runtime->asks().finish(name, std::move(result));
}

void Asks::finish(const std::string& ask, link::AskResult result) {
  const auto found = entries_.find(ask);
  if (found == entries_.end() || found->second.result) return;
  found->second.result = std::move(result);
  if (found->second.done) return found->second.done->set();
  // Kept until the supervisor says that it is over: this may be lost with the link.
  send_(link::Answer{ask, *found->second.result});
}

void Asks::over(const std::string& ask) {
  const auto found = entries_.find(ask);
  if (found == entries_.end()) return;
  const bool waits_for_page = !found->second.result && found->second.begun;
  bytes_ -= found->second.bytes;
  entries_.erase(found);
  if (const auto listener = listener_(); listener && waits_for_page)
    listener->on_ask_over(page_name(ask));
  for (auto& [name, entry] : entries_)
    if (entry.done && entry.parent == ask) entry.done->set();
}

void Asks::answer(const std::string& page_ask, link::AskResult result) {
  const std::string prefix = page_name("");
  if (page_ask.starts_with(prefix)) finish(page_ask.substr(prefix.size()), std::move(result));
}

void Asks::tell_all() {
  const auto listener = listener_();
  if (!listener) return;
  std::vector<PageAsk> waiting;
  for (const auto& [name, entry] : entries_)
    if (entry.begun && !entry.result && (entry.done || entry.ask.method.starts_with(kPages)))
      waiting.push_back(page_ask(entry));
  for (const PageAsk& ask : waiting) listener->on_ask(ask);
}

void Asks::give_up() {
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries_) names.push_back(name);
  for (const std::string& name : names) {
    finish(name, ended());
    if (const auto found = entries_.find(name); found != entries_.end() && !found->second.done)
      over(name);
  }
}

std::string Asks::page_name(const std::string& ask) const {
  const auto runtime = runtime_.lock();
  return (runtime ? runtime->id().value : std::string()) + "." + ask;
}

PageAsk Asks::page_ask(const Entry& entry) const {
  const std::string& method = entry.ask.method;
  return {page_name(entry.ask.ask), entry.done ? method : method.substr(kPages.size()),
          entry.ask.params};
}

Task<link::AskResult> Asks::ask_page(std::shared_ptr<Runtime> runtime, std::string parent,
                                     std::string name, json::Object params, async::Duration limit) {
  Asks& asks = runtime->asks();
  if (!asks.handlers_) co_return ended();
  // Unlike any of the supervisor's, which has no more to say about it.
  const std::string ask = "s." + std::to_string(++asks.last_);
  const auto done = std::make_shared<async::Event>();
  Entry& entry = asks.entries_[ask];
  entry.ask = {ask, std::move(name), std::move(params), 0};
  entry.done = done;
  entry.parent = std::move(parent);
  asks.open(entry);
  (void)co_await done->wait_for(limit);
  const auto found = asks.entries_.find(ask);
  link::AskResult result = link::ask_failure("timeout", "Nobody answered in time.");
  if (found != asks.entries_.end() && found->second.result) result = *found->second.result;
  asks.over(ask);
  co_return result;
}

}  // namespace colibri::runtimes
