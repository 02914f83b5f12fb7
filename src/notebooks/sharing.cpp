#include "notebooks/sharing.hpp"

#include <soci/soci.h>

#include <algorithm>

#include "async/timer.hpp"
#include "base/log.hpp"
#include "notebooks/notebooks_part.hpp"

namespace colibri::notebooks {

using document::Role;

namespace {

// A notebook as somebody who has a role on it finds it.
struct Shared {
  Person owner;
  std::string path, link_role, origin;
  bool editors_share = true;
  Role role = Role::viewer;

  [[nodiscard]] bool may_share() const {
    return origin.empty() && (role == Role::owner || (role == Role::editor && editors_share));
  }
};

std::unexpected<Error> not_yours() {
  return failure(ErrorCode::denied, "You may not change who has access to this notebook.");
}

std::unexpected<Error> only_owner() {
  return failure(ErrorCode::denied, "Only the notebook's owner may do this.");
}

Result<Shared> find_shared(soci::session& sql, const std::string& by, const std::string& id) {
  const auto role = find_role(sql, by, id);
  if (!role) return failure(ErrorCode::not_found, "There is no such notebook.");
  Shared shared;
  shared.role = *role;
  long long editors_share = 1;
  sql << "SELECT u.id, u.email, u.name, n.path, n.link_role, n.origin_id, n.editors_share"
         " FROM notebooks n JOIN users u ON u.id = n.owner_id WHERE n.id = :id",
      soci::use(id), soci::into(shared.owner.id.value), soci::into(shared.owner.email),
      soci::into(shared.owner.name), soci::into(shared.path), soci::into(shared.link_role),
      soci::into(shared.origin), soci::into(editors_share);
  shared.editors_share = editors_share != 0;
  return shared;
}

// The same for somebody who may change who has access.
Result<Shared> find_to_share(soci::session& sql, const std::string& by, const std::string& id) {
  auto shared = find_shared(sql, by, id);
  if (!shared) return shared;
  if (!shared->origin.empty())
    return failure(ErrorCode::conflict,
                   "A playground cannot be shared. Copy it to your Drive first.");
  if (!shared->may_share()) return not_yours();
  return shared;
}

std::string user_of(soci::session& sql, const std::string& email) {
  std::string id;
  sql << "SELECT id FROM users WHERE email = :email", soci::use(email), soci::into(id);
  return sql.got_data() ? id : std::string();
}

void put_access(soci::session& sql, const std::string& id, const std::string& user, Role role,
                const std::string& by, long long now) {
  const std::string name(document::to_string(role));
  sql << "INSERT INTO notebook_access (notebook_id, user_id, role, granted_by, created_ms)"
         " VALUES (:id, :user, :role, :by, :now) ON CONFLICT (notebook_id, user_id)"
         " DO UPDATE SET role = excluded.role, granted_by = excluded.granted_by",
      soci::use(id), soci::use(user), soci::use(name), soci::use(by), soci::use(now);
}

void put_invitation(soci::session& sql, const std::string& id, const Grant& grant,
                    const std::string& by, long long now) {
  const std::string name(document::to_string(grant.role));
  sql << "INSERT INTO notebook_invitations (notebook_id, email, role, invited_by, created_ms)"
         " VALUES (:id, :email, :role, :by, :now) ON CONFLICT (notebook_id, email)"
         " DO UPDATE SET role = excluded.role, invited_by = excluded.invited_by",
      soci::use(id), soci::use(grant.email), soci::use(name), soci::use(by), soci::use(now);
}

size_t people_with_access(soci::session& sql, const std::string& id) {
  long long people = 0, invited = 0;
  sql << "SELECT COUNT(*) FROM notebook_access WHERE notebook_id = :id", soci::use(id),
      soci::into(people);
  sql << "SELECT COUNT(*) FROM notebook_invitations WHERE notebook_id = :id", soci::use(id),
      soci::into(invited);
  return static_cast<size_t>(people + invited);
}

Result<std::vector<Granted>> grant_all(soci::session& sql, const std::string& by,
                                       const std::string& id, const std::vector<Grant>& grants) {
  const auto shared = find_to_share(sql, by, id);
  if (!shared) return std::unexpected(shared.error());
  std::vector<Granted> out;
  for (const Grant& grant : grants) {
    if (grant.email == shared->owner.email) {
      out.push_back({grant.email, Role::owner, true});
      continue;
    }
    const std::string user = user_of(sql, grant.email);
    if (user.empty())
      put_invitation(sql, id, grant, by, async::now_ms());
    else
      put_access(sql, id, user, grant.role, by, async::now_ms());
    out.push_back({grant.email, grant.role, !user.empty()});
  }
  if (people_with_access(sql, id) > Sharing::kMostPeople)
    return failure(ErrorCode::too_large, "No more people can be given access to this notebook.");
  return out;
}

Result<> revoke_one(soci::session& sql, const std::string& by, const std::string& id,
                    const std::string& email) {
  const auto shared = find_shared(sql, by, id);
  if (!shared) return std::unexpected(shared.error());
  const std::string user = user_of(sql, email);
  if (user != by && !shared->may_share()) return not_yours();
  std::string found;
  sql << "DELETE FROM notebook_access WHERE notebook_id = :id AND user_id = :user"
         " RETURNING user_id",
      soci::use(id), soci::use(user), soci::into(found);
  bool gone = sql.got_data();
  sql << "DELETE FROM notebook_invitations WHERE notebook_id = :id AND email = :email"
         " RETURNING email",
      soci::use(id), soci::use(email), soci::into(found);
  gone = sql.got_data() || gone;
  if (user == by) {
    // One who came by the link gives it up by forgetting the notebook.
    sql << "DELETE FROM notebook_user_state WHERE notebook_id = :id AND user_id = :user",
        soci::use(id), soci::use(user);
    return {};
  }
  if (!gone) return failure(ErrorCode::not_found, email + " has no access to this notebook.");
  return {};
}

Result<> change_all(soci::session& sql, const std::string& by, const std::string& id,
                    const Sharing::Change& change) {
  const auto shared = find_to_share(sql, by, id);
  if (!shared) return std::unexpected(shared.error());
  if (change.editors_share) {
    if (shared->role != Role::owner) return only_owner();
    const long long value = *change.editors_share ? 1 : 0;
    sql << "UPDATE notebooks SET editors_share = :value WHERE id = :id", soci::use(value),
        soci::use(id);
  }
  if (change.link_role) {
    const auto& role = *change.link_role;
    const std::string name(role ? document::to_string(*role) : std::string_view());
    sql << "UPDATE notebooks SET link_role = :role WHERE id = :id", soci::use(name), soci::use(id);
  }
  return {};
}

Result<Access> read_access(soci::session& sql, const std::string& by, const std::string& id) {
  const auto shared = find_shared(sql, by, id);
  if (!shared) return std::unexpected(shared.error());
  Access access{.title = title_of(shared->path),
                .owner = shared->owner,
                .people = {},
                .invitations = {},
                .link_role = document::parse_role(shared->link_role),
                .editors_share = shared->editors_share,
                .role = shared->role,
                .may_share = shared->may_share()};
  const bool all = !(shared->role < Role::editor);
  const std::string only = all ? std::string() : by;
  std::string user, email, name, role;
  {
    soci::statement rows =
        (sql.prepare << "SELECT u.id, u.email, u.name, a.role FROM notebook_access a"
                        " JOIN users u ON u.id = a.user_id"
                        " WHERE a.notebook_id = :id AND (:only = '' OR a.user_id = :user)"
                        " ORDER BY u.email",
         soci::use(id, "id"), soci::use(only, "only"), soci::use(only, "user"), soci::into(user),
         soci::into(email), soci::into(name), soci::into(role));
    rows.execute();
    while (rows.fetch())
      access.people.push_back(
          {{{user}, email, name}, document::parse_role(role).value_or(Role::viewer)});
  }
  if (!all) return access;
  soci::statement rows = (sql.prepare << "SELECT email, role FROM notebook_invitations"
                                         " WHERE notebook_id = :id ORDER BY email",
                          soci::use(id), soci::into(email), soci::into(role));
  rows.execute();
  while (rows.fetch())
    access.invitations.push_back({email, document::parse_role(role).value_or(Role::viewer)});
  return access;
}

}  // namespace

Task<Result<Access>> Sharing::access(UserId by, NotebookId id) {
  const auto part = part_;
  auto work = [by, id](soci::session& sql) { return read_access(sql, by.value, id.value); };
  co_return co_await part->world.store.read<Access>(std::move(work));
}

Task<Result<Person>> Sharing::reader_at(NotebookId id, std::string email) {
  const auto part = part_;
  auto work = [id, email = std::move(email)](soci::session& sql) -> Result<Person> {
    Person person;
    sql << "SELECT id, email, name FROM users"
           " WHERE email = :email AND email_verified <> 0 AND disabled_ms = 0",
        soci::use(email), soci::into(person.id.value), soci::into(person.email),
        soci::into(person.name);
    if (!sql.got_data() || !find_role(sql, person.id.value, id.value))
      return failure(ErrorCode::not_found, "Nobody of this address may see the notebook.");
    return person;
  };
  co_return co_await part->world.store.read<Person>(std::move(work));
}

Task<Result<std::vector<Granted>>> Sharing::grant(UserId by, NotebookId id,
                                                  std::vector<Grant> grants) {
  const auto part = part_;
  if (grants.size() > kMostGrants)
    co_return failure(ErrorCode::too_large, "These are too many people at once.");
  for (const Grant& grant : grants)
    if (grant.role == Role::owner)
      co_return failure(ErrorCode::invalid, "A notebook has one owner; transfer it instead.");
  auto work = [by, id, grants = std::move(grants)](soci::session& sql) {
    return grant_all(sql, by.value, id.value, grants);
  };
  auto granted = co_await part->world.store.write<std::vector<Granted>>(std::move(work));
  if (granted) co_await part->access_changed(id);
  co_return granted;
}

Task<Result<>> Sharing::revoke(UserId by, NotebookId id, std::string email) {
  const auto part = part_;
  auto work = [by, id, email = std::move(email)](soci::session& sql) {
    return revoke_one(sql, by.value, id.value, email);
  };
  const auto revoked = co_await part->world.store.write(std::move(work));
  if (revoked) co_await part->access_changed(id);
  co_return revoked;
}

Task<Result<>> Sharing::change(UserId by, NotebookId id, Change change) {
  const auto part = part_;
  auto work = [by, id, change](soci::session& sql) {
    return change_all(sql, by.value, id.value, change);
  };
  const auto changed = co_await part->world.store.write(std::move(work));
  if (changed) co_await part->access_changed(id);
  co_return changed;
}

}  // namespace colibri::notebooks
