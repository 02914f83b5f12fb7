#include "runtimes/lease_rows.hpp"

#include <soci/soci.h>

#include <iterator>
#include <sstream>

namespace colibri::runtimes {

namespace {

std::string joined(const std::vector<std::string>& ids) {
  std::string out;
  for (const std::string& id : ids) out += (out.empty() ? "" : " ") + id;
  return out;
}

std::vector<std::string> split(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

}  // namespace

Result<> insert_lease(soci::session& sql, const LeaseRow& row, int64_t now_ms) {
  const std::string state(to_string(row.status.state));
  const auto created_ms = static_cast<long long>(now_ms);
  const int chosen = row.kernel_chosen ? 1 : 0;
  sql << "INSERT INTO leases (id, notebook_id, user_id, flavor, image, state, created_ms, kernel,"
         " kernel_chosen, follows, language) VALUES (:id, :notebook, :user, :flavor, :image,"
         " :state, :created, :kernel, :chosen, :follows, :language)",
      soci::use(row.status.id.value), soci::use(row.notebook.value), soci::use(row.user.value),
      soci::use(row.status.flavor), soci::use(row.status.image), soci::use(state),
      soci::use(created_ms), soci::use(row.kernel), soci::use(chosen), soci::use(row.follows),
      soci::use(row.language);
  return {};
}

Result<> update_lease(soci::session& sql, const LeaseRow& row, int64_t now_ms) {
  const std::string state(to_string(row.status.state));
  const auto ends_ms = static_cast<long long>(row.status.ends_ms);
  const auto slot = static_cast<long long>(row.uid_slot);
  const int shared = row.shared ? 1 : 0;
  const std::string accelerators = joined(row.accelerators);
  const auto kept_ms = static_cast<long long>(row.kept_ms);
  const long long ended_ms = row.status.state == lease::State::ended ? now_ms : 0;
  sql << "UPDATE leases SET image = :image, state = :state, reason = :reason, detail = :detail, "
         "token = :token, ends_ms = :ends, uid_slot = :slot, ended_ms = :ended, shared = :shared, "
         "accelerators = :accelerators, kept_ms = :kept, follows = :follows WHERE id = :id",
      soci::use(row.status.image), soci::use(state), soci::use(row.status.reason),
      soci::use(row.status.detail), soci::use(row.token_hash), soci::use(ends_ms), soci::use(slot),
      soci::use(ended_ms), soci::use(shared), soci::use(accelerators), soci::use(kept_ms),
      soci::use(row.follows), soci::use(row.status.id.value);
  return {};
}

Result<> claim_lease(soci::session& sql, const LeaseRow& row, int64_t now_ms) {
  const auto frame = static_cast<long long>(row.last_frame);
  sql << "UPDATE leases SET last_frame = :frame WHERE id = :id", soci::use(frame),
      soci::use(row.status.id.value);
  return update_lease(sql, row, now_ms);
}

Result<std::vector<LeaseRow>> living_leases(soci::session& sql, int64_t now_ms) {
  constexpr long long kKeepMs = 30LL * 24 * 60 * 60 * 1000;
  const long long forget_before = now_ms - kKeepMs;
  sql << "DELETE FROM leases WHERE ended_ms > 0 AND ended_ms < :before", soci::use(forget_before);

  std::vector<LeaseRow> out;
  LeaseRow lease;
  std::string state;
  std::string accelerators;
  long long ran_ms = 0;
  long long ends_ms = 0, slot = 0, frame = 0, created_ms = 0, shared = 0, chosen = 0, kept_ms = 0;
  soci::statement rows =
      (sql.prepare
           << "SELECT id, notebook_id, user_id, flavor, image, state, reason, detail, token,"
              " ends_ms, uid_slot, last_frame, created_ms, shared, kernel, kernel_chosen, follows,"
              " accelerators, kept_ms, language,"
              " (SELECT COALESCE(MAX(CASE WHEN e.finished_ms > e.started_ms THEN e.finished_ms"
              " ELSE e.started_ms END), 0) FROM executions e"
              " WHERE e.notebook_id = leases.notebook_id AND e.runtime = leases.id),"
              " COALESCE((SELECT u.email FROM users u"
              " WHERE u.id = leases.user_id AND u.email_verified = 1), '')"
              " FROM leases"
              " WHERE state <> 'ended' ORDER BY created_ms, id",
       soci::into(lease.status.id.value), soci::into(lease.notebook.value),
       soci::into(lease.user.value), soci::into(lease.status.flavor),
       soci::into(lease.status.image), soci::into(state), soci::into(lease.status.reason),
       soci::into(lease.status.detail), soci::into(lease.token_hash), soci::into(ends_ms),
       soci::into(slot), soci::into(frame), soci::into(created_ms), soci::into(shared),
       soci::into(lease.kernel), soci::into(chosen), soci::into(lease.follows),
       soci::into(accelerators), soci::into(kept_ms), soci::into(lease.language),
       soci::into(ran_ms), soci::into(lease.email));
  rows.execute();
  while (rows.fetch()) {
    const auto known = lease::parse_state(state);
    if (!known) return failure(ErrorCode::corrupt, "A lease has the unknown state " + state + ".");
    lease.status.state = *known;
    lease.status.since_ms = created_ms;
    lease.status.ends_ms = ends_ms;
    lease.uid_slot = slot;
    lease.last_frame = static_cast<uint64_t>(frame);
    lease.shared = shared != 0;
    lease.kernel_chosen = chosen != 0;
    lease.accelerators = split(accelerators);
    lease.kept_ms = kept_ms;
    lease.ran_ms = ran_ms;
    out.push_back(lease);
  }
  return out;
}

Result<std::string> last_reason(soci::session& sql, const NotebookId& notebook,
                                const UserId& user) {
  std::string reason;
  sql << "SELECT reason FROM leases WHERE notebook_id = :id AND user_id = :user"
         " ORDER BY created_ms DESC, id DESC "
         "LIMIT 1",
      soci::use(notebook.value), soci::use(user.value), soci::into(reason);
  return reason;
}

}  // namespace colibri::runtimes
