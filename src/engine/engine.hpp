#pragma once
// Where Runtimes start. An engine makes a runtime's folder, starts its supervisor there and later
// clears away what is left; what the runtime does meanwhile comes over the link. Slurm is another
// engine behind this interface; so is the one of the tests.
#include <cstdint>
#include <functional>
#include <string>

#include "async/timer.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace colibri::engine {

// What a runtime gets of the machine.
struct Resources {
  double cpus = 2;
  uint64_t memory_bytes = 4ull << 30;
  int pids = 4096;
};

struct Launch {
  RuntimeId runtime;
  std::string token;         // Goes into a file of mode 0600, never into argv.
  std::string link_socket;   // That the supervisor dials.
  std::string image_rootfs;  // Empty with sandbox none.
  std::string image_manifest;
  std::string sandbox = "auto";  // auto, crun, runc or none
  std::string network = "slirp4netns";
  std::string kernel_name;  // Empty: the image's default.
  int64_t uid_slot = 0;
  Resources resources;
  int64_t ends_ms = 0;
  int64_t orphan_ms = 0;  // How long it lives without a server; 0: to its end.
};

struct Started {
  int64_t pid = 0;
  std::string directory;
};

class Engine {
 public:
  virtual ~Engine() = default;

  // Makes the folder and starts the supervisor. `died` is called once, on the reactor, when the
  // supervisor's process ends, however that happens.
  //
  // unavailable  it could not be started; the detail says why
  virtual Task<Result<Started>> start(Launch launch, std::function<void()> died) = 0;

  // The same watch over a supervisor that an earlier server started. `not_found` when it is gone,
  // `unavailable` when that cannot be told: then only its silence shows that it is gone.
  virtual Result<> adopt(RuntimeId runtime, std::function<void()> died) = 0;

  // Ends whatever is left of the runtime (SIGTERM to its supervisor when that still runs, SIGKILL
  // after `grace`) and removes its processes, mounts, control group and folders. Repeats are
  // harmless. An error names what could not be removed.
  virtual Task<Result<>> clean_up(RuntimeId runtime, async::Duration grace) = 0;

  // The last lines that the supervisor wrote to its log, for a person; empty when there are none.
  [[nodiscard]] virtual Task<std::string> last_words(RuntimeId runtime) = 0;
};

}  // namespace colibri::engine
