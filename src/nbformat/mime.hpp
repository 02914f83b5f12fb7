#pragma once
// Which parts of an output are lines of text in a file, and which are not the file's. Internal to
// this module.
#include <array>
#include <string_view>

namespace colibri::nbformat {

[[nodiscard]] inline bool is_json_mime(std::string_view mime) {
  return mime == "application/json" ||
         (mime.starts_with("application/") && mime.ends_with("+json"));
}

[[nodiscard]] inline bool is_split_mime(std::string_view mime) {
  return mime.starts_with("text/") || mime == "application/javascript" || mime == "image/svg+xml";
}

// The outputs with a MIME bundle whose lines are split.
[[nodiscard]] inline bool is_display(std::string_view output_type) {
  return output_type == "display_data" || output_type == "execute_result";
}

// What docs/protocol.md 1.1 adds to nbformat's outputs. In a file these are unknown members like
// any other, kept under "extra": taken for ours, they would name blobs that the notebook does not
// have, and it could never be saved.
inline constexpr std::array<std::string_view, 3> kOurMembers{"blobs", "display_id", "extra"};

}  // namespace colibri::nbformat
