#pragma once
// Paths as text.
#include <string_view>

namespace colibri::notebooks {

// Whether `path` is `folder` or in it.
[[nodiscard]] inline bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) &&
         (path.size() == folder.size() || path.substr(folder.size()).starts_with('/'));
}

}  // namespace colibri::notebooks
