#include "notebooks/folder_rows.hpp"

#include <soci/soci.h>

#include <algorithm>

#include "async/timer.hpp"

namespace colibri::notebooks {
namespace {

struct PathRow {
  std::string key;  // What names the row: the id, or the path itself.
  std::string path;
};

// `query` speaks of :user, :path, :from and :to.
std::vector<PathRow> rows_below(soci::session& sql, const std::string& query,
                                const std::string& user, const std::string& path) {
  const std::string from = path + "/", to = path + "0";  // "0" is next after "/".
  std::vector<PathRow> out;
  PathRow row;
  soci::statement rows =
      (sql.prepare << query + " AND (path = :path OR (path >= :from AND path < :to))",
       soci::use(user, "user"), soci::use(path, "path"), soci::use(from, "from"),
       soci::use(to, "to"), soci::into(row.key), soci::into(row.path));
  rows.execute();
  while (rows.fetch()) out.push_back(row);
  return out;
}

constexpr const char* kNotebooksBelow =
    "SELECT id, path FROM notebooks WHERE owner_id = :user AND origin_id = ''";

void move_notebooks(soci::session& sql, const std::string& user, const std::string& from,
                    const std::string& to) {
  for (const PathRow& row : rows_below(sql, kNotebooksBelow, user, from)) {
    const std::string path = to + row.path.substr(from.size());
    // No file had this path, so a row that has it is of one that is gone; or a list that was read
    // meanwhile took it for another notebook.
    sql << "DELETE FROM notebooks WHERE owner_id = :user AND path = :path AND id <> :id",
        soci::use(user), soci::use(path), soci::use(row.key);
    sql << "UPDATE notebooks SET path = :path WHERE id = :id", soci::use(path), soci::use(row.key);
  }
}

void move_in(soci::session& sql, const std::string& table, const std::string& user,
             const std::string& from, const std::string& to) {
  const std::string below = "SELECT path, path FROM " + table + " WHERE user_id = :user";
  for (const PathRow& row : rows_below(sql, below, user, from)) {
    const std::string path = to + row.path.substr(from.size());
    sql << "DELETE FROM " + table + " WHERE user_id = :user AND path = :path", soci::use(user),
        soci::use(path);
    sql << "UPDATE " + table + " SET path = :to WHERE user_id = :user AND path = :from",
        soci::use(path), soci::use(user), soci::use(row.path);
  }
}

void move_all(soci::session& sql, const std::string& user, const std::string& from,
              const std::string& to) {
  move_notebooks(sql, user, from, to);
  move_in(sql, "drive_stars", user, from, to);
  move_in(sql, "drive_texts", user, from, to);
}

std::string in_trash(const std::string& name) {
  return std::string(drive::kTrash) + "/" + name;
}

FolderRows::Trash trash_of(soci::session& sql, const std::string& user) {
  FolderRows::Trash out;
  std::string name, origin;
  long long time = 0;
  soci::statement rows =
      (sql.prepare << "SELECT name, origin, trashed_ms FROM drive_trash WHERE user_id = :user",
       soci::use(user), soci::into(name), soci::into(origin), soci::into(time));
  rows.execute();
  while (rows.fetch()) out.emplace(name, TrashRow{origin, time});
  return out;
}

void insert_trash(soci::session& sql, const std::string& user, const std::string& name,
                  const std::string& origin) {
  const long long now = async::now_ms();
  sql << "INSERT INTO drive_trash (user_id, name, origin, trashed_ms)"
         " VALUES (:user, :name, :origin, :now) ON CONFLICT (user_id, name)"
         " DO UPDATE SET origin = excluded.origin, trashed_ms = excluded.trashed_ms",
      soci::use(user), soci::use(name), soci::use(origin), soci::use(now);
}

void delete_trash(soci::session& sql, const std::string& user, const std::string& name) {
  sql << "DELETE FROM drive_trash WHERE user_id = :user AND name = :name", soci::use(user),
      soci::use(name);
}

}  // namespace

Task<Result<>> FolderRows::moved(UserId user, std::string from, std::string to) {
  auto work = [user, from = std::move(from), to = std::move(to)](soci::session& sql) -> Result<> {
    move_all(sql, user.value, from, to);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<>> FolderRows::trashed(UserId user, std::string from, std::string name) {
  auto work = [user, from = std::move(from),
               name = std::move(name)](soci::session& sql) -> Result<> {
    move_all(sql, user.value, from, in_trash(name));
    insert_trash(sql, user.value, name, from);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<>> FolderRows::restored(UserId user, std::string name, std::string to) {
  auto work = [user, name = std::move(name), to = std::move(to)](soci::session& sql) -> Result<> {
    move_all(sql, user.value, in_trash(name), to);
    delete_trash(sql, user.value, name);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<>> FolderRows::erased(UserId user, std::string name) {
  auto work = [user, name = std::move(name)](soci::session& sql) -> Result<> {
    for (const PathRow& row : rows_below(sql, kNotebooksBelow, user.value, in_trash(name)))
      sql << "DELETE FROM notebooks WHERE id = :id", soci::use(row.key);
    for (const char* table : {"drive_stars", "drive_texts"}) {
      const std::string all =
          "SELECT path, path FROM " + std::string(table) + " WHERE user_id = :user";
      for (const PathRow& row : rows_below(sql, all, user.value, in_trash(name)))
        sql << "DELETE FROM " + std::string(table) + " WHERE user_id = :user AND path = :path",
            soci::use(user.value), soci::use(row.path);
    }
    delete_trash(sql, user.value, name);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<FolderRows::Trash>> FolderRows::trash(UserId user, std::vector<std::string> names) {
  auto look = [user](soci::session& sql) -> Result<Trash> { return trash_of(sql, user.value); };
  auto known = co_await store_.read<Trash>(std::move(look));
  if (!known) co_return known;
  const auto has = [&](const std::string& name) { return known->contains(name); };
  if (std::ranges::all_of(names, has)) co_return known;
  auto work = [user, names = std::move(names)](soci::session& sql) -> Result<Trash> {
    const Trash before = trash_of(sql, user.value);
    for (const std::string& name : names)
      if (!before.contains(name)) insert_trash(sql, user.value, name, "");
    return trash_of(sql, user.value);
  };
  co_return co_await store_.write<Trash>(std::move(work));
}

Task<Result<std::vector<FolderRows::Old>>> FolderRows::old_trash(int64_t before_ms) {
  auto work = [before_ms](soci::session& sql) -> Result<std::vector<Old>> {
    std::vector<Old> out;
    Old one;
    const long long before = before_ms;
    soci::statement rows =
        (sql.prepare << "SELECT user_id, name FROM drive_trash WHERE trashed_ms < :before",
         soci::use(before), soci::into(one.user.value), soci::into(one.name));
    rows.execute();
    while (rows.fetch()) out.push_back(one);
    return out;
  };
  co_return co_await store_.read<std::vector<Old>>(std::move(work));
}

Task<Result<std::vector<StarRow>>> FolderRows::stars(UserId user) {
  auto work = [user](soci::session& sql) -> Result<std::vector<StarRow>> {
    std::vector<StarRow> out;
    StarRow one;
    soci::statement rows =
        (sql.prepare << "SELECT path, inode, born_ns FROM drive_stars WHERE user_id = :user",
         soci::use(user.value), soci::into(one.path), soci::into(one.inode),
         soci::into(one.born_ns));
    rows.execute();
    while (rows.fetch())
      if (one.path.starts_with("My Drive/")) out.push_back(one);
    return out;
  };
  co_return co_await store_.read<std::vector<StarRow>>(std::move(work));
}

Task<Result<>> FolderRows::star(UserId user, StarRow row) {
  auto work = [user, row = std::move(row)](soci::session& sql) -> Result<> {
    sql << "INSERT INTO drive_stars (user_id, path, inode, born_ns)"
           " VALUES (:user, :path, :inode, :born) ON CONFLICT (user_id, path)"
           " DO UPDATE SET inode = excluded.inode, born_ns = excluded.born_ns",
        soci::use(user.value), soci::use(row.path), soci::use(row.inode), soci::use(row.born_ns);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<>> FolderRows::unstar(UserId user, std::string path) {
  auto work = [user, path = std::move(path)](soci::session& sql) -> Result<> {
    sql << "DELETE FROM drive_stars WHERE user_id = :user AND path = :path", soci::use(user.value),
        soci::use(path);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<>> FolderRows::star_moved(UserId user, std::string from, std::string to) {
  auto work = [user, from = std::move(from), to = std::move(to)](soci::session& sql) -> Result<> {
    move_in(sql, "drive_stars", user.value, from, to);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

}  // namespace colibri::notebooks
