// Who follows a document: joining, what each may do, and bringing them what is committed.
#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "notebooks/document_state.hpp"
#include "wire/server_message.hpp"

namespace colibri::notebooks {
namespace {

constexpr uint16_t kMalformed = 4400, kNoRight = 4403, kNewerPage = 4409, kReload = 1011;
constexpr auto kPresenceEvery = std::chrono::milliseconds(100);
// From so many readers on, what is committed goes out in larger pieces: each costs a write a
// reader.
constexpr size_t kCrowd = 12;
constexpr auto kCrowdPause = std::chrono::milliseconds(20);

}  // namespace

bool DocumentActor::State::is_attached(const Client* client) const {
  return std::ranges::any_of(readers_, [&](const Reader& r) { return r.client == client; });
}

const DocumentActor::State::Reader* DocumentActor::State::reader_of(const ClientId& client) const {
  const auto found = std::ranges::find(readers_, client, &Reader::id);
  return found == readers_.end() ? nullptr : &*found;
}

bool DocumentActor::State::allow(const ClientId& client, uint64_t command, document::Role role) {
  const Reader* reader = reader_of(client);
  if (reader && !(reader->visitor.role < role)) return true;
  if (!reader) return false;
  note_denial(reader->visitor);
  const Error error{ErrorCode::denied, "As " +
                                           std::string(document::to_string(reader->visitor.role)) +
                                           " of this notebook you may not do this."};
  if (command == 0)
    reader->client->on_notice({"warning", "denied", error.detail});
  else
    refuse(client, command, error);
  return false;
}

void DocumentActor::State::note_denial(const Visitor& visitor) {
  log_denials(visitor, denials_.note(visitor.user, async::Clock::now()));
}

void DocumentActor::State::log_denials(const Visitor& visitor, uint64_t count) const {
  if (count > 0)
    log::warn("notebook {}: {} commands of {} were refused: {} may not give them", id_.value, count,
              visitor.user.value, document::to_string(visitor.role));
}

void DocumentActor::State::set_role(const UserId& user, std::optional<document::Role> role) {
  std::vector<Client*> clients;
  for (Reader& reader : readers_)
    if (reader.visitor.user == user && role != reader.visitor.role) {
      if (role) reader.visitor.role = *role;
      clients.push_back(reader.client);
    }
  for (Joining& joining : joining_)
    if (joining.reader.visitor.user == user) {
      if (role)
        joining.welcome.role = joining.reader.visitor.role = *role;
      else
        clients.push_back(joining.reader.client);
    }
  if (!role || *role < document::Role::editor) {
    send_guests_away(kNoRight, "you may not run cells of this notebook any more",
                     [&](const Guest& guest) { return guest.user == user; });
    end_runtime_of(user, "You may not run cells of this notebook any more.");
  }
  if (!role) return let_go(clients, kNoRight, "you have no access to this notebook any more");
  for (Client* client : clients)
    if (is_attached(client)) client->on_role(*role);
  presence_.set_role(user, *role);
  tell_presence();
  tell_choices();
}

bool DocumentActor::State::is_here(const UserId& user) const {
  return std::ranges::any_of(readers_, [&](const Reader& r) { return r.visitor.user == user; });
}

std::vector<UserId> DocumentActor::State::users() const {
  std::set<UserId> users;
  for (const Reader& reader : readers_) users.insert(reader.visitor.user);
  for (const Joining& joining : joining_) users.insert(joining.reader.visitor.user);
  for (const Guest& guest : guests_) users.insert(guest.user);
  return {users.begin(), users.end()};
}

void DocumentActor::State::tell_access() {
  for_each_client([](Client& client) { client.on_access(); });
}

void DocumentActor::State::let_go(const std::vector<Client*>& clients, uint16_t code,
                                  const std::string& reason) {
  for (Client* client : clients) {
    detach(*client);
    client->on_close(code, reason);
  }
}

void DocumentActor::State::attach(Client& client, ClientId id, Visitor visitor,
                                  std::optional<Position> last_seen) {
  if (failed_ || closed_) return client.on_close(kReload, "the notebook is being loaded anew");
  for (const Reader& reader : std::vector<Reader>(readers_))
    if (reader.id == id && is_attached(reader.client)) {
      // Its commands would count as those of the other.
      if (reader.visitor.user != visitor.user)
        return client.on_close(kMalformed, "this client id is somebody else's");
      detach(*reader.client);
      reader.client->on_close(kNewerPage, "this tab is connected a second time");
    }
  const document::Role role = visitor.role;
  Joining joining{{&client, std::move(id), std::move(visitor), tip_.seq()},
                  {id_, title_, role, false},
                  std::nullopt,
                  last_seen.has_value()};
  const uint64_t oldest = tail_.empty() ? committed_ + 1 : tail_.front().first;
  if (last_seen && last_seen->epoch == tip_.epoch() && last_seen->seq <= committed_ &&
      last_seen->seq + 1 >= oldest) {
    joining.welcome.resumed = true;
    joining.reader.seq = last_seen->seq;
    return finish_join(joining);
  }
  joining.snapshot = page_snapshot(tip_);
  if (joining.reader.seq <= committed_) return finish_join(joining);
  joining_.push_back(std::move(joining));
}

void DocumentActor::State::finish_join(Joining& joining) {
  Client& client = *joining.reader.client;
  readers_.push_back(joining.reader);
  client.on_welcome(joining.welcome);
  if (!is_attached(&client)) return;
  presence_.join(joining.reader.id, joining.reader.visitor);
  const auto tell_standing = [&] {
    const Reader* reader = reader_of(joining.reader.id);
    if (!reader) return;
    client.on_presence(std::make_shared<const std::string>(presence_.everybody()));
    tell_presence();
    client.on_lease(lease(in_use(reader->visitor.user)));
    if (is_attached(&client)) client.on_runtimes(choices_of(joining.reader));
    if (is_attached(&client)) client.on_saved({saved_, async::now_ms(), save_error_});
    if (is_attached(&client) && joining.came_back) tell_scratch(joining.reader);
  };
  if (joining.snapshot) {
    client.on_snapshot(joining.snapshot->first, notes_);
    // The bulk last, so that the page is of use before it is there.
    tell_standing();
    for (const SharedText& cells : joining.snapshot->outputs)
      if (is_attached(&client)) client.on_outputs(cells);
  }
  for (Reader& reader : readers_)
    if (reader.client == &client) deliver_to(reader);
  if (!joining.snapshot) tell_standing();
  if (!is_attached(&client)) return;
  offer_all(joining.reader);
  const UserId& user = joining.reader.visitor.user;
  if (const auto read = comments_read_.find(user); read != comments_read_.end())
    client.on_comments_read(read->second);
  else
    async::spawn(world_.reactor, find_comments_read(shared_from_this(), user), "reading marks");
}

void DocumentActor::State::detach(Client& client) {
  const auto found = std::ranges::find(readers_, &client, &Reader::client);
  if (found != readers_.end()) {
    log_denials(found->visitor, denials_.take(found->visitor.user));
    presence_.leave(found->id);
    const Reader gone = *found;
    leave_scratch(found->id);
    readers_.erase(found);
    tell_presence();
    pass_on_asks_of(gone);
  }
  std::erase_if(joining_, [&](const Joining& j) { return j.reader.client == &client; });
  std::erase_if(questions_, [&](const auto& q) { return q.second.client == &client; });
  if (readers_.empty() && has_file())
    async::spawn(world_.reactor, end_session_later(weak_from_this()), "ending a session");
  if (unused()) maybe_unused_.set();
}

void DocumentActor::State::refuse(const ClientId& client, uint64_t command, const Error& error) {
  if (command == 0) return;
  for (const Reader& reader : readers_)
    if (reader.id == client) return reader.client->on_refused(command, error);
}

void DocumentActor::State::deliver() {
  for (size_t i = 0; i < joining_.size();) {
    if (joining_[i].reader.seq > committed_) {
      ++i;
      continue;
    }
    Joining joining = std::move(joining_[i]);
    joining_.erase(joining_.begin() + static_cast<std::ptrdiff_t>(i));
    finish_join(joining);
  }
  for (Reader& reader : readers_) deliver_to(reader);
  batch_ = {};
  delivered_ = async::Clock::now();
  trim_tail();
}

// The log on the disk is shortened when the file is written; what a flood of records brings before
// that is not held in memory.
void DocumentActor::State::trim_tail() {
  const uint64_t gone = keep_after(snapshot_bytes_);
  while (!tail_.empty() && tail_.front().first <= gone) tail_.pop_front();
}

void DocumentActor::State::deliver_to(Reader& reader) {
  if (reader.seq >= committed_) return;
  const RecordBatch& batch = batch_after(reader.seq);
  reader.seq = committed_;
  reader.client->on_records(batch);
}

const RecordBatch& DocumentActor::State::batch_after(uint64_t seq) {
  if (batch_.message && batch_from_ == seq && batch_to_ == committed_) return batch_;
  batch_ = {};
  for (auto at = tail_.rbegin(); at != tail_.rend() && at->first > seq; ++at)
    batch_.records.push_back(at->second);
  std::ranges::reverse(batch_.records);
  batch_.message = std::make_shared<const std::string>(wire::records(tip_.epoch(), batch_.records));
  batch_from_ = seq;
  batch_to_ = committed_;
  return batch_;
}

void DocumentActor::State::deliver_soon() {
  if (readers_.size() < kCrowd || async::Clock::now() - delivered_ >= kCrowdPause) return deliver();
  if (delivering_later_) return;
  delivering_later_ = true;
  async::spawn(world_.reactor, deliver_later(shared_from_this()), "bringing records to a crowd");
}

Task<void> DocumentActor::State::deliver_later(std::shared_ptr<State> self) {
  co_await async::sleep_for(kCrowdPause);
  self->delivering_later_ = false;
  self->deliver();
}

void DocumentActor::State::move(const ClientId& client, Place place) {
  const Reader* reader = reader_of(client);
  if (!reader) return;
  if (!presence_.move(client, std::move(place), async::now_ms()))
    return let_go({reader->client}, kMalformed, "a flood of presence messages");
  tell_presence();
}

void DocumentActor::State::tell_presence() {
  if (telling_presence_ || closed_ || failed_ || !presence_.changed()) return;
  telling_presence_ = true;
  async::spawn(world_.reactor, presence_loop(shared_from_this()), "telling who is here");
}

// The first change goes out at once, those that follow at their time.
Task<void> DocumentActor::State::presence_loop(std::shared_ptr<State> self) {
  co_await asio::post(self->world_.reactor, asio::use_awaitable);
  while (self->presence_.changed() && !self->closed_) {
    // One who is alone knows where they are, but not that they are alone.
    const bool matters = self->readers_.size() > 1 || self->presence_.somebody_left();
    const auto message = std::make_shared<const std::string>(self->presence_.take_changes());
    if (matters)
      for (const Reader& reader : self->readers_) reader.client->on_presence(message);
    co_await async::sleep_for(kPresenceEvery);
  }
  self->telling_presence_ = false;
}

void DocumentActor::State::retire() {
  closed_ = true;
  file_watch_ = {};
}

void DocumentActor::State::close(uint16_t code, const std::string& reason) {
  retire();
  send_away(code, reason);
}

void DocumentActor::State::send_away(uint16_t code, const std::string& reason) {
  std::vector<Client*> clients;
  for (const Reader& reader : readers_) clients.push_back(reader.client);
  for (const Joining& joining : joining_) clients.push_back(joining.reader.client);
  let_go(clients, code, reason);
  send_guests_away(code, reason, [](const Guest&) { return true; });
}

}  // namespace colibri::notebooks
