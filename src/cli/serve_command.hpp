#pragma once
// `colibri serve`: the server, in the foreground.
#include <CLI/CLI.hpp>

#include "cli/outcome.hpp"

namespace colibri::cli {

// Registers the subcommand. Its callback runs the server until a signal and sets
// outcome.exit_code: 0 stopped, 2 could not start. `outcome` must live until app's parse is over.
void add_serve_command(CLI::App& app, Outcome& outcome);

}  // namespace colibri::cli
