#pragma once
// The table `accelerator_usage`, and what of an account decides about accelerators. Each function
// is the body of a Store work. Internal to this module.
#include <cstdint>
#include <map>
#include <string>

#include "base/id.hpp"
#include "base/result.hpp"
#include "lease/usage.hpp"

namespace soci {
class session;
}

namespace colibri::runtimes {

using Usages = std::map<UserId, lease::Usage>;

[[nodiscard]] Result<Usages> all_usage(soci::session& sql);
// Adds the rows, or replaces them. Of people that are gone none is written.
[[nodiscard]] Result<> save_usage(soci::session& sql, const Usages& usages);

// The address, when it is known to be this person's: only such a one makes them one of a group.
// Empty: it is not, or there is no such person.
[[nodiscard]] Result<std::string> verified_email(soci::session& sql, const UserId& user);

}  // namespace colibri::runtimes
