#include "runtimes/lease_rows.hpp"

#include <soci/soci.h>

namespace colibri::runtimes {

Result<> insert_lease(soci::session& sql, const LeaseRow& row, int64_t now_ms) {
  const std::string state(to_string(row.status.state));
  const auto created_ms = static_cast<long long>(now_ms);
  sql << "INSERT INTO leases (id, notebook_id, user_id, flavor, image, state, created_ms) "
         "VALUES (:id, :notebook, :user, :flavor, :image, :state, :created)",
      soci::use(row.status.id.value), soci::use(row.notebook.value), soci::use(row.user.value),
      soci::use(row.status.flavor), soci::use(row.status.image), soci::use(state),
      soci::use(created_ms);
  return {};
}

Result<> update_lease(soci::session& sql, const LeaseRow& row, int64_t now_ms) {
  const std::string state(to_string(row.status.state));
  const auto ends_ms = static_cast<long long>(row.status.ends_ms);
  const auto slot = static_cast<long long>(row.uid_slot);
  const long long ended_ms = row.status.state == lease::State::ended ? now_ms : 0;
  sql << "UPDATE leases SET state = :state, reason = :reason, detail = :detail, token = :token, "
         "ends_ms = :ends, uid_slot = :slot, ended_ms = :ended WHERE id = :id",
      soci::use(state), soci::use(row.status.reason), soci::use(row.status.detail),
      soci::use(row.token_hash), soci::use(ends_ms), soci::use(slot), soci::use(ended_ms),
      soci::use(row.status.id.value);
  return {};
}

Result<std::vector<LeaseRow>> living_leases(soci::session& sql, int64_t now_ms) {
  constexpr long long kKeepMs = 30LL * 24 * 60 * 60 * 1000;
  const long long forget_before = now_ms - kKeepMs;
  sql << "DELETE FROM leases WHERE ended_ms > 0 AND ended_ms < :before", soci::use(forget_before);

  std::vector<LeaseRow> out;
  // Times as text: SOCI's rows would cut a 64-bit integer to 32.
  const soci::rowset<soci::row> rows =
      (sql.prepare
       << "SELECT id, notebook_id, user_id, flavor, image, state, reason, detail, token, "
          "CAST(ends_ms AS TEXT), CAST(uid_slot AS TEXT), CAST(last_frame AS TEXT), "
          "CAST(created_ms AS TEXT) FROM leases WHERE state <> 'ended' ORDER BY created_ms, id");
  for (const soci::row& row : rows) {
    const auto text = [&](size_t i) { return row.get<std::string>(i); };
    const auto number = [&](size_t i) { return std::stoll(row.get<std::string>(i)); };
    const auto state = lease::parse_state(text(5));
    if (!state)
      return failure(ErrorCode::corrupt, "A lease has the unknown state " + text(5) + ".");
    LeaseRow lease;
    lease.status = {.id = {text(0)},
                    .state = *state,
                    .flavor = text(3),
                    .image = text(4),
                    .reason = text(6),
                    .detail = text(7),
                    .since_ms = number(12),
                    .ends_ms = number(9)};
    lease.notebook = {text(1)};
    lease.user = {text(2)};
    lease.token_hash = text(8);
    lease.uid_slot = number(10);
    lease.last_frame = static_cast<uint64_t>(number(11));
    out.push_back(std::move(lease));
  }
  return out;
}

Result<std::string> last_reason(soci::session& sql, const NotebookId& notebook) {
  std::string reason;
  sql << "SELECT reason FROM leases WHERE notebook_id = :id ORDER BY created_ms DESC, rowid DESC "
         "LIMIT 1",
      soci::use(notebook.value), soci::into(reason);
  return reason;
}

}  // namespace colibri::runtimes
