// A notebook gets another owner: its file moves into that one's Drive under the open document.
#include <soci/soci.h>

#include "async/timer.hpp"
#include "base/log.hpp"
#include "notebooks/file_hold.hpp"
#include "notebooks/notebooks_part.hpp"
#include "notebooks/sharing.hpp"

namespace colibri::notebooks {
namespace {

struct Heir {
  UserId user;
  std::string path;  // Of the file now.
};

// Whether `by` may give the notebook to this address, and to whom that is.
Result<Heir> find_heir(soci::session& sql, const UserId& by, const NotebookId& id,
                       const std::string& email) {
  const auto role = find_role(sql, by.value, id.value);
  if (!role) return failure(ErrorCode::not_found, "There is no such notebook.");
  if (*role != document::Role::owner)
    return failure(ErrorCode::denied, "Only the notebook's owner may do this.");
  Heir heir;
  std::string origin;
  sql << "SELECT path, origin_id FROM notebooks WHERE id = :id", soci::use(id.value),
      soci::into(heir.path), soci::into(origin);
  if (!origin.empty())
    return failure(ErrorCode::conflict, "A playground cannot be given to somebody else.");
  sql << "SELECT id FROM users WHERE email = :email", soci::use(email), soci::into(heir.user.value);
  if (!sql.got_data())
    return failure(ErrorCode::not_found, email + " has no account on this server yet.");
  if (heir.user == by) return failure(ErrorCode::conflict, "The notebook is yours already.");
  return heir;
}

// All in one: the row, and the access of the old and the new owner.
Result<> hand_over(soci::session& sql, const UserId& by, const NotebookId& id,
                   const std::string& email, const Heir& heir, const std::string& path) {
  const auto again = find_heir(sql, by, id, email);
  if (!again) return std::unexpected(again.error());
  if (again->user != heir.user || again->path != heir.path)
    return failure(ErrorCode::conflict, "The notebook was moved meanwhile; try again.");
  // The new owner's list may have come across the file already.
  sql << "DELETE FROM notebooks WHERE owner_id = :owner AND path = :path",
      soci::use(heir.user.value), soci::use(path);
  sql << "UPDATE notebooks SET owner_id = :owner, path = :path WHERE id = :id",
      soci::use(heir.user.value), soci::use(path), soci::use(id.value);
  sql << "DELETE FROM notebook_access WHERE notebook_id = :id AND user_id = :user",
      soci::use(id.value), soci::use(heir.user.value);
  const long long now = async::now_ms();
  sql << "INSERT INTO notebook_access (notebook_id, user_id, role, granted_by, created_ms)"
         " VALUES (:id, :user, 'editor', :by, :now)",
      soci::use(id.value), soci::use(by.value), soci::use(heir.user.value), soci::use(now);
  return {};
}

}  // namespace

Task<Result<>> Sharing::transfer(UserId by, NotebookId id, std::string email) {
  const auto part = part_;
  auto look = [by, id, email](soci::session& sql) { return find_heir(sql, by, id, email); };
  const auto heir = co_await part->world.store.read<Heir>(std::move(look));
  if (!heir) co_return std::unexpected(heir.error());
  const auto from = co_await part->drive_of(by);
  if (!from) co_return std::unexpected(from.error());
  const auto to = co_await part->drive_of(heir->user);
  if (!to) co_return std::unexpected(to.error());
  // Opened, so that nothing else reads or writes the file meanwhile.
  const auto open = co_await part->open(id);
  if (!open) co_return std::unexpected(open.error());
  const auto state = open->state;
  co_await DocumentActor::State::hold_file(state);
  const FileHold hold(state);

  auto copy = [from = *from, to = *to, path = heir->path]() -> Result<std::string> {
    const auto content = from->read(path);
    if (!content) return std::unexpected(content.error());
    return to->create_beside(drive::kNotebookFolder, title_of(path), content->bytes);
  };
  const auto path = co_await part->world.pool.run(std::move(copy));
  if (!path) co_return std::unexpected(path.error());
  auto work = [by, id, email, heir = *heir, path = *path](soci::session& sql) {
    return hand_over(sql, by, id, email, heir, path);
  };
  const auto changed = co_await part->world.store.write(std::move(work));
  // A crash before this leaves a copy too many, and never one too few.
  auto erase = [drive = changed ? *from : *to, old = changed ? heir->path : *path] {
    return drive->erase(old);
  };
  const auto erased = co_await part->world.pool.run(std::move(erase));
  if (!erased) log::warn("notebook {}: a copy stayed behind: {}", id.value, erased.error().detail);
  if (!changed) co_return changed;
  log::info("notebook {} of {} belongs to {} now", id.value, by.value, heir->user.value);
  state->file_moved(heir->user, *to, *path);
  if (state->unused()) state->maybe_unused().set();
  co_await part->access_changed(id);
  co_return Result<>();
}

}  // namespace colibri::notebooks
