#pragma once
// Where `colibri run -o` writes.
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace colibri::cli {

// Replaces or makes the file in one step (temporary file beside it, fsync, rename); an old one
// keeps its mode, and a link is followed. What is no regular file (/dev/stdout) is written to.
[[nodiscard]] Result<> write_output_file(const std::string& path, std::string_view bytes);

// Text of a kernel, made fit for a terminal: control characters and escape sequences are left out,
// but for line breaks, tabs and, with `colors`, those that set colours.
[[nodiscard]] std::string terminal_text(std::string_view text, bool colors);

}  // namespace colibri::cli
