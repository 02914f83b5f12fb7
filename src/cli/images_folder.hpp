#pragma once
// Which data and images folder a command means: its flags, else colibri.yaml, else the defaults.
#include <CLI/CLI.hpp>
#include <string>

#include "base/result.hpp"

namespace colibri::cli {

struct ImagesOptions {
  std::string data;
  std::string images;
  std::string config_file;
};

struct Folders {
  std::string data;
  std::string images;
};

// Adds --data, --images and --config. `options` must live until the parse is over.
void add_images_options(CLI::App& command, ImagesOptions& options);

// `invalid` or `not_found` when the configuration cannot be read.
[[nodiscard]] Result<Folders> find_folders(const ImagesOptions& options);

}  // namespace colibri::cli
