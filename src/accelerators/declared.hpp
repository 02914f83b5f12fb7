#pragma once
// Accelerators that colibri.yaml declares. Internal to this module.
#include <string>

namespace colibri::accelerators {

// `text` with each "{n}" replaced by the number.
[[nodiscard]] std::string numbered(std::string text, int number);

}  // namespace colibri::accelerators
