#pragma once
// A file that was put into the program when it was built (colibri_embed, src/net/embed_main.cpp).
#include <string_view>

namespace colibri {

struct EmbeddedFile {
  std::string_view path;  // "/assets/index-3f9a.js"
  std::string_view sha256;
  std::string_view bytes;
  std::string_view brotli;  // Empty when that is no smaller.
};

}  // namespace colibri
