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
    if (!row) return no_account();
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

Task<Result<>> People::remove(UserId id) {
  auto work = [id](soci::session& sql) -> Result<> {
    auto row = removable(sql, id);
    if (!row) return std::unexpected(row.error());
    sql << "DELETE FROM users WHERE id = :id", soci::use(id.value);
    sql << "DELETE FROM invitations WHERE email = :email OR invited_by = :id",
        soci::use(row->user.email), soci::use(id.value);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

}  // namespace colibri::auth
