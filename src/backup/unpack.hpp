#pragma once
// Unpacks an archive into an empty folder and checks that it is a whole backup. Internal to this
// module.
#include <string>

#include "backup/backup.hpp"
#include "backup/manifest.hpp"
#include "base/result.hpp"

namespace colibri::backup {

// Errors as restore(). What is in the folder after one is for the caller to remove.
[[nodiscard]] Result<Manifest> unpack(int archive, const std::string& folder,
                                      const Progress& progress);

}  // namespace colibri::backup
