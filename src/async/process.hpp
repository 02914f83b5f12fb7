#pragma once
// Runs another program to its end: argument vector (no shell), captured output, a deadline. The
// child starts with default signal dispositions, an empty signal mask, its own process group, and
// no descriptor of ours but its stdin, stdout and stderr.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "async/timer.hpp"
#include "base/result.hpp"

namespace colibri::async {

struct ProcessSpec {
  std::vector<std::string> argv;                        // argv[0] is looked up in PATH.
  std::string input;                                    // Its whole stdin.
  std::optional<std::vector<std::string>> environment;  // "NAME=value"; ours when not given.
  std::string directory;                                // Ours when empty.
  Duration deadline = std::chrono::seconds(30);
  size_t output_limit = 4u << 20;  // For stdout and stderr each, in bytes.
};

struct ProcessOutcome {
  int status = 0;  // Exit status; -1 when a signal ended it.
  int signal = 0;
  std::string out;
  std::string err;

  [[nodiscard]] bool ok() const { return status == 0 && signal == 0; }
};

// The outcome, whatever the exit status. `not_found` when there is no such program, `timeout` and
// `too_large` when it had to be killed (with its process group), `io` for the rest. Output that
// comes later than one second after the child's end (from a grandchild that holds the pipe) is
// left.
[[nodiscard]] Task<Result<ProcessOutcome>> run_process(ProcessSpec spec);

// The same for code without a reactor; blocks.
[[nodiscard]] Result<ProcessOutcome> run_process_now(ProcessSpec spec);

}  // namespace colibri::async
