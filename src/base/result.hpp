#pragma once
// Expected failure as a value. A function that can fail in a way its caller must handle returns
// Result<T>; a broken invariant is COLIBRI_ASSERT (assert.hpp); exceptions come only from
// libraries.
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace colibri {

// Few on purpose: a caller branches on the code, a person reads the detail.
enum class ErrorCode {
  invalid,       // The request or file is malformed.
  not_found,     // No such thing, or none that the asker may know of.
  denied,        // Known, and not allowed.
  conflict,      // The state does not permit it now (exists already, in use).
  stale_base,    // A text base older than the kept history: reload.
  no_such_cell,  // The cell was deleted meanwhile: report it, do not retry.
  too_large,     // Over a limit that the detail names.
  unsupported,   // This host or version cannot.
  too_many,      // Too many attempts: wait.
  unavailable,   // Not now: the other side is gone or not ready.
  timeout,       // A deadline passed.
  io,            // The operating system said no (disk full, permission).
  corrupt,       // Stored bytes are not what we wrote.
};

// The name as it stands in JSON.
[[nodiscard]] std::string_view to_string(ErrorCode code);

struct Error {
  ErrorCode code;
  std::string detail;  // One sentence for a person; no secrets.
};

template <class T = void>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> failure(ErrorCode code, std::string detail) {
  return std::unexpected(Error{code, std::move(detail)});
}

// `io` with "WHAT: strerror(errno_value)".
[[nodiscard]] std::unexpected<Error> errno_failure(std::string_view what, int errno_value);

}  // namespace colibri
