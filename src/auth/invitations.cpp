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
  bool handed = false;
};

// The token of a new invitation, which replaces the earlier one of its kind and by the same user.
Result<std::string> insert_invitation(soci::session& sql, const Wanted& wanted, int64_t now_ms) {
  if (row_by_email(sql, wanted.email)) {
    return failure(ErrorCode::conflict, wanted.email + " has an account already");
  }
  sql << "DELETE FROM invitations WHERE expires_ms <= :now", soci::use(now_ms);
  // One that anybody may make replaces no other's.
  sql << "DELETE FROM invitations WHERE email = :email AND kind = :kind"
         " AND (kind = 'invited' OR invited_by = :by)",
      soci::use(wanted.email), soci::use(wanted.kind), soci::use(wanted.by);
  const std::string token = new_token();
  const std::string hash = token_hash(token);
  const std::string role = wanted.owner ? "owner" : "user";
  const int64_t expires = now_ms + wanted.life_ms;
  const int64_t handed = wanted.handed ? 1 : 0;
  sql << "INSERT INTO invitations (token_hash, email, kind, role, invited_by, created_ms, "
         "expires_ms, handed) VALUES (:hash, :email, :kind, :role, :by, :now, :expires, :handed)",
      soci::use(hash), soci::use(wanted.email), soci::use(wanted.kind), soci::use(role),
      soci::use(wanted.by), soci::use(now_ms), soci::use(expires), soci::use(handed);
  return token;
}

struct Found {
  Invitation invitation;
  UserId by;
  bool handed = false;
};

std::optional<Found> find_invitation(soci::session& sql, const std::string& hash, int64_t now_ms) {
  Found found;
  std::string role;
  int64_t handed = 0;
  sql << "SELECT email, role, invited_by, created_ms, expires_ms, handed FROM invitations "
         "WHERE token_hash = :hash AND expires_ms > :now",
      soci::use(hash), soci::use(now_ms), soci::into(found.invitation.email), soci::into(role),
      soci::into(found.by.value), soci::into(found.invitation.created_ms),
      soci::into(found.invitation.expires_ms), soci::into(handed);
  if (!sql.got_data()) return std::nullopt;
  found.handed = handed != 0;
  found.invitation.owner = role == "owner";
  if (const auto inviter = row_by_id(sql, found.by))
    found.invitation.invited_by = inviter->user.name;
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

Task<Result<std::string>> Invitations::invite_to_share(std::string email, UserId by, bool handed,
                                                       int64_t now_ms) {
  auto address = normalize_email(email);
  if (!address) co_return std::unexpected(address.error());
  Wanted wanted{*std::move(address), "sign_up", false, by.value, kInvitationLifeMs, handed};
  auto work = [wanted, now_ms](soci::session& sql) -> Result<std::string> {
    SignUpRule by_administrators;
    by_administrators.sharing_invites = false;
    if (invited_as_owner(sql, wanted.email, by_administrators, now_ms)) {
      return failure(ErrorCode::conflict, wanted.email + " is invited already");
    }
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
    for (const std::string& hash : hashes)
      list.push_back(find_invitation(sql, hash, now_ms)->invitation);
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
    return std::move(found->invitation);
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
    made.email = found->invitation.email;
    if (found->handed) {
      made.email_verified = false;
      auto user = insert_account(sql, made, now_ms);
      if (user) claim_shares(sql, user->id, made.email, found->by);
      return user;
    }
    // Who asked for a link may have been invited as well.
    made.owner =
        found->invitation.owner || invited_as_owner(sql, made.email, rule, now_ms).value_or(false);
    return insert_account(sql, made, now_ms);
  };
  co_return co_await store_.write<User>(std::move(work));
}

}  // namespace colibri::auth
