#pragma once
// Which server a command means: its flags, else colibri.yaml, else the defaults.
#include <CLI/CLI.hpp>
#include <string>

#include "base/result.hpp"
#include "server/config.hpp"

namespace colibri::cli {

struct PlaceFlags {
  std::string data, store, config_file;
};

struct Place {
  std::string data;  // As it was given: it need not be there.
  server::Config config;
};

// Adds --data, --store and --config. `flags` must live until the parse is over.
void add_place_options(CLI::App& command, PlaceFlags& flags);

// `invalid` or `not_found` when the configuration cannot be read.
[[nodiscard]] Result<Place> find_place(const PlaceFlags& flags);

}  // namespace colibri::cli
