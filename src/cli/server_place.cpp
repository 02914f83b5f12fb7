#include "cli/server_place.hpp"

#include "cli/store_option.hpp"

namespace colibri::cli {

void add_place_options(CLI::App& command, PlaceFlags& flags) {
  command.add_option("--data", flags.data, "The server's data folder");
  add_store_option(command, [&flags](const std::string& value) { flags.store = value; });
  command.add_option("--config", flags.config_file, "The server's colibri.yaml");
}

Result<Place> find_place(const PlaceFlags& flags) {
  auto config = server::find_config(flags.config_file);
  if (!config) return std::unexpected(config.error());
  if (!flags.store.empty()) config->store = flags.store;
  std::string data = flags.data.empty() ? config->data : flags.data;
  if (data.empty()) data = server::default_data_folder();
  return Place{std::move(data), *std::move(config)};
}

}  // namespace colibri::cli
