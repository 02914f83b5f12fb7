#pragma once
// The table `leases`. Each function is the body of a Store work. Internal to this module.
#include <cstdint>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "lease/lease.hpp"

namespace soci {
class session;
}

namespace colibri::runtimes {

struct LeaseRow {
  lease::Status status;
  NotebookId notebook;
  UserId user;
  std::string token_hash;
  int64_t uid_slot = 0;
  uint64_t last_frame = 0;
  bool shared = false;
  std::string kernel;  // That was asked for.
  bool kernel_chosen = false;
  std::string follows;                    // The lease that it is to follow; empty: none.
  std::vector<std::string> accelerators;  // Ids.
  int64_t kept_ms = 0;
  std::string language;  // Of its person's mails.
  int64_t ran_ms = 0;    // When a cell of it began or ended last; 0: none did. Only read.
  std::string email;     // Its person's, as verified_email() says. Only read.
};

[[nodiscard]] Result<> insert_lease(soci::session& sql, const LeaseRow& row, int64_t now_ms);
// All but last_frame, which belongs to the document's commits, and what never changes.
[[nodiscard]] Result<> update_lease(soci::session& sql, const LeaseRow& row, int64_t now_ms);
// Also last_frame, of one that was started ahead, when it becomes somebody's.
[[nodiscard]] Result<> claim_lease(soci::session& sql, const LeaseRow& row, int64_t now_ms);
// Those that have not ended, oldest first. Also forgets those that ended 30 days ago.
[[nodiscard]] Result<std::vector<LeaseRow>> living_leases(soci::session& sql, int64_t now_ms);
[[nodiscard]] Result<std::string> last_reason(soci::session& sql, const NotebookId& notebook,
                                              const UserId& user);

}  // namespace colibri::runtimes
