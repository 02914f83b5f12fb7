#include "notebooks/notebook_rows.hpp"

#include <soci/soci.h>

#include <algorithm>

#include "async/timer.hpp"
#include "base/random.hpp"

namespace colibri::notebooks {
namespace {

std::unexpected<Error> no_notebook() {
  return failure(ErrorCode::not_found, "There is no such notebook.");
}

std::optional<NotebookRow> find_row(soci::session& sql, const std::string& id) {
  NotebookRow row{.id = {id}};
  long long created = 0, opened = 0;
  sql << "SELECT owner_id, path, created_ms, opened_ms, origin_id FROM notebooks WHERE id = :id",
      soci::use(id), soci::into(row.owner.value), soci::into(row.path), soci::into(created),
      soci::into(opened), soci::into(row.origin.value);
  if (!sql.got_data()) return std::nullopt;
  row.created_ms = created;
  row.opened_ms = opened;
  return row;
}

std::optional<document::Role> role_by(bool owns, const std::string& link,
                                      const std::string& granted) {
  if (owns) return document::Role::owner;
  return std::max(document::parse_role(link), document::parse_role(granted));
}

constexpr const char* kListed =
    "SELECT n.id, u.id, u.email, u.name, n.path, n.created_ms, n.link_role,"
    " COALESCE(a.role, ''), COALESCE(s.starred, 0), COALESCE(s.opened_ms, 0),"
    " (SELECT COUNT(*) FROM notebook_access x WHERE x.notebook_id = n.id)"
    " + (SELECT COUNT(*) FROM notebook_invitations y WHERE y.notebook_id = n.id)"
    " FROM notebooks n JOIN users u ON u.id = n.owner_id"
    " LEFT JOIN notebook_access a ON a.notebook_id = n.id AND a.user_id = :user"
    " LEFT JOIN notebook_user_state s ON s.notebook_id = n.id AND s.user_id = :user"
    " WHERE n.origin_id = '' AND ";

// Those of which `where` holds; it may speak of :user, :from and :to.
std::vector<ListedRow> list_rows(soci::session& sql, const std::string& user,
                                 const std::string& where, const std::string& from,
                                 const std::string& to) {
  std::vector<ListedRow> out;
  ListedRow one;
  std::string link, granted;
  long long created = 0, starred = 0, opened = 0, given = 0;
  soci::statement rows =
      (sql.prepare << kListed + where + " AND n.path >= :from AND n.path < :to",
       soci::use(user, "user"), soci::use(from, "from"), soci::use(to, "to"),
       soci::into(one.row.id.value), soci::into(one.owner.id.value), soci::into(one.owner.email),
       soci::into(one.owner.name), soci::into(one.row.path), soci::into(created), soci::into(link),
       soci::into(granted), soci::into(starred), soci::into(opened), soci::into(given));
  rows.execute();
  while (rows.fetch()) {
    const auto role = role_by(one.owner.id.value == user, link, granted);
    if (!role) continue;
    one.row.owner = one.owner.id;
    one.row.created_ms = created;
    one.row.opened_ms = opened;
    one.row.role = *role;
    one.starred = starred != 0;
    one.shared = given > 0 || !link.empty();
    out.push_back(one);
  }
  return out;
}

// All paths in what people call their Drive, and none in the Trash.
constexpr const char* kHomeFrom = "My Drive/";
constexpr const char* kHomeTo = "My Drive0";

std::optional<Visit> find_visit(soci::session& sql, const std::string& user,
                                const std::string& id) {
  const auto role = find_role(sql, user, id);
  if (!role) return std::nullopt;
  Visit visit{.role = *role, .author = {}};
  std::string origin;
  long long starred = 0, trusted = 0;
  sql << "SELECT n.origin_id, COALESCE(u.id, ''), COALESCE(u.email, ''), COALESCE(u.name, ''),"
         " COALESCE(s.starred, 0), COALESCE(s.trusted, 0) FROM notebooks n"
         " LEFT JOIN notebooks o ON o.id = n.origin_id"
         " LEFT JOIN users u ON u.id = CASE WHEN n.origin_id = '' THEN n.owner_id"
         " ELSE o.owner_id END"
         " LEFT JOIN notebook_user_state s ON s.notebook_id = n.id AND s.user_id = :user"
         " WHERE n.id = :id",
      soci::use(user), soci::use(id), soci::into(origin), soci::into(visit.author.id.value),
      soci::into(visit.author.email), soci::into(visit.author.name), soci::into(starred),
      soci::into(trusted);
  visit.playground = !origin.empty();
  // Ids have no colon.
  if (origin.find(':') != std::string::npos) visit.origin = origin;
  visit.starred = starred != 0;
  visit.trusted = trusted != 0 || origin.starts_with("example:");
  return visit;
}

// With all that hangs on it.
void delete_row(soci::session& sql, const std::string& id) {
  sql << "DELETE FROM notebooks WHERE id = :id", soci::use(id);
}

}  // namespace

NotebookRow insert_notebook(soci::session& sql, const std::string& owner,
                            const drive::Entry& file) {
  const long long now = async::now_ms();
  NotebookRow row{.id = {random_id("n_")},
                  .owner = {owner},
                  .path = file.path,
                  .created_ms = now,
                  .inode = file.stamp.inode,
                  .born_ns = file.born_ns};
  sql << "INSERT INTO notebooks (id, owner_id, path, created_ms, opened_ms, file_inode,"
         " file_born_ns) VALUES (:id, :owner, :path, :now, 0, :inode, :born)",
      soci::use(row.id.value), soci::use(owner), soci::use(row.path), soci::use(now),
      soci::use(row.inode), soci::use(row.born_ns);
  return row;
}

std::optional<document::Role> find_role(soci::session& sql, const std::string& user,
                                        const std::string& notebook) {
  std::string owner, link, granted;
  sql << "SELECT n.owner_id, n.link_role, COALESCE(a.role, '') FROM notebooks n"
         " LEFT JOIN notebook_access a ON a.notebook_id = n.id AND a.user_id = :user"
         " WHERE n.id = :id AND n.path NOT LIKE 'Trash/%'",
      soci::use(user), soci::use(notebook), soci::into(owner), soci::into(link),
      soci::into(granted);
  if (!sql.got_data()) return std::nullopt;
  return role_by(owner == user, link, granted);
}

Task<Result<NotebookRow>> NotebookRows::find(UserId user, NotebookId id, document::Role needed) {
  auto work = [user, id, needed](soci::session& sql) -> Result<NotebookRow> {
    const auto role = find_role(sql, user.value, id.value);
    auto row = find_row(sql, id.value);
    if (!role || !row) return no_notebook();
    if (*role < needed)
      return failure(ErrorCode::denied, "As " + std::string(document::to_string(*role)) +
                                            " of this notebook you may not do this.");
    row->role = *role;
    return *std::move(row);
  };
  co_return co_await store_.read<NotebookRow>(std::move(work));
}

Task<Result<Visit>> NotebookRows::visit(UserId user, NotebookId id) {
  auto work = [user, id](soci::session& sql) -> Result<Visit> {
    auto visit = find_visit(sql, user.value, id.value);
    if (!visit) return no_notebook();
    return *std::move(visit);
  };
  co_return co_await store_.read<Visit>(std::move(work));
}

Task<Result<std::vector<ListedRow>>> NotebookRows::listed(UserId user) {
  using Rows = std::vector<ListedRow>;
  auto work = [user](soci::session& sql) -> Result<Rows> {
    return list_rows(sql, user.value,
                     "(n.owner_id = :user"
                     " OR n.id IN (SELECT notebook_id FROM notebook_access WHERE user_id = :user)"
                     " OR n.id IN (SELECT notebook_id FROM notebook_user_state"
                     " WHERE user_id = :user AND (opened_ms > 0 OR starred = 1)))",
                     kHomeFrom, kHomeTo);
  };
  co_return co_await store_.read<Rows>(std::move(work));
}

Task<Result<std::vector<ListedRow>>> NotebookRows::listed_below(UserId user, std::string folder) {
  using Rows = std::vector<ListedRow>;
  auto work = [user, folder = std::move(folder)](soci::session& sql) -> Result<Rows> {
    return list_rows(sql, user.value, "n.owner_id = :user", folder + "/", folder + "0");
  };
  co_return co_await store_.read<Rows>(std::move(work));
}

Task<Result<NotebookRows::Roles>> NotebookRows::roles(NotebookId id, std::vector<UserId> users) {
  auto work = [id, users = std::move(users)](soci::session& sql) -> Result<Roles> {
    Roles roles;
    for (const UserId& user : users) roles.push_back(find_role(sql, user.value, id.value));
    return roles;
  };
  co_return co_await store_.read<Roles>(std::move(work));
}

Task<Result<NotebookRow>> NotebookRows::find_any(NotebookId id) {
  auto work = [id](soci::session& sql) -> Result<NotebookRow> {
    auto row = find_row(sql, id.value);
    if (!row) return no_notebook();
    return *std::move(row);
  };
  co_return co_await store_.read<NotebookRow>(std::move(work));
}

Task<Result<std::string>> NotebookRows::follow(NotebookId id, std::string from, drive::Entry file) {
  auto work = [id, from = std::move(from),
               file = std::move(file)](soci::session& sql) -> Result<std::string> {
    std::string owner, path;
    sql << "SELECT owner_id, path FROM notebooks WHERE id = :id", soci::use(id.value),
        soci::into(owner), soci::into(path);
    if (!sql.got_data()) return failure(ErrorCode::not_found, "There is no such notebook.");
    if (path != from) return path;
    // A list that was read meanwhile took it for another notebook.
    sql << "DELETE FROM notebooks WHERE owner_id = :owner AND path = :path AND id <> :id"
           " AND opened_ms = 0 AND (file_inode = 0 OR (file_inode = :inode AND file_born_ns = "
           ":born))",
        soci::use(owner), soci::use(file.path), soci::use(id.value), soci::use(file.stamp.inode),
        soci::use(file.born_ns);
    // Whose file stood there before stands nowhere, until a list finds it.
    sql << "UPDATE notebooks SET path = 'moving/' || id WHERE owner_id = :owner AND path = :path"
           " AND id <> :id AND (file_inode <> :inode OR file_born_ns <> :born)",
        soci::use(owner), soci::use(file.path), soci::use(id.value), soci::use(file.stamp.inode),
        soci::use(file.born_ns);
    sql << "UPDATE notebooks SET path = :path WHERE id = :id", soci::use(file.path),
        soci::use(id.value);
    return file.path;
  };
  co_return co_await store_.write<std::string>(std::move(work));
}

Task<Result<NotebookId>> NotebookRows::ensure(UserId user, std::string path) {
  auto work = [user, path = std::move(path)](soci::session& sql) -> Result<NotebookId> {
    std::string id;
    sql << "SELECT id FROM notebooks WHERE owner_id = :owner AND path = :path",
        soci::use(user.value), soci::use(path), soci::into(id);
    if (sql.got_data()) return NotebookId{id};
    return insert_notebook(sql, user.value, {.path = path}).id;
  };
  co_return co_await store_.write<NotebookId>(std::move(work));
}

Task<Result<>> NotebookRows::remove(NotebookId id) {
  auto work = [id](soci::session& sql) -> Result<> {
    delete_row(sql, id.value);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<std::string>> NotebookRows::name_of(UserId user) {
  auto work = [user](soci::session& sql) -> Result<std::string> {
    std::string name, email;
    sql << "SELECT name, email FROM users WHERE id = :id", soci::use(user.value), soci::into(name),
        soci::into(email);
    return name.empty() ? email.substr(0, email.find('@')) : name;
  };
  co_return co_await store_.read<std::string>(std::move(work));
}

Task<Result<>> NotebookRows::mark_opened(UserId user, NotebookId id) {
  auto work = [user, id, now = async::now_ms()](soci::session& sql) -> Result<> {
    const long long time = now;
    sql << "UPDATE notebooks SET opened_ms = :now WHERE id = :id", soci::use(time),
        soci::use(id.value);
    sql << "INSERT INTO notebook_user_state (user_id, notebook_id, opened_ms)"
           " VALUES (:user, :id, :now) ON CONFLICT (user_id, notebook_id)"
           " DO UPDATE SET opened_ms = excluded.opened_ms",
        soci::use(user.value), soci::use(id.value), soci::use(time);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<>> NotebookRows::star(UserId user, NotebookId id, bool starred) {
  auto work = [user, id, starred](soci::session& sql) -> Result<> {
    const long long value = starred ? 1 : 0;
    sql << "INSERT INTO notebook_user_state (user_id, notebook_id, starred)"
           " VALUES (:user, :id, :value) ON CONFLICT (user_id, notebook_id)"
           " DO UPDATE SET starred = excluded.starred",
        soci::use(user.value), soci::use(id.value), soci::use(value);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<>> NotebookRows::trust(UserId user, NotebookId id) {
  auto work = [user, id](soci::session& sql) -> Result<> {
    sql << "INSERT INTO notebook_user_state (user_id, notebook_id, trusted)"
           " VALUES (:user, :id, 1) ON CONFLICT (user_id, notebook_id)"
           " DO UPDATE SET trusted = excluded.trusted",
        soci::use(user.value), soci::use(id.value);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<NotebookRows::BlobEntry>> NotebookRows::find_blob(NotebookId id, std::string sha256) {
  auto work = [id, sha256 = std::move(sha256)](soci::session& sql) -> Result<BlobEntry> {
    BlobEntry entry;
    long long bytes = 0;
    sql << "SELECT media_type, bytes FROM notebook_blobs"
           " WHERE notebook_id = :id AND sha256 = :sha256",
        soci::use(id.value), soci::use(sha256), soci::into(entry.media_type), soci::into(bytes);
    if (!sql.got_data()) return failure(ErrorCode::not_found, "There is no such output.");
    entry.bytes = static_cast<uint64_t>(bytes);
    return entry;
  };
  co_return co_await store_.read<BlobEntry>(std::move(work));
}

}  // namespace colibri::notebooks
