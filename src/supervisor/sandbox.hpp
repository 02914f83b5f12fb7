#pragma once
// Where a runtime's processes live. Two kinds: an OCI container with its own root file system,
// users and network (the default), and none: plain processes of a trusted single user on the host.
// In both, processes are started by colibri-init (docs/protocol.md 3.1), and end when this process
// ends, however that happens.
//
// All use is on the one reactor thread. What comes from inside a container is untrusted.
#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "base/result.hpp"
#include "link/drive_mount.hpp"
#include "link/supervisor_config.hpp"
#include "supervisor/pty.hpp"

namespace colibri::supervisor {

// Counts up from 1 for each sandbox; never used again. Not the process id of any system.
using ProcessId = uint32_t;

struct SpawnRequest {
  std::vector<std::string> argv;  // argv[0] is looked up in the PATH of `env`.
  std::vector<std::string> env;   // "NAME=value"; all of it, nothing is added.
  std::string cwd = "/content";   // As seen inside; "/" when there is no such folder.
  // Descriptors of ours; /dev/null for -1. They stay ours: close them when spawn() has returned. A
  // terminal on stdin becomes the controlling terminal.
  int stdin_fd = -1;
  int stdout_fd = -1;
  int stderr_fd = -1;
};

struct ExitStatus {
  int status = 0;  // Exit status when `signal` is 0.
  int signal = 0;  // The signal that ended the process, or 0.
};

struct Meters {
  uint64_t memory_used = 0;   // Bytes, without the page cache that can be given back.
  uint64_t memory_limit = 0;  // Bytes.
  uint64_t disk_used = 0;     // Bytes of the file system that /content lies on.
  uint64_t disk_total = 0;
  double cpu = 0;  // Cores used since the call before; 0 at the first.
};

// A directory for ZeroMQ ipc sockets, as both sides name it. `host` is at most 80 bytes long.
struct KernelDirectory {
  std::string host;
  std::string inside;
};

// Users of the host.
struct UserRange {
  uint32_t first = 0, count = 0;
};

// How to get at the files that processes inside see.
struct FilePlace {
  int container = -1;   // A pidfd of its first process, which stays the sandbox's; -1: none.
  std::string content;  // Without a container: the host's folder that is /content.
};

// What all processes have together; 0: no limit.
struct Limits {
  double cpus = 0;
  uint64_t memory_bytes = 0;
  uint64_t pids = 0;
};

class Sandbox {
 public:
  // Destroy it before the reactor. Without a finished stop() that still ends its processes; what it
  // leaves on disk is engine/sweep.hpp's to remove.
  virtual ~Sandbox() = default;

  // Starts a process as leader of its own session and group. Once it has succeeded, on_exit comes
  // exactly once for the id, unless on_gone comes first.
  //
  // not_found    no such program
  // denied       it may not be run
  // too_large    arguments and environment pass 60 KiB
  // unavailable  the sandbox has ended
  // timeout      no answer from inside within 10 s
  virtual Task<Result<ProcessId>> spawn(SpawnRequest request) = 0;

  // Sends a signal to the process, or with `group` to its whole group. Nothing happens when it has
  // exited.
  virtual void signal(ProcessId id, int signal, bool group) = 0;

  // A pty whose slave has a name inside. `unavailable` when the sandbox has ended; else as
  // open_pty().
  [[nodiscard]] virtual Result<Pty> open_terminal() = 0;

  // Never called inside a call of ours into the sandbox. Set before the first spawn.
  std::function<void(ProcessId, ExitStatus)> on_exit;

  // The sandbox has ended without stop(): every process in it is gone. Comes at most once; on_exit
  // does not come for the processes that were running.
  std::function<void(std::string detail)> on_gone;

  // Other limits from now on, where the sandbox has limits. Blocks for some milliseconds.
  virtual Result<> set_limits(const Limits& limits) = 0;
  // Device nodes for those that run and those to come, as Edits::devices has them. Blocks likewise.
  virtual Result<> add_devices(oci::Edits edits) = 0;

  // The Drive of the runtime's person at a mount point inside, as programs inside name it, and its
  // end. DriveMounts says how, and what goes wrong.
  struct DriveOutcome {
    std::string mountpoint;  // What programs are to be told.
    bool already = false;
  };
  [[nodiscard]] virtual Result<DriveOutcome> mount_drive(const link::DriveMount& wish) = 0;
  virtual std::vector<std::string> unmount_drive(const std::string& mountpoint) = 0;
  [[nodiscard]] virtual std::vector<link::MountedDrive> drives() const = 0;

  [[nodiscard]] virtual Meters meters() = 0;

  // How often the kernel has killed a process here for want of memory, since the start.
  [[nodiscard]] virtual uint64_t oom_kills() = 0;

  // The host's name of an absolute path inside. What lies there is untrusted: open it with
  // openat2(RESOLVE_BENEATH or RESOLVE_IN_ROOT), never plainly.
  [[nodiscard]] virtual std::string host_path(std::string_view inside) const = 0;

  [[nodiscard]] virtual FilePlace file_place() const = 0;

  [[nodiscard]] virtual const KernelDirectory& kernel_directory() const = 0;

  // Whom its processes run as; the first is its root.
  [[nodiscard]] virtual UserRange users() const = 0;

  // Ends every process, then removes mounts, cgroups and run_dir. Idempotent; on_exit and on_gone
  // do not come any more. Returns within about 10 s. runtime_dir stays, with the container's files
  // in its disk.img, or where there is no limit in its folders content, upper and work.
  virtual Task<void> stop() = 0;
};

// Starts the sandbox that `config.sandbox` asks for. Call it before the process has other threads
// (ZeroMQ's too), for a container moves the process into a mount namespace of its own. On failure
// nothing is left behind.
//
// unsupported  this host lacks what the detail names
// invalid      a field of the config is out of range
// io, timeout  the detail says what could not be done
[[nodiscard]] Task<Result<std::unique_ptr<Sandbox>>> start_sandbox(
    asio::any_io_executor executor, const link::SupervisorConfig& config);

}  // namespace colibri::supervisor
