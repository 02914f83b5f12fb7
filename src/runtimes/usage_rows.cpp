#include "runtimes/usage_rows.hpp"

#include <soci/soci.h>

namespace colibri::runtimes {

Result<Usages> all_usage(soci::session& sql) {
  Usages out;
  std::string user;
  long long faded_ms = 0, as_of_ms = 0, week_start_ms = 0, week_ms = 0;
  soci::statement rows = (sql.prepare << "SELECT user_id, faded_ms, as_of_ms, week_start_ms,"
                                         " week_ms FROM accelerator_usage",
                          soci::into(user), soci::into(faded_ms), soci::into(as_of_ms),
                          soci::into(week_start_ms), soci::into(week_ms));
  rows.execute();
  while (rows.fetch())
    out[{user}] = {static_cast<double>(faded_ms), as_of_ms, week_start_ms,
                   static_cast<double>(week_ms)};
  return out;
}

Result<> save_usage(soci::session& sql, const Usages& usages) {
  for (const auto& [user, usage] : usages) {
    const auto faded_ms = static_cast<long long>(usage.faded_ms);
    const auto as_of_ms = static_cast<long long>(usage.as_of_ms);
    const auto week_start_ms = static_cast<long long>(usage.week_start_ms);
    const auto week_ms = static_cast<long long>(usage.week_ms);
    sql << "INSERT INTO accelerator_usage (user_id, faded_ms, as_of_ms, week_start_ms, week_ms) "
           "SELECT id, CAST(:faded AS BIGINT), CAST(:as_of AS BIGINT), CAST(:start AS BIGINT),"
           " CAST(:week AS BIGINT) FROM users WHERE id = :user "
           "ON CONFLICT (user_id) DO UPDATE SET faded_ms = excluded.faded_ms,"
           " as_of_ms = excluded.as_of_ms, week_start_ms = excluded.week_start_ms,"
           " week_ms = excluded.week_ms",
        soci::use(faded_ms), soci::use(as_of_ms), soci::use(week_start_ms), soci::use(week_ms),
        soci::use(user.value);
  }
  return {};
}

Result<std::string> verified_email(soci::session& sql, const UserId& user) {
  std::string email;
  sql << "SELECT email FROM users WHERE id = :user AND email_verified = 1", soci::use(user.value),
      soci::into(email);
  return sql.got_data() ? email : std::string();
}

}  // namespace colibri::runtimes
