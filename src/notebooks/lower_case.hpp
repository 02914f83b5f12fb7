#pragma once
// Text in lower case, to compare and to find it. Internal to this module.
#include <string>
#include <string_view>

namespace colibri::notebooks {

// Letter by letter, in every script; what is not valid UTF-8 becomes U+FFFD.
[[nodiscard]] std::string lower_case(std::string_view text);

}  // namespace colibri::notebooks
