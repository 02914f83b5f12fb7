#pragma once
// Text as it is kept in the store where much of it is alike: zstd in base64, since columns hold
// text. Internal to this module.
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace colibri::notebooks {

[[nodiscard]] std::string pack(std::string_view text);
// `corrupt` when it is not what pack() made.
[[nodiscard]] Result<std::string> unpack(std::string_view packed);

}  // namespace colibri::notebooks
