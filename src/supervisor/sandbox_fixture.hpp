#pragma once
// For the tests of sandboxes: one that is started, driven and stopped from plain test code.
// Containers need root and an image (its root folder in COLIBRI_TEST_ROOTFS); without them their
// tests are skipped.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>
#include <vector>

#include "supervisor/sandbox.hpp"

namespace colibri::supervisor::fixture {

struct Outcome {
  ExitStatus end;
  std::string output;  // stdout and stderr.
};

class Box {
 public:
  // `kind` is a SupervisorConfig's sandbox: auto or none.
  explicit Box(const std::string& kind);
  ~Box();

  [[nodiscard]] static bool can_run(const std::string& kind);

  // The error of start_sandbox, if any.
  std::optional<Error> start();
  void stop();

  // Runs a program to its end.
  Outcome run(std::vector<std::string> argv);
  Outcome shell(const std::string& script) { return run({"/bin/sh", "-c", script}); }
  Outcome python(const std::string& script) { return run({"python3", "-c", script}); }

  Result<ProcessId> spawn(SpawnRequest request);
  // Runs the reactor until `done` is true or the seconds have passed; whether it is.
  bool run_until(const std::function<bool()>& done, int seconds = 20);
  // Nothing when the process did not end in time.
  std::optional<ExitStatus> wait(ProcessId id);

  [[nodiscard]] SpawnRequest request(std::vector<std::string> argv) const;

  link::SupervisorConfig config;
  std::unique_ptr<Sandbox> sandbox;
  std::string gone;  // The detail of on_gone.

 private:
  Task<void> start_and_note(std::optional<Error>* error, bool* done);
  Task<void> stop_and_note(bool* done);
  Task<void> spawn_and_note(SpawnRequest request, std::optional<Result<ProcessId>>* id);

  asio::io_context reactor_{1};
  std::string folder_;
  std::vector<std::pair<ProcessId, ExitStatus>> ended_;
};

// How many processes of the host have this word in their command line.
[[nodiscard]] int processes_with(const std::string& word);
// How many processes of the host belong to this user.
[[nodiscard]] int processes_of(uint32_t uid);
[[nodiscard]] bool within(int seconds, const std::function<bool()>& condition);

}  // namespace colibri::supervisor::fixture
