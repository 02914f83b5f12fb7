#pragma once
// `colibri doctor`: says in words what this host can and cannot do, one line per check, and how to
// mend what is amiss.
#include <CLI/CLI.hpp>

#include "cli/outcome.hpp"

namespace colibri::cli {

// Registers the subcommand. Its callback sets outcome.exit_code: 0 when this host can run
// containers, 1 when not. `outcome` must live until app's parse is over.
void add_doctor_command(CLI::App& app, Outcome& outcome);

}  // namespace colibri::cli
