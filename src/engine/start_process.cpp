#include "engine/start_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <cstdlib>

extern char** environ;

namespace colibri::engine {

namespace {

// What a supervisor and the programs that it starts may need; nothing that could be a secret.
std::vector<std::string> small_environment() {
  std::vector<std::string> out = {"LANG=C.UTF-8"};
  const char* path = std::getenv("PATH");
  out.push_back(std::string("PATH=") +
                (path ? path : "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
  for (const char* name : {"HOME", "USER", "TZ", "TMPDIR", "XDG_RUNTIME_DIR"})
    if (const char* value = std::getenv(name)) out.push_back(std::string(name) + "=" + value);
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (std::string& s : strings) out.push_back(s.data());
  out.push_back(nullptr);
  return out;
}

class Spawn {
 public:
  Spawn() { posix_spawn_file_actions_init(&actions_); }
  ~Spawn() { posix_spawn_file_actions_destroy(&actions_); }
  Spawn(const Spawn&) = delete;
  Spawn& operator=(const Spawn&) = delete;

  posix_spawn_file_actions_t* actions() { return &actions_; }

  // In its own session, with default signals and no descriptor but 0 to 2.
  Result<int> start(std::vector<std::string> argv, char** environment) {
    posix_spawn_file_actions_addclosefrom_np(&actions_, 3);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    pid_t pid = 0;
    const int error = posix_spawn(&pid, argv.at(0).c_str(), &actions_, &attributes,
                                  pointers(argv).data(), environment);
    posix_spawnattr_destroy(&attributes);
    if (error != 0) return errno_failure("starting " + argv[0], error);
    return pid;
  }

 private:
  posix_spawn_file_actions_t actions_;
};

}  // namespace

Result<int> start_process(std::vector<std::string> argv, const std::string& log) {
  Spawn spawn;
  posix_spawn_file_actions_addopen(spawn.actions(), 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(spawn.actions(), 1, log.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0600);
  posix_spawn_file_actions_adddup2(spawn.actions(), 1, 2);
  posix_spawn_file_actions_addchdir_np(spawn.actions(), "/");
  auto environment = small_environment();
  return spawn.start(std::move(argv), pointers(environment).data());
}

Result<int> start_child(std::vector<std::string> argv, int input, int output) {
  Spawn spawn;
  if (input < 0) {
    posix_spawn_file_actions_addopen(spawn.actions(), 0, "/dev/null", O_RDONLY, 0);
  } else {
    posix_spawn_file_actions_adddup2(spawn.actions(), input, 0);
  }
  posix_spawn_file_actions_adddup2(spawn.actions(), output, 1);
  return spawn.start(std::move(argv), environ);
}

}  // namespace colibri::engine
