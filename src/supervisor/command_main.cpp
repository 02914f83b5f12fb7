// `colibri` in a runtime: asks the agent's socket for secrets, and a page for files. It is linked
// statically, because the image it runs in may hold any C library or none.
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <optional>

#include "base/utf.hpp"
#include "supervisor/runtime_command.hpp"

namespace colibri::supervisor {
namespace {

using What = RuntimeCommand::What;

constexpr const char* kUsualSocket = "/run/colibri/k/agent.sock";
constexpr size_t kMostAnswer = (1u << 20) + 64;
constexpr int64_t kGraceS = 5;  // The other side keeps the time; this is for when it does not.

CommandEnd failed(CommandStatus status, std::string error) {
  return {.status = status, .output = "", .error = std::move(error)};
}

std::string reason(int error) {
  return std::string(": ") + ::strerror(error) + ".";
}

std::string absolute(const std::string& path) {
  if (path.starts_with('/')) return path;
  char here[PATH_MAX];
  if (::getcwd(here, sizeof here) == nullptr) return path;
  return std::string(here) + "/" + path;
}

// Without "." and "..", which no request may have; a last part that is a link stays one.
std::string place_of(const std::string& given) {
  std::string path = absolute(given);
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  const size_t slash = path.rfind('/');
  const std::string name = path.substr(slash + 1);
  const bool whole = name == "." || name == ".." || slash == 0;
  char* real = ::realpath(whole ? path.c_str() : path.substr(0, slash).c_str(), nullptr);
  if (real == nullptr) return path;
  std::string place = real;
  ::free(real);
  if (whole) return place;
  return (place == "/" ? "" : place) + "/" + name;
}

// Makes the folder with those above it.
bool make_folders(const std::string& path) {
  for (size_t end = 0; end < path.size();) {
    end = std::min(path.find('/', end + 1), path.size());
    if (::mkdir(path.substr(0, end).c_str(), 0777) != 0 && errno != EEXIST) return false;
  }
  struct stat found = {};
  if (::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode)) return true;
  errno = ENOTDIR;
  return false;
}

// Looks at the path that the command is about, and gives it as the page takes it.
std::optional<CommandEnd> find_path(const RuntimeCommand& command, std::string& path) {
  if (command.what == What::files_upload) {
    const std::string folder = absolute(command.argument.empty() ? "." : command.argument);
    if (!make_folders(folder))
      return failed(CommandStatus::failed,
                    "The folder " + command.argument + " can't be made" + reason(errno));
    path = place_of(folder + "/.");
    if (find_invalid_utf8(path))
      return failed(CommandStatus::failed,
                    "Files can't be uploaded into a folder whose name is no text.");
    return std::nullopt;
  }
  if (command.what != What::files_download && command.what != What::files_view) return std::nullopt;
  path = place_of(command.argument);
  struct stat found = {};
  if (::stat(path.c_str(), &found) == 0) return std::nullopt;
  if (errno == ENOENT || errno == ENOTDIR)
    return failed(CommandStatus::not_there, "Cannot find file: " + command.argument);
  return failed(CommandStatus::failed, command.argument + " can't be read" + reason(errno));
}

// The first line that the agent answers with; nothing, with a sentence in `why`, when none comes.
std::optional<std::string> converse(const std::string& line, int64_t patience_ms, CommandEnd& why) {
  const char* named = ::getenv("COLIBRI_AGENT");
  const std::string path = named && *named ? named : kUsualSocket;
  sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = {}};
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience = {.tv_sec = patience_ms / 1000 + kGraceS, .tv_usec = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (path.size() < sizeof address.sun_path)
    ::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  if (path.size() >= sizeof address.sun_path ||
      ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    why = failed(CommandStatus::failed, "This runtime has no connection to its notebook.");
    return std::nullopt;
  }
  for (size_t sent = 0; sent < line.size();) {
    const ssize_t now = ::send(fd, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (now < 0 && errno == EINTR) continue;
    if (now <= 0) break;  // What it has to say about that may be there.
    sent += static_cast<size_t>(now);
  }
  std::string answer;
  char piece[65536];
  while (answer.find('\n') == std::string::npos && answer.size() < kMostAnswer) {
    const ssize_t now = ::read(fd, piece, sizeof piece);
    if (now < 0 && errno == EINTR) continue;
    if (now < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      why = failed(CommandStatus::late, "There was no answer in time.");
      return std::nullopt;
    }
    if (now <= 0) {
      why = failed(CommandStatus::failed, "The runtime's connection to its notebook was lost.");
      return std::nullopt;
    }
    answer.append(piece, static_cast<size_t>(now));
  }
  return answer.substr(0, answer.find('\n'));
}

CommandEnd carry_out(const RuntimeCommand& command) {
  if (command.what == What::help)
    return {.status = CommandStatus::done, .output = runtime_command_help(), .error = ""};
  std::string path;
  if (auto wrong = find_path(command, path)) return *std::move(wrong);
  CommandEnd why;
  const auto answer = converse(request_line(command, path) + "\n", patience_ms(command), why);
  return answer ? end_of(command, *answer) : why;
}

CommandEnd run(const std::vector<std::string>& arguments) {
  const auto command = parse_runtime_command(arguments);
  if (!command) return failed(CommandStatus::misused, command.error().detail);
  return carry_out(*command);
}

}  // namespace
}  // namespace colibri::supervisor

int main(int argc, char** argv) {
  using namespace colibri::supervisor;
  CommandEnd end = run({argv + (argc > 0 ? 1 : 0), argv + argc});
  if (std::fwrite(end.output.data(), 1, end.output.size(), stdout) != end.output.size() ||
      std::fflush(stdout) != 0)
    end = {.status = CommandStatus::failed, .output = "", .error = "The output can't be written."};
  if (!end.error.empty()) std::fprintf(stderr, "colibri: %s\n", end.error.c_str());
  return static_cast<int>(end.status);
}
