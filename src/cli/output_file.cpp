#include "cli/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/random.hpp"

namespace colibri::cli {

namespace fs = std::filesystem;

namespace {

Result<> write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return errno_failure("writing " + path, errno);
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return {};
}

Result<> write_through(const std::string& path, std::string_view bytes) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return errno_failure("writing " + path, errno);
  auto done = write_all(fd, bytes, path);
  close(fd);
  return done;
}

void sync_folder(const fs::path& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  (void)fsync(fd);
  close(fd);
}

}  // namespace

Result<> write_output_file(const std::string& path, std::string_view bytes) {
  std::error_code error;
  fs::path target = fs::weakly_canonical(path, error);
  if (error) target = fs::absolute(path);
  struct stat old {};
  const bool exists = stat(target.c_str(), &old) == 0;
  if (exists && S_ISDIR(old.st_mode)) return failure(ErrorCode::invalid, path + " is a folder.");
  if (exists && !S_ISREG(old.st_mode)) return write_through(target, bytes);

  const fs::path temporary = target.parent_path() / random_id(".colibri-");
  const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return errno_failure("writing " + path, errno);
  auto done = write_all(fd, bytes, path);
  if (done && exists && fchmod(fd, old.st_mode & 0777) != 0)
    done = errno_failure("writing " + path, errno);
  if (done && fsync(fd) != 0) done = errno_failure("writing " + path, errno);
  close(fd);
  if (done && rename(temporary.c_str(), target.c_str()) != 0)
    done = errno_failure("writing " + path, errno);
  if (!done) {
    unlink(temporary.c_str());
    return done;
  }
  sync_folder(target.parent_path());
  return {};
}

namespace {

// The length of the escape sequence at the start of `text` (which begins with ESC).
size_t escape_length(std::string_view text) {
  if (text.size() < 2) return text.size();
  if (text[1] == '[') {
    size_t at = 2;
    while (at < text.size() && (text[at] < 0x40 || text[at] > 0x7e)) ++at;
    return std::min(at + 1, text.size());
  }
  if (text[1] != ']') return 2;
  const size_t end =
      text.find_first_of("\x07\x1b", 2);  // A title or link: to BEL or ESC backslash.
  if (end == std::string_view::npos) return text.size();
  return text[end] == '\x07' ? end + 1 : std::min(end + 2, text.size());
}

}  // namespace

std::string terminal_text(std::string_view text, bool colors) {
  std::string out;
  while (!text.empty()) {
    const char c = text.front();
    size_t length = 1;
    if (c == '\x1b') {
      length = escape_length(text);
      const bool is_color = length > 2 && text[1] == '[' && text[length - 1] == 'm';
      if (is_color && colors) out += text.substr(0, length);
    } else if (c == '\n' || c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f)) {
      out += c;
    }
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace colibri::cli
