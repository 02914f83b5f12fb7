// What programs in somebody's runtime ask their pages for (docs/protocol.md 2.7): all pages of that
// person get it, one answers, the others hear that it is over. A page that comes later gets what is
// open, so that an ask outlives a reload.
#include <algorithm>
#include <vector>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "notebooks/document_state.hpp"
#include "wire/server_message.hpp"

namespace colibri::notebooks {
namespace {

// So long an ask waits for a page: one that is loaded anew is back by then.
constexpr auto kNoPage = std::chrono::seconds(5);

SharedText shared(std::string message) {
  return std::make_shared<const std::string>(std::move(message));
}

}  // namespace

void Lane::on_ask(const runtimes::PageAsk& ask) {
  if (const auto document = document_.lock()) document->on_ask(*this, ask);
}
void Lane::on_ask_over(const std::string& ask) {
  if (const auto document = document_.lock()) document->on_ask_over(ask);
}

void DocumentActor::State::on_ask(const Lane& lane, const runtimes::PageAsk& ask) {
  if (failed_ || closed_ || !lane.runtime || asks_.contains(ask.ask)) return;
  OpenAsk& open = asks_[ask.ask];
  open.ask = ask;
  open.runtime = lane.runtime;
  offer(open);
}

void DocumentActor::State::on_ask_over(const std::string& ask) {
  const auto found = asks_.extract(ask);
  if (!found.empty()) tell_pages(found.mapped(), wire::ask_over(ask), {});
}

bool DocumentActor::State::has_page(const UserId& user) const {
  return std::ranges::any_of(readers_, [&](const Reader& reader) {
    return reader.visitor.user == user && reader.visitor.answers_asks;
  });
}

void DocumentActor::State::tell_pages(const OpenAsk& ask, const std::string& message,
                                      const ClientId& but) {
  const SharedText text = shared(message);
  const UserId user = ask.runtime->user();
  const std::vector<Reader> readers = readers_;
  for (const Reader& reader : readers)
    if (reader.visitor.user == user && reader.visitor.answers_asks && reader.id != but &&
        is_attached(reader.client))
      reader.client->on_ask(text);
}

void DocumentActor::State::offer(OpenAsk& ask) {
  ask.taken_by.reset();
  if (has_page(ask.runtime->user()))
    return tell_pages(ask, wire::ask(ask.ask.ask, ask.ask.name, ask.ask.params), {});
  ask.alone_since = async::Clock::now();
  if (std::exchange(ask.watched, true)) return;
  async::spawn(world_.reactor, wait_for_page(weak_from_this(), ask.ask.ask), "waiting for a page");
}

Task<void> DocumentActor::State::wait_for_page(std::weak_ptr<State> weak, std::string ask) {
  for (async::Duration left = kNoPage; left > async::Duration::zero();) {
    co_await async::sleep_for(left);
    const auto self = weak.lock();
    if (!self) co_return;
    const auto found = self->asks_.find(ask);
    if (found == self->asks_.end()) co_return;
    OpenAsk& open = found->second;
    if (self->has_page(open.runtime->user())) {
      open.watched = false;
      co_return;
    }
    left = open.alone_since + kNoPage - async::Clock::now();
    if (left > async::Duration::zero()) continue;
    const auto runtime = open.runtime;
    self->asks_.erase(found);
    runtime->asks().answer(ask, link::ask_failure("no_page", "No page of the notebook is open."));
  }
}

void DocumentActor::State::offer_all(const Reader& reader) {
  if (!reader.visitor.answers_asks) return;
  for (const auto& [name, open] : asks_)
    if (open.runtime->user() == reader.visitor.user && !open.taken_by)
      reader.client->on_ask(shared(wire::ask(name, open.ask.name, open.ask.params)));
}

// What it had taken goes to the person's other pages.
void DocumentActor::State::pass_on_asks_of(const Reader& reader) {
  for (auto& [name, open] : asks_)
    if (open.taken_by == reader.id || !has_page(open.runtime->user())) offer(open);
}

void DocumentActor::State::take_ask(const ClientId& client, const std::string& ask) {
  const Reader* found = reader_of(client);
  if (!found) return;
  const Reader reader = *found;
  const auto at = asks_.find(ask);
  const bool theirs = at != asks_.end() && at->second.runtime->user() == reader.visitor.user;
  if (!theirs || at->second.taken_by.value_or(client) != client)
    return reader.client->on_ask(shared(wire::ask_over(ask)));
  at->second.taken_by = client;
  reader.client->on_ask(shared(wire::ask_yours(ask)));
  if (const auto still = asks_.find(ask); still != asks_.end())
    tell_pages(still->second, wire::ask_over(ask), client);
}

void DocumentActor::State::answer_ask(const ClientId& client, const std::string& ask,
                                      link::AskResult result) {
  const Reader* reader = reader_of(client);
  const auto at = asks_.find(ask);
  if (!reader || at == asks_.end() || at->second.runtime->user() != reader->visitor.user ||
      at->second.taken_by.value_or(client) != client)
    return;
  const auto open = asks_.extract(at);
  open.mapped().runtime->asks().answer(ask, std::move(result));
  tell_pages(open.mapped(), wire::ask_over(ask), client);
}

}  // namespace colibri::notebooks
