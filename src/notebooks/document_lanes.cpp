// Whose runtimes work for a document, who uses which, and what may be done with them.
#include <algorithm>

#include "async/timer.hpp"
#include "base/log.hpp"
#include "notebooks/document_state.hpp"

namespace colibri::notebooks {
namespace {

void write_flavor(json::Object& metadata, const runtimes::Flavor& flavor, bool is_tpu) {
  const json::Object* before = json::object_at(metadata, "colab");
  json::Object colab = before ? *before : json::Object{};
  if (flavor.needed() > 0) {
    metadata.set("accelerator", is_tpu ? "TPU" : "GPU");
    colab.set("gpuType", flavor.accelerator);
  } else {
    metadata.erase("accelerator");
    colab.erase("gpuType");
  }
  if (flavor.high_ram)
    colab.set("machine_shape", "hm");
  else
    colab.erase("machine_shape");
  if (before || !colab.empty()) metadata.set("colab", std::move(colab));
}

// Languages are said by the kernel itself, once it runs.
void write_kernel(json::Object& metadata, const std::string& name) {
  const json::Object* before = json::object_at(metadata, "kernelspec");
  if (before && json::string_at(*before, "name") == name) return;
  const char* title = name == "python3" ? "Python 3" : name == "ir" ? "R" : name.c_str();
  metadata.set("kernelspec", json::Object{{"name", name}, {"display_name", title}});
  metadata.erase("language_info");
}

runtimes::Wish wish_of(const document::Document& document) {
  const auto text = [&](std::string_view part, std::string_view name) {
    const json::Object* object = json::object_at(document.metadata(), part);
    return object ? json::string_at(*object, name).value_or("") : "";
  };
  runtimes::Wish wish{.kernel_name = text("kernelspec", "name"),
                      .language = text("kernelspec", "language")};
  if (wish.language.empty()) wish.language = text("language_info", "name");
  return wish;
}

}  // namespace

Lane* DocumentActor::State::find_lane(const UserId& owner) const {
  const auto found = lanes_.find(owner);
  return found == lanes_.end() ? nullptr : found->second.get();
}

Lane& DocumentActor::State::lane_of(const UserId& owner) {
  std::shared_ptr<Lane>& lane = lanes_[owner];
  if (!lane) lane = std::make_shared<Lane>(weak_from_this(), owner);
  return *lane;
}

UserId DocumentActor::State::in_use(const UserId& user) const {
  const auto chosen = uses_.find(user);
  return chosen == uses_.end() ? user : chosen->second;
}

std::optional<lease::Status> DocumentActor::State::lease(const UserId& user) const {
  const Lane* lane = find_lane(user);
  if (!lane || !lane->runtime) return std::nullopt;
  return lane->runtime->status();
}

void DocumentActor::State::begin(const std::vector<LaneBefore>& before) {
  for (auto& runtime : world_.runtimes.of(id_)) {
    Lane& lane = lane_of(runtime->user());
    lane.runtime = std::move(runtime);
  }
  for (const LaneBefore& known : before)
    if (Lane* lane = find_lane(known.owner)) lane->name = known.name;
  for (const auto& [owner, lane] : lanes_) {
    lane->runtime->listen(lane->weak_from_this());
    if (lane->can_execute()) on_linked(*lane);
  }
  for (const document::Lane& owner : tip_.lanes()) {
    if (find_lane(owner)) continue;
    const auto known = std::ranges::find(before, owner, &LaneBefore::owner);
    const std::string reason = known == before.end() ? "" : known->last_reason;
    lose_kernel(lane_of(owner), reason.empty() ? "runtime_ended" : reason,
                "The runtime ended while no server was running.");
  }
  for (const UserId& user : std::exchange(authors_, {})) note_author(user);
  if (needs_save()) note_change();
}

const DocumentActor::State::Reader* DocumentActor::State::editor_at(const ClientId& client) {
  if (failed_ || closed_ || !allow(client, 0, document::Role::editor)) return nullptr;
  return reader_of(client);
}

void DocumentActor::State::connect(const ClientId& client, const RuntimeChoice& choice) {
  if (const Reader* reader = editor_at(client)) ask_for_runtime(Reader(*reader), choice);
}

void DocumentActor::State::keep(const ClientId& client) {
  const Reader* reader = editor_at(client);
  Lane* lane = reader ? find_lane(reader->visitor.user) : nullptr;
  if (!lane || !lane->alive()) return;
  if (const auto kept = lane->runtime->keep(); !kept)
    reader->client->on_notice({"warning", "not_kept", kept.error().detail});
}

void DocumentActor::State::claim(const ClientId& client) {
  const Reader* reader = editor_at(client);
  Lane* lane = reader ? find_lane(reader->visitor.user) : nullptr;
  if (!lane || !lane->alive()) return;
  if (const auto claimed = world_.runtimes.claim(lane->runtime); !claimed)
    reader->client->on_notice({"warning", "not_claimed", claimed.error().detail});
}

void DocumentActor::State::leave_queue(const ClientId& client) {
  const Reader* reader = editor_at(client);
  Lane* lane = reader ? find_lane(reader->visitor.user) : nullptr;
  if (lane && lane->alive()) world_.runtimes.leave_queue(lane->runtime);
}

void DocumentActor::State::ask_for_runtime(const Reader& reader, const RuntimeChoice& choice) {
  const UserId user = reader.visitor.user;
  keep_choice(reader, choice);
  Lane& lane = lane_of(user);
  lane.name = reader.visitor.shown_name();
  uses_.erase(user);
  runtimes::Wish wish = wish_of(tip_);
  wish.flavor = choice.flavor;
  wish.image = choice.image;
  wish.meanwhile = choice.meanwhile;
  wish.mail_language = reader.visitor.language;
  if (!choice.kernel.empty()) {
    wish.kernel_name = choice.kernel;
    wish.kernel_chosen = true;
  }
  if (const auto* like = world_.runtimes.flavor_for(tip_.metadata()); like && wish.flavor.empty())
    wish.flavor = like->name;
  auto runtime = world_.runtimes.request(id_, user, std::move(wish), lane.weak_from_this());
  if (!runtime) {
    if (!lane.alive()) lose_kernel(lane, "runtime_ended", runtime.error().detail);
    const Notice notice{"error", "not_connected", runtime.error().detail};
    return for_each_user(lane, [&](Client& other) { other.on_notice(notice); });
  }
  take_up(lane, std::move(*runtime));
  tell_choices();
}

Result<runtimes::LocalRuntime> DocumentActor::State::connect_local(const Visitor& visitor) {
  if (failed_ || closed_)
    return failure(ErrorCode::unavailable, "The notebook is being loaded anew.");
  Lane& lane = lane_of(visitor.user);
  lane.name = visitor.shown_name();
  auto made = world_.runtimes.request_local(id_, visitor.user, lane.weak_from_this());
  if (!made) return made;
  uses_.erase(visitor.user);
  take_up(lane, made->runtime);
  tell_choices();
  return made;
}

void DocumentActor::State::take_up(Lane& lane, std::shared_ptr<runtimes::Runtime> runtime) {
  if (lane.runtime != runtime) {
    lane.runtime = std::move(runtime);
    lane.taken_frame = 0;
    lane.runtime->listen(lane.weak_from_this());
  }
  tell_lease(lane);
}

void DocumentActor::State::keep_choice(const Reader& reader, const RuntimeChoice& choice) {
  json::Object metadata = tip_.metadata();
  if (const auto* flavor =
          choice.flavor.empty() ? nullptr : world_.runtimes.find_flavor(choice.flavor))
    write_flavor(metadata, *flavor, world_.runtimes.has_tpu(*flavor));
  if (!choice.kernel.empty()) write_kernel(metadata, choice.kernel);
  if (metadata == tip_.metadata()) return;
  decide({.time_ms = async::now_ms(),
          .user = reader.visitor.user,
          .client = {},
          .command = 0,
          .op = document::SetNotebookMetadata{std::move(metadata)},
          .user_name = reader.visitor.shown_name(),
          .role = reader.visitor.role});
}

void DocumentActor::State::disconnect(const ClientId& client) {
  const Reader* reader = editor_at(client);
  Lane* lane = reader ? find_lane(reader->visitor.user) : nullptr;
  if (lane && lane->alive()) lane->runtime->end("disconnected", "The runtime was deleted.");
}

void DocumentActor::State::share_runtime(const ClientId& client, bool shared) {
  const Reader* reader = editor_at(client);
  Lane* lane = reader ? find_lane(reader->visitor.user) : nullptr;
  if (!lane || !lane->alive() || lane->runtime->shared() == shared) return;
  // All of somebody's own machine is behind it.
  if (shared && lane->runtime->local())
    return reader->client->on_notice(
        {"warning", "not_shared", "A local runtime cannot be shared."});
  lane->name = reader->visitor.shown_name();
  world_.runtimes.share(lane->runtime, shared);
  if (!shared) let_users_go(*lane);
  tell_choices();
}

void DocumentActor::State::use_runtime(const ClientId& client, const UserId& owner) {
  const Reader* found = editor_at(client);
  if (!found) return;
  const UserId user = found->visitor.user;
  const Lane* lane = find_lane(owner);
  if (owner != user && !(lane && lane->shared())) {
    found->client->on_notice({"warning", "not_shared", "This runtime is not shared with you."});
    return tell_choices();
  }
  if (in_use(user) == owner) return;
  if (owner == user)
    uses_.erase(user);
  else
    uses_[user] = owner;
  const std::vector<Reader> readers = readers_;
  for (const Reader& reader : readers)
    if (reader.visitor.user == user && is_attached(reader.client))
      reader.client->on_lease(lease(owner));
  tell_choices();
}

void DocumentActor::State::let_users_go(Lane& lane) {
  std::vector<CellId> theirs;
  for (const CellId& id : tip_.waiting(lane.owner))
    if (const document::Cell* cell = tip_.find(id); cell->run->by.user != lane.owner)
      theirs.push_back(id);
  if (!theirs.empty()) decide_own(document::CancelRuns{std::move(theirs), lane.owner});
  cancel_scratch_of(lane, [&](const UserId& user) { return user != lane.owner; });
  end_visits(lane, false);
  std::erase_if(uses_, [&](const auto& use) { return use.second == lane.owner; });
  const std::vector<Reader> readers = readers_;
  for (const Reader& reader : readers)
    if (reader.visitor.user != lane.owner && is_attached(reader.client))
      reader.client->on_lease(lease(reader.visitor.user));
}

void DocumentActor::State::end_runtime_of(const UserId& user, const std::string& why) {
  uses_.erase(user);
  for (const auto& [owner, lane] : lanes_) {
    std::vector<CellId> theirs;
    for (const CellId& id : tip_.waiting(owner))
      if (tip_.find(id)->run->by.user == user) theirs.push_back(id);
    if (!theirs.empty()) decide_own(document::CancelRuns{std::move(theirs), owner});
    cancel_scratch_of(*lane, [&](const UserId& other) { return other == user; });
  }
  if (const Lane* lane = find_lane(user); lane && lane->alive())
    lane->runtime->end("disconnected", why);
}

void DocumentActor::State::interrupt(const ClientId& client, uint64_t command) {
  if (!allow(client, command, document::Role::editor)) return;
  const UserId user = reader_of(client)->visitor.user;
  Lane& lane = lane_of(in_use(user));
  const bool waits = !tip_.waiting(lane.owner).empty();
  const bool scratch = has_scratch(lane);
  if (!waits && !scratch && !tip_.running(lane.owner) && !lane.can_execute())
    return refuse(client, command, {ErrorCode::conflict, "Nothing is running."});
  if (waits) decide({async::now_ms(), user, client, command, document::CancelRuns{{}, lane.owner}});
  each_pad(lane, document::CancelRuns{{}, lane.owner});
  if (lane.runtime) lane.runtime->interrupt();
}

void DocumentActor::State::restart(const ClientId& client, uint64_t command) {
  if (!allow(client, command, document::Role::editor)) return;
  const Lane* lane = find_lane(in_use(reader_of(client)->visitor.user));
  if (!lane || !lane->alive())
    return refuse(client, command, {ErrorCode::conflict, "There is no kernel to restart."});
  lane->runtime->restart();
}

void DocumentActor::State::tell_lease(const Lane& lane) {
  const auto status = lease(lane.owner);
  for_each_user(lane, [&](Client& client) { client.on_lease(status); });
}

Choices DocumentActor::State::choices_of(const Reader& reader) const {
  const UserId user = reader.visitor.user;
  Choices choices{in_use(user), {}};
  if (reader.visitor.role < document::Role::editor) return choices;
  for (const auto& [owner, lane] : lanes_) {
    if (owner != user && !lane->shared()) continue;
    Choice choice{owner, lane->name, lane->alive(), lane->shared(), {}};
    for (const Reader& other : readers_)
      if (const UserId who = other.visitor.user; who != owner && in_use(who) == owner)
        if (const std::string name = other.visitor.shown_name();
            std::ranges::find(choice.users, name) == choice.users.end())
          choice.users.push_back(name);
    choices.runtimes.push_back(std::move(choice));
  }
  return choices;
}

void DocumentActor::State::tell_choices() {
  const std::vector<Reader> readers = readers_;
  for (const Reader& reader : readers)
    if (is_attached(reader.client)) reader.client->on_runtimes(choices_of(reader));
}

}  // namespace colibri::notebooks
