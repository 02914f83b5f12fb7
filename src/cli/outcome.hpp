#pragma once
// How a subcommand tells main() what the process is to exit with. Owned by main(), which outlives
// every callback.

namespace colibri::cli {

struct Outcome {
  int exit_code = 0;
};

}  // namespace colibri::cli
