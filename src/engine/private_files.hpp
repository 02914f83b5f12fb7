#pragma once
// Files and folders that only their owner may read, as a runtime's are: they hold its token.
// Internal to this module. All block.
#include <string>

#include "base/result.hpp"

namespace colibri::engine {

// Writes the file anew (mode 0600).
[[nodiscard]] Result<> write_private(const std::string& path, const std::string& text);
// The same, but whoever reads meanwhile, or after a crash, finds the old text or the new one.
[[nodiscard]] Result<> replace_private(const std::string& path, const std::string& text);
// Mode 0700; one that is there is success.
[[nodiscard]] Result<> make_private_folder(const std::string& path);
// The last lines of a log, for a person; empty when there is none.
[[nodiscard]] std::string tail_of(const std::string& path);

}  // namespace colibri::engine
