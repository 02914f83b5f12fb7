#pragma once
// `colibri run NOTEBOOK.ipynb`: runs all cells without a server, the same way that a page would.
#include <CLI/CLI.hpp>

#include "cli/outcome.hpp"

namespace colibri::cli {

// Registers the subcommand. Its callback sets outcome.exit_code: 0 all cells ran, 1 a cell raised,
// 2 it could not run. `outcome` must live until app's parse is over.
void add_run_command(CLI::App& app, Outcome& outcome);

}  // namespace colibri::cli
