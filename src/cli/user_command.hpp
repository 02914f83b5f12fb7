#pragma once
// `colibri user add|list|link|delete`: accounts, also while the server runs.
#include <CLI/CLI.hpp>

#include "cli/outcome.hpp"

namespace colibri::cli {

// Registers the subcommand. Its callback sets outcome.exit_code: 0 done, 1 not (the reason is one
// sentence on stderr). `outcome` must live until app's parse is over.
void add_user_command(CLI::App& app, Outcome& outcome);

}  // namespace colibri::cli
