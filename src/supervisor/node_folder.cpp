#include "supervisor/node_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "async/timer.hpp"
#include "base/log.hpp"
#include "engine/sweep.hpp"
#include "supervisor/job_accelerators.hpp"

namespace colibri::supervisor {
namespace {

constexpr const char* kLockName = "/lock";

// 0711 on the way to a container's root: its users are others, and pass through.
Result<> make_own_folder(const std::string& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST)
    return errno_failure("making the folder " + path, errno);
  // In /tmp anybody may have been quicker.
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return errno_failure("opening " + path, errno);
  if (!S_ISDIR(status.st_mode) || status.st_uid != ::geteuid() || (status.st_mode & 0066) != 0)
    return failure(ErrorCode::denied,
                   path + " must be a folder of our own that nobody else reads.");
  return {};
}

// `wait` false: `conflict` when somebody else holds it.
Result<Descriptor> take_lock(const std::string& path, bool wait) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return errno_failure("opening " + path, errno);
  while (::flock(file.get(), wait ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return failure(ErrorCode::conflict, path + " is held by another.");
    return errno_failure("locking " + path, errno);
  }
  return file;
}

// A container's overlay and sockets went with its processes; its control group did not.
void clear(const std::string& folder, const std::string& runtime) {
  if (const auto swept =
          engine::sweep_runtime({.cgroup = "/colibri/" + runtime, .run_dir = folder + "/run"});
      !swept) {
    log::warn("of an earlier runtime: {}", swept.error().detail);
  }
  if (const auto removed = engine::remove_tree(folder); !removed)
    log::warn("of an earlier runtime: {}", removed.error().detail);
}

void clear_the_killed(const std::string& base) {
  std::error_code error;
  std::vector<std::filesystem::path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(base, error))
    if (entry.is_directory(error)) folders.push_back(entry.path());
  for (const auto& folder : folders)
    if (take_lock(folder.string() + kLockName, false)) clear(folder.string(), folder.filename());
}

}  // namespace

Result<NodeFolder> NodeFolder::make(link::SupervisorConfig& config) {
  if (auto added = add_job_accelerators(config); !added) return std::unexpected(added.error());
  for (const std::string& name : config.pass_env)
    if (const char* value = std::getenv(name.c_str())) config.env.try_emplace(name, value);
  if (config.ends_ms == 0 && config.life_ms > 0) config.ends_ms = async::now_ms() + config.life_ms;
  if (config.node_dir.empty()) return NodeFolder("", Descriptor());
  const std::string& id = config.runtime.value;
  if (id.empty() || id.find('/') != std::string::npos || id.starts_with('.'))
    return failure(ErrorCode::invalid, "\"" + id + "\" is no name of a runtime.");
  const std::string base = config.node_dir + "/colibri-" + std::to_string(::geteuid());
  if (auto made = make_own_folder(base, 0711); !made) return std::unexpected(made.error());
  const auto turn = take_lock(base + "/.lock", true);
  if (!turn) return std::unexpected(turn.error());
  clear_the_killed(base);
  const std::string path = base + "/" + id;
  config.runtime_dir = path + "/runtime";
  config.run_dir = path + "/run";
  if (auto made = make_own_folder(path, 0711); !made) return std::unexpected(made.error());
  auto lock = take_lock(path + kLockName, false);
  if (!lock) return std::unexpected(lock.error());
  for (const std::string& folder : {config.runtime_dir, config.run_dir})
    if (auto made = make_own_folder(folder, 0700); !made) return std::unexpected(made.error());
  return NodeFolder(path, std::move(*lock));
}

NodeFolder::NodeFolder(std::string path, Descriptor lock)
    : path_(std::move(path)), lock_(std::move(lock)) {}

NodeFolder::NodeFolder(NodeFolder&& other) noexcept
    : path_(std::exchange(other.path_, "")), lock_(std::move(other.lock_)) {}

NodeFolder::~NodeFolder() {
  if (path_.empty()) return;
  if (const auto removed = engine::remove_tree(path_); !removed)
    log::warn("{}", removed.error().detail);
}

}  // namespace colibri::supervisor
