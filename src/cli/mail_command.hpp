#pragma once
// `colibri mail test ADDRESS`: whether the mail settings work, also while the server runs.
#include <CLI/CLI.hpp>

#include "cli/outcome.hpp"

namespace colibri::cli {

// Registers the subcommand. Its callback sets outcome.exit_code: 0 the mail server took the mail, 1
// not (the reason is one sentence on stderr). `outcome` must live until app's parse is over.
void add_mail_command(CLI::App& app, Outcome& outcome);

}  // namespace colibri::cli
