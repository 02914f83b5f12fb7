#pragma once
// `colibri restore`: makes a server's data out of a backup.
#include <CLI/CLI.hpp>

#include "cli/outcome.hpp"

namespace colibri::cli {

// Registers the subcommand. Its callback sets outcome.exit_code: 0 all is restored, 1 nothing is
// (the reason is one sentence on stderr). `outcome` must live until app's parse is over.
void add_restore_command(CLI::App& app, Outcome& outcome);

}  // namespace colibri::cli
