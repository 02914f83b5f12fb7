#include "cli/images_folder.hpp"

#include "image/images.hpp"
#include "server/config.hpp"

namespace colibri::cli {

void add_images_options(CLI::App& command, ImagesOptions& options) {
  command.add_option("--data", options.data, "The server's data folder");
  command.add_option("--images", options.images, "The folder of the images");
  command.add_option("--config", options.config_file, "Read settings from FILE");
}

Result<Folders> find_folders(const ImagesOptions& options) {
  const auto config = server::find_config(options.config_file);
  if (!config) return std::unexpected(config.error());
  Folders folders = {options.data.empty() ? config->data : options.data,
                     options.images.empty() ? config->images : options.images};
  if (folders.data.empty()) folders.data = server::default_data_folder();
  if (folders.images.empty()) folders.images = image::default_images_folder(folders.data);
  return folders;
}

}  // namespace colibri::cli
