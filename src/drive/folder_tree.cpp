// Folders of a Drive and what is in them: listed, made, moved, copied, removed.
#include <dirent.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <memory>
#include <span>
#include <thread>

#include "base/random.hpp"
#include "base/utf.hpp"
#include "drive/descriptor.hpp"
#include "drive/drive.hpp"
#include "drive/paths.hpp"

namespace colibri::drive {

namespace {

constexpr int kDeepest = 200;
constexpr size_t kMostShares = 4;    // Of a long list.
constexpr size_t kSharePart = 2000;  // Names: less is not worth a thread.
constexpr unsigned kWanted = STATX_TYPE | STATX_SIZE | STATX_MTIME | STATX_INO | STATX_BTIME;
constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

struct CloseFolder {
  void operator()(DIR* directory) const { closedir(directory); }
};

std::optional<Item> item_at(int folder, const std::string& name) {
  struct statx status {};
  if (statx(folder, name.c_str(), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, kWanted, &status) != 0)
    return std::nullopt;
  const bool is_folder = S_ISDIR(status.stx_mode);
  if (!is_folder && !S_ISREG(status.stx_mode)) return std::nullopt;
  return Item{name, is_folder, stamp_of(status), born_of(status)};
}

bool is_findable(const std::string& name) {
  return name != "." && name != ".." && !name.starts_with(kTemporary) && !find_invalid_utf8(name);
}

// Those of them that are there still. Most of the time of a long list goes into asking what each
// is, so that is done on several processors.
std::vector<Item> items_of(int folder, std::span<const std::string> names) {
  std::vector<std::vector<Item>> parts(names.size() < 2 * kSharePart ? 1 : kMostShares);
  const size_t share = (names.size() + parts.size() - 1) / parts.size();
  const auto look = [&](size_t part) {
    const size_t from = std::min(part * share, names.size());
    const size_t to = std::min(from + share, names.size());
    parts[part].reserve(to - from);
    for (const std::string& name : names.subspan(from, to - from))
      if (auto item = item_at(folder, name)) parts[part].push_back(*std::move(item));
  };
  {
    std::vector<std::jthread> others;
    for (size_t part = 1; part < parts.size(); ++part) others.emplace_back(look, part);
    look(0);
  }
  std::vector<Item> out = std::move(parts[0]);
  out.reserve(names.size());
  for (size_t part = 1; part < parts.size(); ++part)
    std::ranges::move(parts[part], std::back_inserter(out));
  return out;
}

// Takes `folder` over.
Result<std::vector<Item>> items_in(int folder, std::string_view path, bool hidden) {
  const std::unique_ptr<DIR, CloseFolder> directory(fdopendir(folder));
  if (!directory) {
    const int error = errno;
    close(folder);
    return path_failure("listing", path, error);
  }
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(directory.get());
    if (!entry) break;
    std::string name = entry->d_name;
    if (!is_findable(name) || (!hidden && name.starts_with('.'))) continue;
    names.push_back(std::move(name));
  }
  if (errno != 0) return path_failure("listing", path, errno);
  return items_of(folder, names);
}

Result<> walk_items(int folder, const std::string& path, const Drive::Visit& visit) {
  auto items = items_in(folder, path, true);
  if (!items) return std::unexpected(items.error());
  for (const Item& item : *items) {
    const std::string child = path + "/" + item.name;
    if (auto done = visit(child, item); !done) return done;
  }
  return {};
}

Result<> copy_bytes(int from, int to, std::string_view path) {
  for (;;) {
    const ssize_t copied = copy_file_range(from, nullptr, to, nullptr, 64u << 20, 0);
    if (copied == 0) break;
    if (copied < 0 && errno == EINTR) continue;
    if (copied < 0) return path_failure("copying", path, errno);
  }
  if (fsync(to) != 0) return path_failure("copying", path, errno);
  return {};
}

struct Place {
  int folder;
  std::string name;
};

Result<> copy_item(const Place& from, const Place& to, std::string_view path, int depth);

Result<> copy_folder(const Place& from, const Place& to, std::string_view path, int depth) {
  const int source = openat(from.folder, from.name.c_str(), kFolderFlags);
  if (source < 0) return path_failure("copying", path, errno);
  const Descriptor source_folder(dup(source));
  auto items = items_in(source, path, true);
  if (!items) return std::unexpected(items.error());
  if (mkdirat(to.folder, to.name.c_str(), 0700) != 0) return path_failure("copying", path, errno);
  const Descriptor target(openat(to.folder, to.name.c_str(), kFolderFlags));
  if (target.get() < 0) return path_failure("copying", path, errno);
  for (const Item& item : *items) {
    auto copied =
        copy_item({source_folder.get(), item.name}, {target.get(), item.name}, path, depth + 1);
    // What went away meanwhile was no part of it.
    if (!copied && copied.error().code != ErrorCode::not_found) return copied;
  }
  if (fsync(target.get()) != 0) return path_failure("copying", path, errno);
  return {};
}

Result<> copy_item(const Place& from, const Place& to, std::string_view path, int depth) {
  const auto item = item_at(from.folder, from.name);
  if (!item) return path_failure("copying", path, ENOENT);
  if (item->is_folder) {
    if (depth == kDeepest)
      return failure(ErrorCode::too_large, "There are folders deeper than 200 in it.");
    return copy_folder(from, to, path, depth);
  }
  const Descriptor source(openat(from.folder, from.name.c_str(),
                                 O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat status {};
  if (source.get() < 0 || fstat(source.get(), &status) != 0)
    return path_failure("copying", path, errno);
  if (!S_ISREG(status.st_mode)) return path_failure("copying", path, ENOENT);
  const Descriptor target(openat(to.folder, to.name.c_str(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                 status.st_mode & 0700));
  if (target.get() < 0) return path_failure("copying", path, errno);
  return copy_bytes(source.get(), target.get(), path);
}

Result<> remove_tree(int folder, const std::string& name, std::string_view path) {
  std::error_code error;
  // By descriptors, so that a link that appears meanwhile leads nowhere.
  std::filesystem::remove_all("/proc/self/fd/" + std::to_string(folder) + "/" + name, error);
  if (error) return path_failure("removing", path, error.value());
  return {};
}

}  // namespace

Result<std::vector<Item>> Drive::list_folder(std::string_view path, Hidden hidden) const {
  if (auto checked = check_found_path(path); !checked) return std::unexpected(checked.error());
  const auto folder = open_beneath(path, O_RDONLY | O_DIRECTORY);
  if (!folder) return std::unexpected(folder.error());
  return items_in(*folder, path, hidden == Hidden::listed);
}

Result<std::optional<Item>> Drive::look(std::string_view path) const {
  if (auto checked = check_found_path(path); !checked) return std::nullopt;
  const Split place = split(path);
  const auto opened = open_beneath(place.folder, O_PATH | O_DIRECTORY);
  if (!opened) {
    if (opened.error().code == ErrorCode::not_found) return std::nullopt;
    return std::unexpected(opened.error());
  }
  const Descriptor folder(*opened);
  return item_at(folder.get(), place.name);
}

Result<> Drive::make_folder(std::string_view path) const {
  if (auto checked = check_found_path(path); !checked) return checked;
  const Split place = split(path);
  const auto opened = open_beneath(place.folder, O_RDONLY | O_DIRECTORY);
  if (!opened) return std::unexpected(opened.error());
  const Descriptor folder(*opened);
  if (mkdirat(folder.get(), place.name.c_str(), 0700) != 0)
    return path_failure("making the folder", path, errno);
  if (fsync(folder.get()) != 0) return path_failure("making the folder", path, errno);
  return {};
}

Result<> Drive::make_folders(std::string_view path) const {
  for (size_t at = path.find('/'); at != std::string_view::npos;) {
    at = path.find('/', at + 1);
    auto made = make_folder(path.substr(0, at));
    if (!made && made.error().code != ErrorCode::conflict) return made;
  }
  return {};
}

Result<> Drive::rename(std::string_view from, std::string_view to) const {
  return rename_as(from, to, RENAME_NOREPLACE);
}

Result<> Drive::overwrite(std::string_view from, std::string_view to) const {
  return rename_as(from, to, 0);
}

Result<> Drive::rename_as(std::string_view from, std::string_view to, unsigned flags) const {
  for (const std::string_view path : {from, to})
    if (auto checked = check_found_path(path); !checked) return checked;
  const Split source = split(from), target = split(to);
  const auto opened_source = open_beneath(source.folder, O_RDONLY | O_DIRECTORY);
  if (!opened_source) return std::unexpected(opened_source.error());
  const Descriptor source_folder(*opened_source);
  const auto opened_target = open_beneath(target.folder, O_RDONLY | O_DIRECTORY);
  if (!opened_target) return std::unexpected(opened_target.error());
  const Descriptor target_folder(*opened_target);

  if (!item_at(source_folder.get(), source.name)) return path_failure("renaming", from, ENOENT);
  if (renameat2(source_folder.get(), source.name.c_str(), target_folder.get(), target.name.c_str(),
                flags) != 0) {
    if (errno == EINVAL)
      return failure(ErrorCode::invalid, "A folder cannot be moved into itself.");
    return path_failure("renaming", errno == EEXIST ? to : from, errno);
  }
  if (fsync(target_folder.get()) != 0 || fsync(source_folder.get()) != 0)
    return path_failure("renaming", from, errno);
  return {};
}

Result<> Drive::copy(std::string_view from, std::string_view to) const {
  for (const std::string_view path : {from, to})
    if (auto checked = check_found_path(path); !checked) return checked;
  if (to.starts_with(from) && to.substr(from.size()).starts_with('/'))
    return failure(ErrorCode::invalid, "A folder cannot be copied into itself.");
  const Split source = split(from), target = split(to);
  const auto opened_source = open_beneath(source.folder, O_RDONLY | O_DIRECTORY);
  if (!opened_source) return std::unexpected(opened_source.error());
  const Descriptor source_folder(*opened_source);
  const auto opened_target = open_beneath(target.folder, O_RDONLY | O_DIRECTORY);
  if (!opened_target) return std::unexpected(opened_target.error());
  const Descriptor target_folder(*opened_target);
  if (item_at(target_folder.get(), target.name)) return path_failure("copying", to, EEXIST);

  const std::string temporary = random_id(kTemporary);
  auto copied =
      copy_item({source_folder.get(), source.name}, {target_folder.get(), temporary}, from, 0);
  if (copied && renameat2(target_folder.get(), temporary.c_str(), target_folder.get(),
                          target.name.c_str(), RENAME_NOREPLACE) != 0)
    copied = path_failure("copying", to, errno);
  if (!copied) (void)remove_tree(target_folder.get(), temporary, to);
  if (copied && fsync(target_folder.get()) != 0) return path_failure("copying", to, errno);
  return copied;
}

Result<std::string> Drive::with_free_name(const std::string& path, bool is_folder,
                                          const std::function<Result<>(const std::string&)>& call) {
  constexpr int kMostAttempts = 10'000;
  const size_t name = path.rfind('/') + 1;
  size_t dot = is_folder ? std::string::npos : path.rfind('.');
  if (dot == std::string::npos || dot <= name) dot = path.size();
  for (int i = 0; i < kMostAttempts; ++i) {
    const std::string number = i == 0 ? "" : " (" + std::to_string(i) + ")";
    std::string stem = path.substr(name, dot - name);
    // A name that is as long as names can be gives up its end for the number.
    const size_t room = kMaxName - std::min(kMaxName, number.size() + path.size() - dot);
    while (stem.size() > room || find_invalid_utf8(stem)) stem.pop_back();
    std::string wanted = path.substr(0, name) + stem + number + path.substr(dot);
    auto done = call(wanted);
    if (done) return wanted;
    if (done.error().code != ErrorCode::conflict) return std::unexpected(done.error());
  }
  return failure(ErrorCode::conflict, "There are too many files of this name.");
}

Result<std::string> Drive::remove(std::string_view path) const {
  const auto item = look(path);
  if (!item) return std::unexpected(item.error());
  if (!*item) return path_failure("removing", path, ENOENT);
  return with_free_name(std::string(kTrash) + "/" + (*item)->name, (*item)->is_folder,
                        [&](const std::string& to) { return rename(path, to); });
}

Result<> Drive::erase_all(std::string_view path) const {
  if (auto checked = check_found_path(path); !checked) return checked;
  const Split place = split(path);
  const auto opened = open_beneath(place.folder, O_RDONLY | O_DIRECTORY);
  if (!opened) return std::unexpected(opened.error());
  const Descriptor folder(*opened);
  return remove_tree(folder.get(), place.name, path);
}

Result<> Drive::walk(std::string_view folder, const Visit& visit) const {
  // Folder by folder, each opened from the root anew: no descriptor is held for long, and one that
  // goes away meanwhile is left out.
  std::vector<std::pair<std::string, int>> wait{{std::string(folder), 0}};
  while (!wait.empty()) {
    auto [path, depth] = std::move(wait.back());
    wait.pop_back();
    const auto opened = open_beneath(path, O_RDONLY | O_DIRECTORY);
    if (!opened && depth == 0) return std::unexpected(opened.error());
    if (!opened) continue;
    const Visit note = [&](const std::string& child, const Item& item) {
      if (item.is_folder && depth < kDeepest) wait.emplace_back(child, depth + 1);
      return visit(child, item);
    };
    if (auto walked = walk_items(*opened, path, note); !walked) return walked;
  }
  return {};
}

}  // namespace colibri::drive
