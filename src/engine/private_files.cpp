#include "engine/private_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>

namespace colibri::engine {

Result<> write_private(const std::string& path, const std::string& text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return errno_failure("writing " + path, errno);
  const ssize_t wrote = ::write(fd, text.data(), text.size());
  const int error = wrote < 0 ? errno : ENOSPC;
  close(fd);
  if (wrote != static_cast<ssize_t>(text.size())) return errno_failure("writing " + path, error);
  return {};
}

Result<> replace_private(const std::string& path, const std::string& text) {
  const std::string unfinished = path + ".new";
  if (auto wrote = write_private(unfinished, text); !wrote) return wrote;
  if (rename(unfinished.c_str(), path.c_str()) != 0) return errno_failure("writing " + path, errno);
  return {};
}

Result<> make_private_folder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return errno_failure("making the folder " + path, errno);
}

std::string tail_of(const std::string& path) {
  constexpr std::streamoff kBytes = 2000;
  constexpr int kLines = 4;
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return {};
  const std::streamoff size = file.tellg();
  file.seekg(std::max<std::streamoff>(0, size - kBytes));
  std::string text{std::istreambuf_iterator<char>(file), {}};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  size_t from = text.size();
  for (int line = 0; line < kLines && from != std::string::npos && from > 0; ++line)
    from = text.rfind('\n', from - 1);
  return from == std::string::npos || from == 0 ? text : text.substr(from + 1);
}

}  // namespace colibri::engine
