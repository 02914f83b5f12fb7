#pragma once
// Which parts of a MIME bundle are lines of text in a file. Internal to this module.
#include <string_view>

namespace colibri::nbformat {

[[nodiscard]] inline bool is_json_mime(std::string_view mime) {
  return mime == "application/json" ||
         (mime.starts_with("application/") && mime.ends_with("+json"));
}

[[nodiscard]] inline bool is_split_mime(std::string_view mime) {
  return mime.starts_with("text/") || mime == "application/javascript" || mime == "image/svg+xml";
}

}  // namespace colibri::nbformat
