#pragma once
// Runs a notebook from start to end in this process: document, lease, supervisor and kernel as in
// the server, on a private data folder that is gone afterwards.
#include <cstdint>
#include <string>
#include <vector>

#include "cli/run_parameters.hpp"
#include "server/config.hpp"

namespace colibri::cli {

struct RunOptions {
  std::string notebook;  // Path of the file.
  std::string output;    // Path; "-" for stdout; empty: written nowhere.
  std::vector<Parameter> parameters;
  std::string flavor;
  std::string image;
  int64_t timeout_ms = 0;  // For all of it; 0: only the runtime's own life.
  bool allow_errors = false;
  server::Config config;  // images, sandbox, network, flavors, default image
};

inline constexpr int kAllRan = 0;
inline constexpr int kCellRaised = 1;
inline constexpr int kCouldNotRun = 2;

// Blocks until all is over and cleared away. Progress and reasons go to stderr, the notebook to
// stdout when the output is "-". SIGINT and SIGTERM interrupt it; what there is is still written.
[[nodiscard]] int run_headless(const RunOptions& options);

}  // namespace colibri::cli
