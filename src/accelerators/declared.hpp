#pragma once
// Accelerators that colibri.yaml declares. Internal to this module.
#include <string>
#include <vector>

#include "accelerators/inventory.hpp"

namespace colibri::accelerators {

// `text` with each "{n}" replaced by the number.
[[nodiscard]] std::string numbered(std::string text, int number);

[[nodiscard]] std::vector<Found> find_declared(const Settings& settings);

}  // namespace colibri::accelerators
