#pragma once
// The CDI specifications in the folders of a host. Internal to this module, and for `doctor`.
#include <string>

#include "cdi/registry.hpp"

namespace colibri::accelerators {

// Reads all of cdi::kFolders below `root`. Files that can't be read are the registry's problems.
[[nodiscard]] cdi::Registry read_cdi(const std::string& root);

}  // namespace colibri::accelerators
