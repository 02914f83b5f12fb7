#include "auth/people.hpp"

#include <soci/soci.h>

#include "auth/account_rows.hpp"

namespace colibri::auth {

namespace {

Result<AccountRow> removable(soci::session& sql, const UserId& id) {
  auto row = row_by_id(sql, id);
  if (!row) return no_account();
  if (row->user.owner && !row->user.disabled && !has_other_owner(sql, id)) {
    return failure(ErrorCode::conflict,
                   "this is the last administrator; make another person one first");
  }
  return *std::move(row);
}

Result<> mark_removal(soci::session& sql, const UserId& id, int64_t now_ms) {
  const auto row = removable(sql, id);
  if (!row) return std::unexpected(row.error());
  sql << "INSERT INTO account_deletions (user_id, created_ms) VALUES (:id, :now)"
         " ON CONFLICT (user_id) DO NOTHING",
      soci::use(id.value), soci::use(now_ms);
  sql << "UPDATE users SET disabled_ms = :now WHERE id = :id", soci::use(now_ms),
      soci::use(id.value);
  return {};
}

bool is_being_removed(soci::session& sql, const UserId& id) {
  int64_t found = 0;
  sql << "SELECT count(*) FROM account_deletions WHERE user_id = :id", soci::use(id.value),
      soci::into(found);
  return found > 0;
}

}  // namespace

Task<Result<std::vector<User>>> People::list() {
  using List = std::vector<User>;
  auto work = [](soci::session& sql) -> Result<List> {
    std::vector<std::string> ids;
    {
      const soci::rowset<std::string> rows = (sql.prepare << "SELECT id FROM users ORDER BY email");
      for (const std::string& id : rows) ids.push_back(id);
    }
    List users;
    for (const std::string& id : ids) users.push_back(row_by_id(sql, {id})->user);
    return users;
  };
  co_return co_await store_.read<List>(std::move(work));
}

Task<Result<User>> People::change(UserId id, PersonChange change, int64_t now_ms) {
  auto work = [id, change, now_ms](soci::session& sql) -> Result<User> {
    auto row = row_by_id(sql, id);
    if (!row || is_being_removed(sql, id)) return no_account();
    const bool owner = change.owner.value_or(row->user.owner);
    const bool disabled = change.disabled.value_or(row->user.disabled);
    if (!owner || disabled) {
      if (auto good = removable(sql, id); !good) return std::unexpected(good.error());
    }
    const std::string role = owner ? "owner" : "user";
    const int64_t disabled_ms = disabled ? now_ms : 0;
    sql << "UPDATE users SET role = :role, disabled_ms = :disabled WHERE id = :id", soci::use(role),
        soci::use(disabled_ms), soci::use(id.value);
    return row_by_id(sql, id)->user;
  };
  co_return co_await store_.write<User>(std::move(work));
}

Task<Result<>> People::may_remove(UserId id) {
  auto work = [id](soci::session& sql) -> Result<> {
    if (auto good = removable(sql, id); !good) return std::unexpected(good.error());
    return {};
  };
  co_return co_await store_.read(std::move(work));
}

Task<Result<>> People::begin_removal(UserId id, int64_t now_ms) {
  auto work = [id, now_ms](soci::session& sql) { return mark_removal(sql, id, now_ms); };
  co_return co_await store_.write(std::move(work));
}

Result<User> People::begin_removal_now(std::string_view email, int64_t now_ms) {
  const auto address = normalize_email(email);
  if (!address) return std::unexpected(address.error());
  return store_.write_now<User>([&](soci::session& sql) -> Result<User> {
    const auto row = row_by_email(sql, *address);
    if (!row) return failure(ErrorCode::not_found, "there is no account " + *address);
    if (auto marked = mark_removal(sql, row->user.id, now_ms); !marked) {
      return std::unexpected(marked.error());
    }
    return row->user;
  });
}

Task<Result<std::vector<UserId>>> People::removals() {
  using Ids = std::vector<UserId>;
  auto work = [](soci::session& sql) -> Result<Ids> {
    Ids ids;
    const soci::rowset<std::string> rows =
        (sql.prepare << "SELECT user_id FROM account_deletions ORDER BY created_ms, user_id");
    for (const std::string& id : rows) ids.push_back({id});
    return ids;
  };
  co_return co_await store_.read<Ids>(std::move(work));
}

Task<Result<>> People::finish_removal(UserId id) {
  auto work = [id](soci::session& sql) -> Result<> {
    const auto row = row_by_id(sql, id);
    if (!row) return no_account();
    sql << "DELETE FROM users WHERE id = :id", soci::use(id.value);
    sql << "DELETE FROM invitations WHERE email = :email OR invited_by = :id",
        soci::use(row->user.email), soci::use(id.value);
    sql << "DELETE FROM leases WHERE user_id = :id AND state = 'ended'", soci::use(id.value);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

}  // namespace colibri::auth
