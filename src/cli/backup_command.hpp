#pragma once
// `colibri backup`: all that a server keeps, in one archive, also while it runs.
#include <CLI/CLI.hpp>

#include "cli/outcome.hpp"

namespace colibri::cli {

// Registers the subcommand. Its callback sets outcome.exit_code: 0 the backup is whole and on the
// disk, 1 there is none (the reason is one sentence on stderr). `outcome` must live until app's
// parse is over.
void add_backup_command(CLI::App& app, Outcome& outcome);

}  // namespace colibri::cli
