#include "auth/linked_sign_ins.hpp"

#include <soci/soci.h>

#include "auth/account_rows.hpp"

namespace colibri::auth {

namespace {

std::optional<UserId> linked_user(soci::session& sql, const Vouched& vouched) {
  UserId user;
  sql << "SELECT user_id FROM linked_sign_ins WHERE issuer = :issuer AND subject = :subject",
      soci::use(vouched.issuer), soci::use(vouched.subject), soci::into(user.value);
  if (!sql.got_data()) return std::nullopt;
  return user;
}

void insert_linked(soci::session& sql, const UserId& user, const Vouched& vouched, int64_t now_ms) {
  sql << "INSERT INTO linked_sign_ins (issuer, subject, user_id, email, created_ms, used_ms) "
         "VALUES (:issuer, :subject, :user, :email, :now, :now)",
      soci::use(vouched.issuer, "issuer"), soci::use(vouched.subject, "subject"),
      soci::use(user.value, "user"), soci::use(vouched.email, "email"), soci::use(now_ms, "now");
}

Result<User> admit(User user) {
  if (user.disabled) {
    return failure(ErrorCode::denied, "this account is disabled; ask your administrator");
  }
  return user;
}

Result<User> newcomer(soci::session& sql, const SignUpRule& rule, const Vouched& vouched,
                      int64_t now_ms) {
  if (vouched.email.empty() || !vouched.email_verified) {
    return failure(ErrorCode::invalid,
                   "the provider does not say that your e-mail address is really yours");
  }
  if (const auto row = row_by_email(sql, vouched.email)) {
    if (!never_used(sql, *row)) {
      return failure(ErrorCode::conflict,
                     "there is an account with this address already: sign in to it as before, and "
                     "link this way of signing in under Settings");
    }
    if (row->user.disabled) return admit(row->user);
    insert_linked(sql, row->user.id, vouched, now_ms);
    return row->user;
  }
  const auto invited = invited_as_owner(sql, vouched.email, rule, now_ms);
  if (!invited && !lets_in(rule, vouched.email)) {
    return failure(ErrorCode::denied, "this address has no account here, and was not invited");
  }
  NewAccount account{.email = vouched.email, .owner = invited.value_or(false)};
  if (const auto name = normalize_name(vouched.name)) account.name = *name;
  auto made = insert_account(sql, account, now_ms);
  if (made) insert_linked(sql, made->id, vouched, now_ms);
  return made;
}

}  // namespace

Task<Result<User>> LinkedSignIns::sign_in(Vouched vouched, int64_t now_ms) {
  vouched.email = normalize_email(vouched.email).value_or("");
  auto work = [rule = rule_, vouched, now_ms](soci::session& sql) -> Result<User> {
    const auto linked = linked_user(sql, vouched);
    if (!linked) return newcomer(sql, rule, vouched, now_ms);
    auto row = row_by_id(sql, *linked);
    if (!row) return no_account();
    sql << "UPDATE linked_sign_ins SET email = :email, used_ms = :now "
           "WHERE issuer = :issuer AND subject = :subject",
        soci::use(vouched.email), soci::use(now_ms), soci::use(vouched.issuer),
        soci::use(vouched.subject);
    return admit(row->user);
  };
  co_return co_await store_.write<User>(std::move(work));
}

Task<Result<>> LinkedSignIns::link(UserId user, Vouched vouched, int64_t now_ms) {
  vouched.email = normalize_email(vouched.email).value_or("");
  auto work = [user, vouched, now_ms](soci::session& sql) -> Result<> {
    if (const auto linked = linked_user(sql, vouched)) {
      if (*linked == user) return {};
      return failure(ErrorCode::conflict, "this way of signing in belongs to another account");
    }
    int64_t others = 0;
    sql << "SELECT count(*) FROM linked_sign_ins WHERE user_id = :user AND issuer = :issuer",
        soci::use(user.value), soci::use(vouched.issuer), soci::into(others);
    if (others > 0) {
      return failure(ErrorCode::conflict,
                     "your account is linked to somebody else there; unlink that first");
    }
    insert_linked(sql, user, vouched, now_ms);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<std::vector<LinkedSignIn>>> LinkedSignIns::list(UserId user) {
  using List = std::vector<LinkedSignIn>;
  auto work = [user](soci::session& sql) -> Result<List> {
    List list;
    LinkedSignIn entry;
    soci::statement rows =
        (sql.prepare << "SELECT issuer, subject, email, created_ms, used_ms FROM linked_sign_ins "
                        "WHERE user_id = :user ORDER BY created_ms, issuer",
         soci::use(user.value), soci::into(entry.issuer), soci::into(entry.subject),
         soci::into(entry.email), soci::into(entry.created_ms), soci::into(entry.used_ms));
    rows.execute();
    while (rows.fetch()) list.push_back(entry);
    return list;
  };
  co_return co_await store_.read<List>(std::move(work));
}

Task<Result<>> LinkedSignIns::unlink(UserId user, std::string issuer) {
  auto work = [user, issuer](soci::session& sql) -> Result<> {
    const auto row = row_by_id(sql, user);
    if (!row) return no_account();
    int64_t others = 0;
    sql << "SELECT count(*) FROM linked_sign_ins WHERE user_id = :user AND issuer <> :issuer",
        soci::use(user.value), soci::use(issuer), soci::into(others);
    if (!row->user.has_password && others == 0) {
      return failure(ErrorCode::conflict, "set a password first, or you could not sign in again");
    }
    std::string gone;
    sql << "DELETE FROM linked_sign_ins WHERE user_id = :user AND issuer = :issuer "
           "RETURNING subject",
        soci::use(user.value), soci::use(issuer), soci::into(gone);
    if (!sql.got_data()) return failure(ErrorCode::not_found, "there is no such link");
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

}  // namespace colibri::auth
