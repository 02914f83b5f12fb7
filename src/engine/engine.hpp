#pragma once
// Where Runtimes start. An engine makes a runtime's folder, starts its supervisor there and later
// clears away what is left; what the runtime does meanwhile comes over the link. Slurm is another
// engine behind this interface; so is the one of the tests.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/byte_source.hpp"
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
  uint64_t disk_bytes = 20ull << 30;  // 0: no limit.
  bool disk_required = false;         // Rather no runtime than one without that limit.
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
  std::vector<std::string> accelerators;  // Ids of those that are lent to it.
  int64_t ends_ms = 0;
  int64_t idle_ms = 0;      // How long it may lie idle; 0: for ever.
  int64_t orphan_ms = 0;    // How long it lives without a server; 0: to its end.
  RuntimeId files_of = {};  // Whose kept files it begins with; empty: none.
  // Started ahead, for nobody yet (docs/protocol.md 3.3). It ends soon without a server.
  bool pooled = false;
  bool spare_kernel = false;  // A second kernel waits for a restart.
  // What an engine that schedules() has to find: accelerators of a model ("T4"), and how many.
  std::string accelerator_model;  // Empty: none.
  int accelerators_wanted = 0;
};

struct Started {
  int64_t pid = 0;
  std::string directory;
};

// A runtime that an engine with a queue of its own has taken and not begun yet.
struct Waiting {
  std::string why;          // For a person, a whole sentence: "Waiting for a free GPU."
  int64_t expected_ms = 0;  // When it may begin; 0: nobody can tell.

  friend bool operator==(const Waiting&, const Waiting&) = default;
};

// What an engine tells of a runtime by itself: on the reactor, never inside start() or adopt().
struct Watcher {
  // Once: the supervisor's process has ended, however that happened. `why` is a sentence for a
  // person when the engine knows more than that (Slurm killed the job), else empty.
  std::function<void(std::string why)> died;
  // It waits in the engine's own queue; again with each change of the words. An engine without a
  // queue calls neither this nor the next.
  std::function<void(Waiting)> waiting = [](const Waiting&) {};
  // The queue has let it begin at this time; after adopt() again.
  std::function<void(int64_t at_ms)> begun = [](int64_t) {};
};

// What is left of /content of a runtime that has ended.
struct KeptFiles {
  int64_t files = 0;  // Regular ones.
  int64_t bytes = 0;  // Of these.
  int64_t room = 0;   // What they take of the disk.
};

// How a runtime ended, in its supervisor's words; as link::RuntimeChanged has them.
struct Ending {
  std::string reason, detail;
};

// Of the disk where the files of runtimes are, in bytes. total 0: not known.
struct DiskRoom {
  uint64_t total = 0;
  uint64_t free = 0;
};

class Engine {
 public:
  virtual ~Engine() = default;

  // Whether it has a queue, machines and accelerators of its own: then a runtime needs no place and
  // no accelerator of this host, and may wait after start().
  [[nodiscard]] virtual bool schedules() const { return false; }

  // Makes the folder and starts the supervisor, or hands it to the engine's queue. `watcher` is
  // kept until the end of the supervisor.
  //
  // unavailable  it could not be started, an accelerator included; the detail says why
  virtual Task<Result<Started>> start(Launch launch, Watcher watcher) = 0;

  // The same watch over a supervisor that an earlier server started. `not_found` when it is gone,
  // `unavailable` when that cannot be told: then only its silence shows that it is gone.
  virtual Result<> adopt(RuntimeId runtime, Watcher watcher) = 0;

  // The next clean_up() of this runtime keeps the files of /content, for a Launch of the same users
  // that names it as files_of, or until forget_files(). An engine without files at hand keeps none:
  // such a launch begins with an empty folder.
  virtual void keep_files(const RuntimeId& /*runtime*/) {}
  virtual Task<void> forget_files(RuntimeId /*runtime*/) { co_return; }

  // What has been kept of this runtime; what else it wrote goes now. Once, after clean_up(), and
  // not when a Launch shall go on with it.
  //
  // not_found  nothing was kept
  virtual Task<Result<KeptFiles>> examine_files(RuntimeId /*runtime*/) {
    co_return failure(ErrorCode::not_found, "There are no files.");
  }
  // The kept files as a ZIP archive, made while it is taken: what is no file or folder, or leads
  // out of /content, is left out, and the archive says so. They may be forgotten meanwhile.
  // not_found as above.
  virtual Task<Result<std::shared_ptr<async::ByteSource>>> read_files(RuntimeId /*runtime*/) {
    co_return failure(ErrorCode::not_found, "There are no files.");
  }
  // Of which runtimes something is kept.
  virtual Task<std::vector<RuntimeId>> kept() { co_return std::vector<RuntimeId>(); }
  virtual Task<DiskRoom> room() { co_return DiskRoom(); }

  // Ends whatever is left of the runtime (SIGTERM to its supervisor when that still runs, SIGKILL
  // after `grace`) and removes its processes, mounts, control group and folders. Repeats are
  // harmless. An error names what could not be removed.
  virtual Task<Result<>> clean_up(RuntimeId runtime, async::Duration grace) = 0;

  // Why a supervisor that is gone ended, when it has said so: it may have been over while no server
  // was there.
  virtual Task<std::optional<Ending>> ending_of(RuntimeId /*runtime*/) { co_return std::nullopt; }

  // Of those that were started with Launch::pooled: what is left of them, whatever became of them.
  virtual Task<std::vector<RuntimeId>> pooled() { co_return std::vector<RuntimeId>{}; }

  // The last lines that the supervisor wrote to its log, for a person; empty when there are none.
  [[nodiscard]] virtual Task<std::string> last_words(RuntimeId runtime) = 0;
};

}  // namespace colibri::engine
