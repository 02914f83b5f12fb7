#include "engine/start_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <cstdlib>

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

struct Spawn {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  Spawn() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~Spawn() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  Spawn(const Spawn&) = delete;
  Spawn& operator=(const Spawn&) = delete;
};

}  // namespace

Result<int> start_process(std::vector<std::string> argv, const std::string& log) {
  Spawn spawn;
  posix_spawn_file_actions_addopen(&spawn.actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&spawn.actions, 1, log.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0600);
  posix_spawn_file_actions_adddup2(&spawn.actions, 1, 2);
  posix_spawn_file_actions_addclosefrom_np(&spawn.actions, 3);
  posix_spawn_file_actions_addchdir_np(&spawn.actions, "/");
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(&spawn.attributes, &all);
  posix_spawnattr_setsigmask(&spawn.attributes, &none);
  posix_spawnattr_setflags(&spawn.attributes,
                           POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  auto environment = small_environment();
  pid_t pid = 0;
  const int error = posix_spawn(&pid, argv.at(0).c_str(), &spawn.actions, &spawn.attributes,
                                pointers(argv).data(), pointers(environment).data());
  if (error != 0) return errno_failure("starting " + argv[0], error);
  return pid;
}

}  // namespace colibri::engine
