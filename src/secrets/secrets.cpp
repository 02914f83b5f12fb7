#include "secrets/secrets.hpp"

#include <soci/soci.h>

#include <algorithm>

#include "base/utf.hpp"

namespace colibri::secrets {

namespace {

// What a value is sealed for, so that rows can't be exchanged.
std::string owner_of(const UserId& user, const std::string& name) {
  return user.value + "\n" + name;
}

std::unexpected<Error> no_such_secret() {
  return failure(ErrorCode::not_found, "There is no such secret.");
}

bool is_there(soci::session& sql, const UserId& user, const std::string& name) {
  long long count = 0;
  sql << "SELECT count(*) FROM secrets WHERE user_id = :user AND name = :name",
      soci::use(user.value), soci::use(name), soci::into(count);
  return count > 0;
}

Result<> insert(soci::session& sql, const UserId& user, const std::string& name,
                const std::string& sealed, int64_t created_ms, int64_t changed_ms) {
  if (is_there(sql, user, name))
    return failure(ErrorCode::conflict, "There is a secret of this name already.");
  sql << "INSERT INTO secrets (user_id, name, sealed, created_ms, changed_ms) VALUES "
         "(:user, :name, :sealed, :created, :changed)",
      soci::use(user.value), soci::use(name), soci::use(sealed), soci::use(created_ms),
      soci::use(changed_ms);
  return {};
}

struct Row {
  std::string sealed;
  int64_t created_ms = 0;
};

std::optional<Row> read_row(soci::session& sql, const UserId& user, const std::string& name) {
  Row row;
  sql << "SELECT sealed, created_ms FROM secrets WHERE user_id = :user AND name = :name",
      soci::use(user.value), soci::use(name), soci::into(row.sealed), soci::into(row.created_ms);
  if (!sql.got_data()) return std::nullopt;
  return row;
}

struct Renaming {
  UserId user;
  std::string name, new_name, sealed;
  int64_t now_ms = 0;
};

Result<> rename_row(soci::session& sql, const Renaming& to, int64_t created_ms) {
  if (to.name == to.new_name) {
    sql << "UPDATE secrets SET sealed = :sealed, changed_ms = :now WHERE user_id = :user AND "
           "name = :name",
        soci::use(to.sealed), soci::use(to.now_ms), soci::use(to.user.value), soci::use(to.name);
    return {};
  }
  if (auto made = insert(sql, to.user, to.new_name, to.sealed, created_ms, to.now_ms); !made)
    return made;
  sql << "UPDATE secret_access SET name = :new WHERE user_id = :user AND name = :name",
      soci::use(to.new_name), soci::use(to.user.value), soci::use(to.name);
  sql << "DELETE FROM secrets WHERE user_id = :user AND name = :name", soci::use(to.user.value),
      soci::use(to.name);
  return {};
}

}  // namespace

Result<> check_name(std::string_view name) {
  const auto is_blank = [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) == 0x7f;
  };
  if (name.empty() || name.size() > kMaxNameBytes || find_invalid_utf8(name) ||
      std::ranges::any_of(name, is_blank))
    return failure(ErrorCode::invalid, "A name has no blanks, and at most 100 bytes.");
  return {};
}

Result<> check_value(std::string_view value) {
  if (value.size() > kMaxValueBytes)
    return failure(ErrorCode::too_large, "A secret has at most 64 KiB.");
  if (value.empty()) return failure(ErrorCode::invalid, "A secret needs a value.");
  return {};
}

Task<Result<std::vector<Entry>>> Secrets::list(UserId user, NotebookId notebook) {
  using List = std::vector<Entry>;
  store::Work<List> work = [user, notebook](soci::session& sql) -> Result<List> {
    List entries;
    Entry entry;
    int access = 0;
    soci::statement rows =
        (sql.prepare << "SELECT s.name, s.created_ms, s.changed_ms, CASE WHEN EXISTS (SELECT 1 "
                        "FROM secret_access a WHERE a.user_id = s.user_id AND a.name = s.name AND "
                        "a.notebook_id = :notebook) THEN 1 ELSE 0 END FROM secrets s "
                        "WHERE s.user_id = :user ORDER BY s.name",
         soci::use(notebook.value, "notebook"), soci::use(user.value, "user"),
         soci::into(entry.name), soci::into(entry.created_ms), soci::into(entry.changed_ms),
         soci::into(access));
    rows.execute();
    while (rows.fetch()) {
      entry.access = access != 0;
      entries.push_back(entry);
    }
    return entries;
  };
  co_return co_await store_.read<List>(std::move(work));
}

