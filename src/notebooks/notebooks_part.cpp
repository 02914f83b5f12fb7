#include "notebooks/notebooks_part.hpp"

#include <set>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "notebooks/loading.hpp"

namespace colibri::notebooks {
namespace {

constexpr uint16_t kReadAnew = 1011, kNoNotebook = 4404;

}  // namespace

Task<Result<Notebooks::Part::Drive>> Notebooks::Part::drive_of(UserId user) {
  if (leaving.contains(user)) co_return failure(ErrorCode::not_found, "There is no such account.");
  if (const auto found = drives.find(user); found != drives.end()) co_return found->second;
  auto work = [root = world.drive_root(user)]() -> Result<Drive> {
    auto drive = drive::Drive::open(root);
    if (!drive) return std::unexpected(drive.error());
    return std::make_shared<const drive::Drive>(std::move(*drive));
  };
  auto opened = co_await world.pool.run(std::move(work));
  if (opened) drives[user] = *opened;
  co_return opened;
}

Task<Result<Notebooks::Part::OpenNotebook>> Notebooks::Part::open(NotebookId id) {
  while (const auto busy = opening.find(id) == opening.end() ? nullptr : opening[id])
    co_await busy->wait_for(std::chrono::seconds(60));
  if (const auto found = notebooks.find(id);
      found != notebooks.end() && !found->second.state->failed())
    co_return found->second;
  const auto done = std::make_shared<async::Event>();
  opening[id] = done;
  auto opened = co_await load(id);
  opening.erase(id);
  done->set();
  if (!opened) log::warn("notebook {} cannot be opened: {}", id.value, opened.error().detail);
  co_return opened;
}

Task<std::vector<DocumentActor::State::LaneBefore>> Notebooks::Part::lanes_before(
    NotebookId id, const document::Document& document) {
  std::set<UserId> owners = document.lanes();
  for (const auto& runtime : world.runtimes.of(id)) owners.insert(runtime->user());
  std::vector<DocumentActor::State::LaneBefore> out;
  for (const UserId& owner : owners) {
    const auto name = co_await rows.name_of(owner);
    const auto reason = co_await world.runtimes.last_reason(id, owner);
    out.push_back({owner, name.value_or(""), reason.value_or("")});
  }
  co_return out;
}

Task<Result<Notebooks::Part::OpenNotebook>> Notebooks::Part::load(NotebookId id) {
  const auto row = co_await rows.find_any(id);
  if (!row) co_return std::unexpected(row.error());
  if (leaving.contains(row->owner))
    co_return failure(ErrorCode::not_found, "There is no such notebook.");
  auto drive = Result<Drive>();
  if (row->origin.empty()) drive = co_await drive_of(row->owner);
  if (!drive) co_return std::unexpected(drive.error());
  auto document = co_await load_document(world, id, row->path, *drive);
  if (!document) co_return std::unexpected(document.error());
  for (const std::string& note : document->notes) log::info("notebook {}: {}", id.value, note);
  const auto before = co_await lanes_before(id, document->document);
  auto state = std::make_shared<DocumentActor::State>(world, id, row->owner, row->path, *drive,
                                                      std::move(*document));
  const OpenNotebook open{state, std::make_shared<DocumentActor>(state)};
  notebooks[id] = open;
  state->begin(before);
  co_await DocumentActor::State::meet_file(state);
  async::spawn(world.reactor, watch(shared_from_this(), id, state), "watching a notebook");
  co_return open;
}

Task<void> Notebooks::Part::watch(std::shared_ptr<Part> self, NotebookId id,
                                  std::shared_ptr<DocumentActor::State> state) {
  const auto after = std::chrono::milliseconds(self->world.settings.close_after_ms);
  while (!self->stopping && !state->failed()) {
    co_await state->maybe_unused().wait_for(std::chrono::hours(1));
    state->maybe_unused().reset();
    if (self->stopping || state->failed() || !state->unused()) continue;
    co_await async::sleep_for(after);
    if (!state->unused()) continue;
    co_await DocumentActor::State::flush(state);
    if (state->unused() && state->clean()) break;
    if (state->unused()) state->maybe_unused().set();  // The disk is full: try again.
  }
  state->retire();
  const auto found = self->notebooks.find(id);
  if (found == self->notebooks.end() || found->second.state != state) co_return;
  self->notebooks.erase(found);
  if (state->has_file()) co_return;
  std::vector<NotebookId> playground{id};
  (void)co_await self->rows.used(std::move(playground));
}

Task<void> Notebooks::Part::close(NotebookId id, std::string reason) {
  for (const auto& runtime : world.runtimes.of(id))
    runtime->end("disconnected", "The notebook was removed.");
  const auto found = notebooks.find(id);
  if (found == notebooks.end()) co_return;
  const auto state = found->second.state;
  state->close(kNoNotebook, reason);
  co_await DocumentActor::State::flush(state);
  if (const auto now = notebooks.find(id); now != notebooks.end() && now->second.state == state)
    notebooks.erase(now);
}

Task<void> Notebooks::Part::access_changed(NotebookId id) {
  ++access_changes;
  const auto found = notebooks.find(id);
  if (found == notebooks.end()) co_return;
  const auto state = found->second.state;
  for (;;) {
    const uint64_t changes = access_changes;
    const std::vector<UserId> users = state->users();
    const auto roles = co_await rows.roles(id, users);
    if (changes != access_changes) continue;
    if (!roles) {
      log::error("notebook {}: who may do what cannot be read: {}", id.value, roles.error().detail);
      co_return state->send_away(kReadAnew, "who may do what cannot be read");
    }
    for (size_t i = 0; i < users.size(); ++i) state->set_role(users[i], (*roles)[i]);
    state->tell_access();
    co_return;
  }
}

}  // namespace colibri::notebooks
