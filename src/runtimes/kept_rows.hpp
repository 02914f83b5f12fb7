#pragma once
// The table `kept_files`. Each function is the body of a Store work. Internal to this module.
#include <vector>

#include "base/result.hpp"
#include "runtimes/kept_files.hpp"

namespace soci {
class session;
}

namespace colibri::runtimes {

// Does nothing when the runtime has a row already, or its person none. Returns the title that the
// notebook has.
[[nodiscard]] Result<std::string> insert_kept(soci::session& sql, const KeptEntry& entry);
// What was found.
[[nodiscard]] Result<> update_kept(soci::session& sql, const KeptEntry& entry);
[[nodiscard]] Result<> delete_kept(soci::session& sql, const RuntimeId& runtime);
[[nodiscard]] Result<std::vector<KeptEntry>> all_kept(soci::session& sql);

}  // namespace colibri::runtimes
