// What a person sees of a Drive: a folder, what was used last, what has a star, what is in the
// Trash.
#include <soci/soci.h>

#include <algorithm>
#include <map>

#include "notebooks/folder_rows.hpp"
#include "notebooks/folders.hpp"
#include "notebooks/notebooks_part.hpp"
#include "notebooks/projection.hpp"

namespace colibri::notebooks {
namespace {

constexpr std::string_view kNotebookEnding = ".ipynb";
constexpr size_t kRecentFiles = 200;

bool is_notebook(std::string_view name) {
  return name.ends_with(kNotebookEnding) && name.size() > kNotebookEnding.size() &&
         drive::check_name(name);
}

Listing entries_of(std::vector<NotebookEntry> notebooks) {
  Listing out;
  for (NotebookEntry& notebook : notebooks) out.push_back(entry_of(std::move(notebook)));
  return out;
}

// Whether there is a notebook below the folder of which it is not known which file it is.
Result<bool> has_new(soci::session& sql, const std::string& user, const std::string& folder) {
  const std::string from = folder + "/", to = folder + "0";
  long long count = 0;
  sql << "SELECT COUNT(*) FROM notebooks WHERE owner_id = :user AND origin_id = ''"
         " AND file_inode = 0 AND path >= :from AND path < :to",
      soci::use(user), soci::use(from), soci::use(to), soci::into(count);
  return count > 0;
}

// All of a Drive in one walk: its notebooks, and the other files that were changed last.
struct Walked {
  std::vector<drive::Entry> notebooks;
  Listing files;
};

bool is_hidden(std::string_view path) {
  return path.find("/.") != std::string_view::npos;
}

void keep_newest(Listing& files, size_t most) {
  if (files.size() <= most) return;
  std::ranges::nth_element(files, files.begin() + static_cast<std::ptrdiff_t>(most),
                           std::ranges::greater(), &DriveEntry::modified_ms);
  files.resize(most);
}

Result<Walked> walk_drive(const drive::Drive& drive) {
  Walked out;
  const auto visit = [&](const std::string& path, const drive::Item& item) -> Result<> {
    if (item.is_folder || is_hidden(path)) return {};
    if (is_notebook(item.name) && drive::check_path(path)) {
      out.notebooks.push_back({path, item.stamp, item.born_ns});
      return {};
    }
    out.files.push_back(entry_of(path, item));
    if (out.files.size() >= 2 * kRecentFiles) keep_newest(out.files, kRecentFiles);
    return {};
  };
  if (auto walked = drive.walk(drive::kHome, visit); !walked)
    return std::unexpected(walked.error());
  keep_newest(out.files, kRecentFiles);
  std::ranges::sort(out.notebooks, {}, &drive::Entry::path);
  return out;
}

// Where the files of these stars are now: nothing for one that is gone.
using Places = std::vector<std::optional<std::pair<std::string, drive::Item>>>;

Result<Places> find_starred(const drive::Drive& drive, const std::vector<StarRow>& stars) {
  Places out(stars.size());
  std::map<std::pair<int64_t, int64_t>, size_t> missing;
  for (size_t i = 0; i < stars.size(); ++i) {
    const auto item = drive.look(stars[i].path);
    if (!item) return std::unexpected(item.error());
    if (*item) {
      out[i].emplace(stars[i].path, **item);
    } else if (stars[i].inode != 0 && stars[i].born_ns != 0) {
      missing.emplace(std::pair(stars[i].inode, stars[i].born_ns), i);
    }
  }
  if (missing.empty()) return out;
  const auto visit = [&](const std::string& path, const drive::Item& item) -> Result<> {
    const auto found = missing.find({item.stamp.inode, item.born_ns});
    if (found != missing.end()) out[found->second].emplace(path, item);
    return {};
  };
  if (auto walked = drive.walk(drive::kHome, visit); !walked)
    return std::unexpected(walked.error());
  return out;
}

}  // namespace

DriveEntry entry_of(const std::string& path, const drive::Item& item) {
  return {.kind = item.is_folder ? DriveEntry::Kind::folder : DriveEntry::Kind::file,
          .name = item.name,
          .path = path,
          .size = item.is_folder ? 0 : item.stamp.size,
          .modified_ms = item.stamp.mtime_ns / 1'000'000,
          .place = folder_of(path)};
}

DriveEntry entry_of(NotebookEntry notebook) {
  DriveEntry entry{.kind = DriveEntry::Kind::notebook,
                   .name = notebook.title + std::string(kNotebookEnding),
                   .path = notebook.path,
                   .size = notebook.size,
                   .modified_ms = notebook.modified_ms,
                   .starred = notebook.starred,
                   .place = folder_of(notebook.path)};
  entry.notebook = std::move(notebook);
  return entry;
}

// The notebooks among these items, each with its id.
Task<Result<std::vector<NotebookEntry>>> Folders::notebooks_in(
    UserId user, std::string folder, const std::vector<drive::Item>& items) {
  const auto part = part_;
  std::map<std::string, const drive::Item*> files;
  for (const drive::Item& item : items)
    if (!item.is_folder && is_notebook(item.name)) files.emplace(folder + "/" + item.name, &item);
  std::vector<NotebookEntry> out;
  if (files.empty()) co_return out;
  auto rows = co_await part->rows.listed_below(user, folder);
  if (!rows) co_return std::unexpected(rows.error());
  const auto is_here = [&](const ListedRow& row) { return files.contains(row.row.path); };
  auto look_new = [user, folder](soci::session& sql) { return has_new(sql, user.value, folder); };
  const auto is_new = co_await part->world.store.read<bool>(std::move(look_new));
  if (!is_new) co_return std::unexpected(is_new.error());
  if (*is_new ||
      std::ranges::count_if(*rows, is_here) < static_cast<std::ptrdiff_t>(files.size())) {
    // One that nobody knows may have been moved here from elsewhere; of one that was made just now
    // it is noted which file it is.
    auto drive = co_await part->drive_of(user);
    if (!drive) co_return std::unexpected(drive.error());
    auto look = [d = *drive] { return d->list_notebooks(); };
    auto all = co_await part->world.pool.run(std::move(look));
    if (!all) co_return std::unexpected(all.error());
    const auto listed = co_await part->list(user, *std::move(all));
    if (!listed) co_return std::unexpected(listed.error());
    rows = co_await part->rows.listed_below(user, folder);
    if (!rows) co_return std::unexpected(rows.error());
  }
  for (const ListedRow& row : *rows)
    if (const auto file = files.find(row.row.path); file != files.end())
      out.push_back(part->entry_of(row, file->second->stamp, user));
  co_return out;
}

Task<Result<Listing>> Folders::folder(UserId user, std::string path) {
  const auto part = part_;
  if (auto good = check_home(path); !good) co_return std::unexpected(good.error());
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto work = [d = *drive, path] { return d->list_folder(path); };
  const auto items = co_await part->world.pool.run(std::move(work));
  if (!items) co_return std::unexpected(items.error());
  auto notebooks = co_await notebooks_in(user, path, *items);
  if (!notebooks) co_return std::unexpected(notebooks.error());
  FolderRows rows(part->world.store);
  const auto stars = co_await rows.stars(user);
  if (!stars) co_return std::unexpected(stars.error());
  std::map<std::string_view, NotebookEntry*> by_path;
  for (NotebookEntry& notebook : *notebooks) by_path.emplace(notebook.path, &notebook);
  std::set<std::string_view> starred;
  for (const StarRow& star : *stars) starred.insert(star.path);
  Listing out;
  out.reserve(items->size());
  for (const drive::Item& item : *items) {
    const std::string at = path + "/" + item.name;
    const auto notebook = by_path.find(at);
    out.push_back(notebook == by_path.end() ? entry_of(at, item)
                                            : entry_of(std::move(*notebook->second)));
    out.back().starred = out.back().starred || starred.contains(at);
  }
  co_return out;
}

Task<Result<Listing>> Folders::recent(UserId user) {
  const auto part = part_;
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto work = [d = *drive] { return walk_drive(*d); };
  auto walked = co_await part->world.pool.run(std::move(work));
  if (!walked) co_return std::unexpected(walked.error());
  auto notebooks = co_await part->list(user, std::move(walked->notebooks));
  if (!notebooks) co_return std::unexpected(notebooks.error());
  FolderRows rows(part->world.store);
  const auto stars = co_await rows.stars(user);
  if (!stars) co_return std::unexpected(stars.error());
  Listing out = entries_of(*std::move(notebooks));
  for (DriveEntry& file : walked->files) {
    file.starred = std::ranges::find(*stars, file.path, &StarRow::path) != stars->end();
    out.push_back(std::move(file));
  }
  co_return out;
}

Task<Result<Listing>> Folders::starred(UserId user) {
  const auto part = part_;
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto look = [d = *drive] { return d->list_notebooks(); };
  auto files = co_await part->world.pool.run(std::move(look));
  if (!files) co_return std::unexpected(files.error());
  auto notebooks = co_await part->list(user, *std::move(files));
  if (!notebooks) co_return std::unexpected(notebooks.error());
  std::erase_if(*notebooks, [](const NotebookEntry& notebook) { return !notebook.starred; });
  FolderRows rows(part->world.store);
  const auto stars = co_await rows.stars(user);
  if (!stars) co_return std::unexpected(stars.error());
  auto find = [d = *drive, &stars] { return find_starred(*d, *stars); };
  const auto places = co_await part->world.pool.run(std::move(find));
  if (!places) co_return std::unexpected(places.error());
  Listing out = entries_of(*std::move(notebooks));
  for (size_t i = 0; i < stars->size(); ++i) {
    const std::string& was = (*stars)[i].path;
    if (!(*places)[i]) {
      (void)co_await rows.unstar(user, was);
      continue;
    }
    const auto& [path, item] = *(*places)[i];
    if (path != was) (void)co_await rows.star_moved(user, was, path);
    if (std::ranges::find(out, path, &DriveEntry::path) != out.end()) continue;
    out.push_back(entry_of(path, item));
    out.back().starred = true;
  }
  co_return out;
}

Task<Result<Listing>> Folders::shared(UserId user) {
  const auto part = part_;
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto look = [d = *drive] { return d->list_notebooks(); };
  auto files = co_await part->world.pool.run(std::move(look));
  if (!files) co_return std::unexpected(files.error());
  auto notebooks = co_await part->list(user, *std::move(files));
  if (!notebooks) co_return std::unexpected(notebooks.error());
  std::erase_if(*notebooks, [](const NotebookEntry& notebook) {
    return notebook.role == document::Role::owner;
  });
  co_return entries_of(*std::move(notebooks));
}

Task<Result<Listing>> Folders::in_trash(UserId user) {
  const auto part = part_;
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto look = [d = *drive] { return d->list_folder(drive::kTrash, drive::Drive::Hidden::listed); };
  const auto items = co_await part->world.pool.run(std::move(look));
  if (!items) co_return std::unexpected(items.error());
  std::vector<std::string> names;
  for (const drive::Item& item : *items) names.push_back(item.name);
  FolderRows rows(part->world.store);
  const auto trash = co_await rows.trash(user, std::move(names));
  if (!trash) co_return std::unexpected(trash.error());
  Listing out;
  for (const drive::Item& item : *items) {
    DriveEntry entry = entry_of("", item);
    if (is_notebook(item.name)) entry.kind = DriveEntry::Kind::notebook;
    if (const auto row = trash->find(item.name); row != trash->end()) {
      entry.trashed_ms = row->second.trashed_ms;
      entry.place = folder_of(row->second.origin);
    }
    out.push_back(std::move(entry));
  }
  co_return out;
}

}  // namespace colibri::notebooks
