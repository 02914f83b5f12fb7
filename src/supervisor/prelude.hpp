#pragma once
// What a kernel is given before its first cell, by its language (see prelude.py).
#include <optional>
#include <string>
#include <string_view>

namespace colibri::supervisor {

// Code that is to be run silently, ahead of everything else. None for a language that needs none.
[[nodiscard]] std::optional<std::string> kernel_prelude(std::string_view language);

}  // namespace colibri::supervisor