Task<Result<>> Secrets::add(UserId user, std::string name, std::string value, int64_t now_ms) {
  if (auto good = check_name(name); !good) co_return good;
  if (auto good = check_value(value); !good) co_return good;
  const std::string sealed = key_.seal(value, owner_of(user, name));
  store::Work<> work = [user, name, sealed, now_ms](soci::session& sql) -> Result<> {
    long long count = 0;
    sql << "SELECT count(*) FROM secrets WHERE user_id = :user", soci::use(user.value),
        soci::into(count);
    if (count >= static_cast<long long>(kMostSecrets))
      return failure(ErrorCode::conflict, "There are 200 secrets already; delete one first.");
    return insert(sql, user, name, sealed, now_ms, now_ms);
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<>> Secrets::change(UserId user, std::string name, std::string new_name,
                               std::optional<std::string> value, int64_t now_ms) {
  if (auto good = check_name(new_name); !good) co_return good;
  if (value)
    if (auto good = check_value(*value); !good) co_return good;
  store::Work<> work = [this, user, name, new_name, value, now_ms](soci::session& sql) -> Result<> {
    const auto row = read_row(sql, user, name);
    if (!row) return no_such_secret();
    auto text =
        value ? Result<std::string>(*value) : key_.open_sealed(row->sealed, owner_of(user, name));
    if (!text) return std::unexpected(text.error());
    return rename_row(sql,
                      {user, name, new_name, key_.seal(*text, owner_of(user, new_name)), now_ms},
                      row->created_ms);
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<>> Secrets::remove(UserId user, std::string name) {
  store::Work<> work = [user, name](soci::session& sql) -> Result<> {
    sql << "DELETE FROM secrets WHERE user_id = :user AND name = :name", soci::use(user.value),
        soci::use(name);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<Found>> Secrets::find(UserId user, std::string name, NotebookId notebook) {
  using Read = std::pair<std::string, bool>;
  store::Work<Read> work = [user, name, notebook](soci::session& sql) -> Result<Read> {
    const auto row = read_row(sql, user, name);
    if (!row) return no_such_secret();
    long long access = 0;
    sql << "SELECT count(*) FROM secret_access WHERE user_id = :user AND name = :name AND "
           "notebook_id = :notebook",
        soci::use(user.value), soci::use(name), soci::use(notebook.value), soci::into(access);
    return Read{row->sealed, access > 0};
  };
  const auto read = co_await store_.read<Read>(std::move(work));
  if (!read) co_return std::unexpected(read.error());
  auto value = key_.open_sealed(read->first, owner_of(user, name));
  if (!value) co_return std::unexpected(value.error());
  co_return Found{*std::move(value), read->second};
}

Task<Result<>> Secrets::set_access(UserId user, std::string name, NotebookId notebook,
                                   bool access) {
  store::Work<> work = [user, name, notebook, access](soci::session& sql) -> Result<> {
    if (!is_there(sql, user, name)) return no_such_secret();
    sql << "DELETE FROM secret_access WHERE user_id = :user AND name = :name AND "
           "notebook_id = :notebook",
        soci::use(user.value), soci::use(name), soci::use(notebook.value);
    if (!access) return {};
    long long notebooks = 0;
    sql << "SELECT count(*) FROM notebooks WHERE id = :id", soci::use(notebook.value),
        soci::into(notebooks);
    if (notebooks == 0) return failure(ErrorCode::not_found, "There is no such notebook.");
    sql << "INSERT INTO secret_access (user_id, name, notebook_id) VALUES (:user, :name, :id)",
        soci::use(user.value), soci::use(name), soci::use(notebook.value);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

}  // namespace colibri::secrets
