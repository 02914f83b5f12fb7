#pragma once
// The flag --store, the same for all commands.
#include <CLI/CLI.hpp>
#include <functional>
#include <string>

namespace colibri::cli {

// Calls `take` with what was given. An address with a password in it is refused: everybody on this
// machine can read a command line.
void add_store_option(CLI::App& command, std::function<void(const std::string&)> take);

}  // namespace colibri::cli
