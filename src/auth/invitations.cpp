#include "auth/invitations.hpp"

#include <soci/soci.h>

#include "auth/account_rows.hpp"
#include "auth/token.hpp"

namespace colibri::auth {

namespace {

std::unexpected<Error> dead_invitation() {
  return failure(ErrorCode::denied, "this link is used up or too old; ask for a new one");
}

struct Wanted {
  std::string email;
  std::string kind;
  bool owner = false;
  std::string by;
  int64_t life_ms = 0;
};

// The token of a new invitation, which replaces the earlier one of its kind.
Result<std::string> insert_invitation(soci::session& sql, const Wanted& wanted, int64_t now_ms) {
  if (row_by_email(sql, wanted.email)) {
    return failure(ErrorCode::conflict, wanted.email + " has an account already");
  }
  sql << "DELETE FROM invitations WHERE expires_ms <= :now", soci::use(now_ms);
  sql << "DELETE FROM invitations WHERE email = :email AND kind = :kind", soci::use(wanted.email),
      soci::use(wanted.kind);
  const std::string token = new_token();
  const std::string hash = token_hash(token);
  const std::string role = wanted.owner ? "owner" : "user";
  const int64_t expires = now_ms + wanted.life_ms;
  sql << "INSERT INTO invitations (token_hash, email, kind, role, invited_by, created_ms, "
         "expires_ms) VALUES (:hash, :email, :kind, :role, :by, :now, :expires)",
      soci::use(hash), soci::use(wanted.email), soci::use(wanted.kind), soci::use(role),
      soci::use(wanted.by), soci::use(now_ms), soci::use(expires);
  return token;
}

std::optional<Invitation> find_invitation(soci::session& sql, const std::string& hash,
                                          int64_t now_ms) {
  Invitation found;
  std::string role, by;
  sql << "SELECT email, role, invited_by, created_ms, expires_ms FROM invitations "
         "WHERE token_hash = :hash AND expires_ms > :now",
      soci::use(hash), soci::use(now_ms), soci::into(found.email), soci::into(role), soci::into(by),
      soci::into(found.created_ms), soci::into(found.expires_ms);
  if (!sql.got_data()) return std::nullopt;
  found.owner = role == "owner";
  if (const auto inviter = row_by_id(sql, {by})) found.invited_by = inviter->user.name;
  return found;
}

}  // namespace

Task<Result<std::string>> Invitations::invite(std::string email, bool owner, UserId by,
                                              int64_t now_ms) {
  auto address = normalize_email(email);
  if (!address) co_return std::unexpected(address.error());
  Wanted wanted{*std::move(address), "invited", owner, by.value, kInvitationLifeMs};
  auto work = [wanted, now_ms](soci::session& sql) -> Result<std::string> {
    return insert_invitation(sql, wanted, now_ms);
  };
  co_return co_await store_.write<std::string>(std::move(work));
}

Task<Result<std::string>> Invitations::offer(std::string email, int64_t now_ms) {
  auto address = normalize_email(email);
  if (!address) co_return std::unexpected(address.error());
  Wanted wanted{*std::move(address), "sign_up", false, "", kSignUpLifeMs};
  auto work = [wanted, now_ms](soci::session& sql) -> Result<std::string> {
    return insert_invitation(sql, wanted, now_ms);
  };
  co_return co_await store_.write<std::string>(std::move(work));
}

Task<Result<std::vector<Invitation>>> Invitations::list(int64_t now_ms) {
  using List = std::vector<Invitation>;
  auto work = [now_ms](soci::session& sql) -> Result<List> {
    List list;
    std::vector<std::string> hashes;
    {
      const soci::rowset<std::string> rows =
          (sql.prepare << "SELECT token_hash FROM invitations "
                          "WHERE kind = 'invited' AND expires_ms > :now ORDER BY email",
           soci::use(now_ms));
      for (const std::string& hash : rows) hashes.push_back(hash);
    }
    for (const std::string& hash : hashes) list.push_back(*find_invitation(sql, hash, now_ms));
    return list;
  };
  co_return co_await store_.read<List>(std::move(work));
}

Task<Result<>> Invitations::withdraw(std::string email) {
  const std::string address = normalize_email(email).value_or("");
  auto work = [address](soci::session& sql) -> Result<> {
    soci::statement statement =
        (sql.prepare << "DELETE FROM invitations WHERE email = :email", soci::use(address));
    statement.execute(true);
    if (statement.get_affected_rows() == 0) {
      return failure(ErrorCode::not_found, "there is no such invitation");
    }
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<bool>> Invitations::welcome(std::string email, int64_t now_ms) {
  const std::string address = normalize_email(email).value_or("");
  if (address.empty()) co_return false;
  auto work = [address, rule = rule_, now_ms](soci::session& sql) -> Result<bool> {
    return lets_in(rule, address) || invited_as_owner(sql, address, rule, now_ms).has_value();
  };
  co_return co_await store_.read<bool>(std::move(work));
}

Task<Result<Invitation>> Invitations::look(std::string token, int64_t now_ms) {
  if (!is_token(token)) co_return dead_invitation();
  auto work = [hash = token_hash(token), now_ms](soci::session& sql) -> Result<Invitation> {
    auto found = find_invitation(sql, hash, now_ms);
    if (!found) return dead_invitation();
    return *std::move(found);
  };
  co_return co_await store_.read<Invitation>(std::move(work));
}

Task<Result<User>> Invitations::accept(std::string token, std::string name, std::string password,
                                       int64_t now_ms) {
  auto looked = co_await look(token, now_ms);  // Before the slow hash.
  if (!looked) co_return std::unexpected(looked.error());
  auto called = normalize_name(name);
  if (!called) co_return std::unexpected(called.error());
  if (auto good = check_password(password); !good) co_return std::unexpected(good.error());
  auto hash = co_await hasher_.hash(std::move(password));
  if (!hash) co_return std::unexpected(hash.error());
  NewAccount account{.name = *std::move(called), .password_hash = *std::move(hash)};
  auto work = [account, link = token_hash(token), rule = rule_,
               now_ms](soci::session& sql) -> Result<User> {
    const auto found = find_invitation(sql, link, now_ms);
    if (!found) return dead_invitation();
    NewAccount made = account;
    made.email = found->email;
    // Who asked for a link may have been invited as well.
    made.owner = found->owner || invited_as_owner(sql, found->email, rule, now_ms).value_or(false);
    return insert_account(sql, made, now_ms);
  };
  co_return co_await store_.write<User>(std::move(work));
}

}  // namespace colibri::auth
