#include "engine/process_identity.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>

namespace colibri::engine {

std::optional<ProcessIdentity> identify(int64_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  // The name in parentheses may hold anything, a parenthesis too: what counts follows the last one.
  const size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(name_end + 1));
  std::string state, skipped;
  fields >> state;
  for (int field = 4; field < 22; ++field) fields >> skipped;
  ProcessIdentity identity{.pid = pid};
  if (!(fields >> identity.start_ticks) || state == "Z" || state == "X") return std::nullopt;
  return identity;
}

std::string to_text(const ProcessIdentity& identity) {
  return std::to_string(identity.pid) + " " + std::to_string(identity.start_ticks) + "\n";
}

std::optional<ProcessIdentity> parse_identity(std::string_view text) {
  std::istringstream in{std::string(text)};
  ProcessIdentity identity;
  if (!(in >> identity.pid >> identity.start_ticks) || identity.pid <= 1) return std::nullopt;
  return identity;
}

Result<int> open_process(const ProcessIdentity& identity) {
  const auto gone = [] { return failure(ErrorCode::not_found, "The process has ended."); };
  const auto fd = static_cast<int>(syscall(SYS_pidfd_open, identity.pid, 0));
  if (fd < 0) return errno == ESRCH ? gone() : errno_failure("watching a process", errno);
  // Looked at behind the descriptor: from here on the id can't change hands unseen.
  if (identify(identity.pid) == identity) return fd;
  close(fd);
  return gone();
}

}  // namespace colibri::engine
