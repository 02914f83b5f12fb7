#include "notebooks/presence.hpp"

#include <algorithm>

namespace colibri::notebooks {
namespace {

// A person sends a few messages a second; only a program comes near these.
constexpr double kMostTokens = 2'000, kTokensPerMs = 0.1;

json::Array ids_of(const std::set<ClientId>& clients) {
  json::Array array;
  for (const ClientId& client : clients) array.emplace_back(client.value);
  return array;
}

void set_place(json::Object& object, const Place& place) {
  json::Array selection;
  for (const auto& [anchor, head] : place.selection)
    selection.emplace_back(json::Array{json::Value(anchor), json::Value(head)});
  object.set("cell", place.cell ? json::Value(place.cell->value) : json::Value());
  object.set("selection", std::move(selection));
  object.set("version", place.version);
  object.set("editing", place.editing);
}

}  // namespace

unsigned Presence::color_for(const UserId& user) const {
  std::set<unsigned> taken;
  for (const auto& [client, here] : here_) {
    if (here.visitor.user == user) return here.color;
    taken.insert(here.color);
  }
  unsigned color = 0;
  while (taken.contains(color)) ++color;
  return color;
}

void Presence::join(const ClientId& client, const Visitor& visitor) {
  here_[client] = Here{visitor, color_for(visitor.user), {}, kMostTokens, 0};
  left_.erase(client);
  new_.insert(client);
}

void Presence::leave(const ClientId& client) {
  if (here_.erase(client) == 0) return;
  new_.erase(client);
  moved_.erase(client);
  left_.insert(client);
}

void Presence::set_role(const UserId& user, document::Role role) {
  for (auto& [client, here] : here_) {
    if (here.visitor.user != user || here.visitor.role == role) continue;
    here.visitor.role = role;
    if (role < document::Role::editor) here.place.selection.clear();
    new_.insert(client);
  }
}

bool Presence::move(const ClientId& client, Place place, int64_t now_ms) {
  const auto found = here_.find(client);
  if (found == here_.end()) return true;
  Here& here = found->second;
  const auto passed = static_cast<double>(std::max<int64_t>(0, now_ms - here.tokens_ms));
  here.tokens = std::min(kMostTokens, here.tokens + passed * kTokensPerMs) - 1;
  here.tokens_ms = now_ms;
  if (here.tokens < 0) return false;

  // Where a reader's text cursor stands is nobody else's concern.
  if (here.visitor.role < document::Role::editor) {
    place.selection.clear();
    place.editing = false;
  }
  if (place == here.place) return true;
  here.place = std::move(place);
  moved_.insert(client);
  return true;
}

bool Presence::changed() const {
  return !left_.empty() || !new_.empty() || !moved_.empty();
}

json::Object Presence::person(const ClientId& client, const Here& here) {
  json::Object object{{"client", client.value},
                      {"user", here.visitor.user.value},
                      {"name", here.visitor.shown_name()},
                      {"color", here.color},
                      {"role", document::to_string(here.visitor.role)}};
  set_place(object, here.place);
  return object;
}

std::string Presence::take_changes() {
  json::Object message{{"type", "presence"}};
  if (!left_.empty()) message.set("left", ids_of(left_));
  json::Array people, moved;
  for (const ClientId& client : new_) people.emplace_back(person(client, here_.at(client)));
  for (const ClientId& client : moved_) {
    if (new_.contains(client)) continue;
    json::Object object{{"client", client.value}};
    set_place(object, here_.at(client).place);
    moved.emplace_back(std::move(object));
  }
  if (!people.empty()) message.set("people", std::move(people));
  if (!moved.empty()) message.set("moved", std::move(moved));
  left_.clear();
  new_.clear();
  moved_.clear();
  return json::serialize(message);
}

std::string Presence::everybody() const {
  json::Array people;
  for (const auto& [client, here] : here_) people.emplace_back(person(client, here));
  return json::serialize(json::Object{{"type", "people"}, {"people", std::move(people)}});
}

}  // namespace colibri::notebooks
