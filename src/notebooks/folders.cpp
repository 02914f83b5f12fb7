#include "notebooks/folders.hpp"

#include <algorithm>
#include <filesystem>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "notebooks/file_hold.hpp"
#include "notebooks/folder_rows.hpp"
#include "notebooks/notebooks_part.hpp"
#include "notebooks/projection.hpp"

namespace colibri::notebooks {
namespace {

constexpr auto kSweepEvery = std::chrono::hours(1);

std::unexpected<Error> no_place() {
  return failure(ErrorCode::invalid, "This is no place in your Drive.");
}

// A thing in the Drive, not the Drive itself.
Result<> check_item(std::string_view path) {
  if (path == drive::kHome) return no_place();
  return Folders::check_home(path);
}

Result<> check_trash_name(const std::string& name) {
  if (name.empty() || name.find('/') != std::string::npos)
    return failure(ErrorCode::invalid, "This is not in the Trash.");
  return {};
}

std::string name_in(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

Result<> Folders::check_home(std::string_view path) {
  if (!is_below(path, drive::kHome) || !drive::check_found_path(path)) return no_place();
  return {};
}

Task<Result<std::string>> Folders::host_folder(UserId user) {
  const auto drive = co_await part_->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  const std::filesystem::path root = part_->world.drive_root(user);
  co_return std::filesystem::absolute(root / drive::kHome).string();
}

Task<Result<>> Folders::relocate(UserId user, std::string from, std::string to) {
  const auto part = part_;
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto& lock = part->moving[user];
  if (!lock) lock = std::make_shared<async::Lock>();
  const auto moving = lock;
  const auto alone = co_await moving->take();
  // While their files are held, nothing writes them where they are not any more.
  std::vector<FileHold> held;
  std::vector<std::shared_ptr<DocumentActor::State>> open;
  for (const auto& [id, notebook] : part->notebooks)
    if (notebook.state->has_file() && notebook.state->owner() == user &&
        is_below(notebook.state->path(), from))
      open.push_back(notebook.state);
  for (const auto& state : open) {
    co_await DocumentActor::State::hold_file(state);
    held.emplace_back(state);
  }
  auto work = [d = *drive, from, to] { return d->rename(from, to); };
  const auto renamed = co_await part->world.pool.run(std::move(work));
  if (!renamed) co_return renamed;
  FolderRows rows(part->world.store);
  const auto followed = co_await rows.moved(user, from, to);
  for (const auto& state : open)
    if (state->owner() == user && is_below(state->path(), from))
      state->file_moved(user, *drive, to + state->path().substr(from.size()));
  co_return followed;
}

Task<Result<>> Folders::make(UserId user, std::string path) {
  const auto part = part_;
  auto good = check_item(path);
  if (good) good = drive::check_name(name_in(path));
  if (!good) co_return good;
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto work = [d = *drive, path] { return d->make_folder(path); };
  co_return co_await part->world.pool.run(std::move(work));
}

Task<Result<>> Folders::rename(UserId user, std::string path, std::string name) {
  auto good = check_item(path);
  if (good) good = drive::check_name(name);
  if (!good) co_return good;
  const std::string to = folder_of(path) + "/" + name;
  if (to == path) co_return Result<>();
  co_return co_await relocate(user, path, to);
}

Task<Result<std::string>> Folders::move(UserId user, std::string path, std::string folder) {
  auto good = check_item(path);
  if (good) good = check_home(folder);
  if (!good) co_return std::unexpected(good.error());
  if (folder_of(path) == folder) co_return path;
  if (is_below(folder, path))
    co_return failure(ErrorCode::invalid, "A folder cannot be moved into itself.");
  std::string to = folder + "/" + name_in(path);
  const auto moved = co_await relocate(user, path, to);
  if (!moved) co_return std::unexpected(moved.error());
  co_return to;
}

Task<Result<std::string>> Folders::copy(UserId user, std::string path, std::string folder) {
  const auto part = part_;
  auto good = check_item(path);
  if (good) good = check_home(folder);
  if (!good) co_return std::unexpected(good.error());
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  // What people have just typed is part of it.
  const auto open = part->notebooks;
  for (const auto& [id, notebook] : open) {
    const auto state = notebook.state;
    if (state->has_file() && state->owner() == user && is_below(state->path(), path))
      co_await DocumentActor::State::flush(state);
  }
  auto work = [d = *drive, path, folder]() -> Result<std::string> {
    const auto item = d->look(path);
    if (!item) return std::unexpected(item.error());
    if (!*item) return failure(ErrorCode::not_found, "There is no file \"" + path + "\".");
    const std::string name = (*item)->name;
    const bool beside = folder_of(path) == folder;
    std::string wanted = (beside ? "Copy of " : "") + name;
    if (wanted.size() > 255) wanted = name;
    return drive::Drive::with_free_name(folder + "/" + wanted, (*item)->is_folder,
                                        [&](const std::string& to) { return d->copy(path, to); });
  };
  co_return co_await part->world.pool.run(std::move(work));
}

Task<Result<>> Folders::star(UserId user, std::string path, bool starred) {
  const auto part = part_;
  if (auto good = check_item(path); !good) co_return good;
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto look = [d = *drive, path] { return d->look(path); };
  const auto item = co_await part->world.pool.run(std::move(look));
  if (!item) co_return std::unexpected(item.error());
  if (!*item) co_return failure(ErrorCode::not_found, "There is no file \"" + path + "\".");
  FolderRows rows(part->world.store);
  if (!starred) co_return co_await rows.unstar(user, path);
  StarRow row{path, (*item)->stamp.inode, (*item)->born_ns};
  co_return co_await rows.star(user, std::move(row));
}

Task<Result<int64_t>> Folders::bytes_of(UserId user, std::string path) {
  const auto part = part_;
  if (auto good = check_item(path); !good) co_return std::unexpected(good.error());
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto work = [d = *drive, path]() -> Result<int64_t> {
    const auto item = d->look(path);
    if (!item) return std::unexpected(item.error());
    if (!*item) return failure(ErrorCode::not_found, "There is no file \"" + path + "\".");
    if (!(*item)->is_folder) return (*item)->stamp.size;
    int64_t bytes = 0;
    const auto add = [&](const std::string&, const drive::Item& each) -> Result<> {
      if (!each.is_folder) bytes += each.stamp.size;
      return {};
    };
    if (auto walked = d->walk(path, add); !walked) return std::unexpected(walked.error());
    return bytes;
  };
  co_return co_await part->world.pool.run(std::move(work));
}

Task<void> Folders::close_below(UserId user, std::string path) {
  const auto part = part_;
  std::vector<NotebookId> ids;
  for (const auto& [id, notebook] : part->notebooks)
    if (notebook.state->has_file() && notebook.state->owner() == user &&
        is_below(notebook.state->path(), path))
      ids.push_back(id);
  for (const NotebookId& id : ids) co_await part->close(id, "the notebook was moved to the trash");
}

Task<Result<>> Folders::trash(UserId user, std::string path) {
  const auto part = part_;
  if (auto good = check_item(path); !good) co_return good;
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto look = [d = *drive, path] { return d->look(path); };
  const auto item = co_await part->world.pool.run(std::move(look));
  if (!item) co_return std::unexpected(item.error());
  if (!*item) co_return failure(ErrorCode::not_found, "There is no file \"" + path + "\".");
  co_await close_below(user, path);
  auto work = [d = *drive, path] { return d->remove(path); };
  const auto removed = co_await part->world.pool.run(std::move(work));
  if (!removed) co_return std::unexpected(removed.error());
  FolderRows rows(part->world.store);
  co_return co_await rows.trashed(user, path, name_in(*removed));
}

Task<Result<std::string>> Folders::restore(UserId user, std::string name) {
  const auto part = part_;
  if (auto good = check_trash_name(name); !good) co_return std::unexpected(good.error());
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  FolderRows rows(part->world.store);
  std::vector<std::string> no_more;
  const auto trash = co_await rows.trash(user, std::move(no_more));
  if (!trash) co_return std::unexpected(trash.error());
  const auto row = trash->find(name);
  std::string wanted = row == trash->end() ? "" : row->second.origin;
  if (!check_item(wanted)) wanted = std::string(drive::kHome) + "/" + name;
  auto work = [d = *drive, name, wanted]() -> Result<std::string> {
    const std::string from = std::string(drive::kTrash) + "/" + name;
    const auto item = d->look(from);
    if (!item) return std::unexpected(item.error());
    if (!*item) return failure(ErrorCode::not_found, "\"" + name + "\" is not in the Trash.");
    std::string to = wanted;
    // Its folder may be a file by now.
    if (!d->make_folders(folder_of(to)) || !d->list_folder(folder_of(to)))
      to = std::string(drive::kHome) + "/" + name_in(wanted);
    return drive::Drive::with_free_name(
        to, (*item)->is_folder, [&](const std::string& free) { return d->rename(from, free); });
  };
  auto restored = co_await part->world.pool.run(std::move(work));
  if (!restored) co_return restored;
  const auto followed = co_await rows.restored(user, name, *restored);
  if (!followed) co_return std::unexpected(followed.error());
  co_return restored;
}

Task<Result<>> Folders::erase(UserId user, std::string name) {
  const auto part = part_;
  if (auto good = check_trash_name(name); !good) co_return good;
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto work = [d = *drive, path = std::string(drive::kTrash) + "/" + name] {
    return d->erase_all(path);
  };
  const auto erased = co_await part->world.pool.run(std::move(work));
  if (!erased && erased.error().code != ErrorCode::not_found) co_return erased;
  FolderRows rows(part->world.store);
  co_return co_await rows.erased(user, name);
}

Task<Result<>> Folders::empty_trash(UserId user) {
  const auto listed = co_await in_trash(user);
  if (!listed) co_return std::unexpected(listed.error());
  for (const DriveEntry& entry : *listed) {
    const auto erased = co_await erase(user, entry.name);
    if (!erased) co_return erased;
  }
  co_return Result<>();
}

Task<void> Folders::erase_old() {
  const auto part = part_;
  FolderRows rows(part->world.store);
  const auto old = co_await rows.old_trash(async::now_ms() - part->world.settings.trash_life_ms);
  if (!old) co_return log::error("the Trash cannot be emptied: {}", old.error().detail);
  for (const FolderRows::Old& each : *old) {
    const auto erased = co_await erase(each.user, each.name);
    if (!erased && erased.error().code != ErrorCode::not_found)
      log::error("the Trash of {} cannot be emptied: {}", each.user.value, erased.error().detail);
  }
}

// What was put there before the store knew when: its time begins now.
Task<void> Folders::adopt_trash() {
  const auto part = part_;
  auto look = [root = part->world.settings.data_directory + "/drive"] {
    std::vector<UserId> users;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(root, error))
      if (!std::filesystem::is_empty(entry.path() / "Trash", error) && !error)
        users.push_back({entry.path().filename()});
    return users;
  };
  const std::vector<UserId> users = co_await part->world.pool.run(std::move(look));
  for (const UserId& user : users) {
    const auto name = co_await part->rows.name_of(user);
    if (name && !name->empty()) (void)co_await in_trash(user);
  }
}

Task<void> Folders::sweep_trash(Folders self) {
  const auto part = self.part_;
  co_await self.adopt_trash();
  while (!part->stopping) {
    co_await self.erase_old();
    co_await part->stop.wait_for(kSweepEvery);
  }
}

}  // namespace colibri::notebooks
