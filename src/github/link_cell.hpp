#pragma once
// The cell that leads from a notebook at GitHub to a Colibri that opens it: the first one, a badge
// as Colab's "Open in Colab". It is in the file at GitHub alone.
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace colibri::github {

// The notebook's bytes with the link in its first cell, instead of one that it may have, of Colab's
// too. `server` is "https://lab.example.org", `path` what is behind it, percent-encoded. The error
// is nbformat's.
[[nodiscard]] Result<std::string> with_link(std::string_view bytes, const std::string& server,
                                            const std::string& path);
// The same without any; the very same bytes when it has none.
[[nodiscard]] Result<std::string> without_link(std::string_view bytes);

// What git calls a file of these bytes.
[[nodiscard]] std::string git_sha(std::string_view bytes);

}  // namespace colibri::github
