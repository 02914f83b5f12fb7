#include "cli/images_folder.hpp"

#include <filesystem>

#include "image/images.hpp"
#include "server/config.hpp"

namespace colibri::cli {

namespace {

constexpr const char* kSystemConfig = "/etc/colibri/colibri.yaml";

}  // namespace

void add_images_options(CLI::App& command, ImagesOptions& options) {
  command.add_option("--data", options.data, "The server's data folder");
  command.add_option("--images", options.images, "The folder of the images");
  command.add_option("--config", options.config_file, "Read settings from FILE");
}

Result<Folders> find_folders(const ImagesOptions& options) {
  server::Config config;
  std::string file = options.config_file;
  if (file.empty() && std::filesystem::exists(kSystemConfig)) file = kSystemConfig;
  if (!file.empty()) {
    auto read = server::read_config(file);
    if (!read) return std::unexpected(read.error());
    config = *std::move(read);
  }
  Folders folders = {options.data.empty() ? config.data : options.data,
                     options.images.empty() ? config.images : options.images};
  if (folders.data.empty()) folders.data = server::default_data_folder();
  if (folders.images.empty()) folders.images = image::default_images_folder(folders.data);
  return folders;
}

}  // namespace colibri::cli
