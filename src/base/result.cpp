#include "base/result.hpp"

#include <fmt/format.h>

#include <system_error>

namespace colibri {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid:
      return "invalid";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::denied:
      return "denied";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::stale_base:
      return "stale_base";
    case ErrorCode::no_such_cell:
      return "no_such_cell";
    case ErrorCode::too_large:
      return "too_large";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::too_many:
      return "too_many_attempts";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::timeout:
      return "timeout";
    case ErrorCode::io:
      return "io";
    case ErrorCode::corrupt:
      return "corrupt";
  }
  return "invalid";
}

std::unexpected<Error> errno_failure(std::string_view what, int errno_value) {
  return failure(ErrorCode::io,
                 fmt::format("{}: {}", what, std::generic_category().message(errno_value)));
}

}  // namespace colibri
