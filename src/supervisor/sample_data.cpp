#include "supervisor/sample_data.hpp"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <filesystem>

#include "supervisor/descriptor.hpp"
#include "supervisor/launch.hpp"

namespace colibri::supervisor {
namespace {

constexpr time_t kTime = 1'577'836'800;  // 2020-01-01, to the second.

Result<> copy_one(const std::string& from, const std::string& to, uint32_t owner) {
  const Descriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  const Descriptor target(
      ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  struct stat status {};
  if (!source || !target || ::fstat(source.get(), &status) != 0)
    return errno_failure("cannot copy " + from, errno);
  for (off_t left = status.st_size; left > 0;) {
    const ssize_t sent = ::sendfile(target.get(), source.get(), nullptr, static_cast<size_t>(left));
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return errno_failure("cannot copy " + from, errno);
    left -= sent;
  }
  const timespec times[2] = {{kTime, 0}, {kTime, 0}};
  if (::fchown(target.get(), owner, owner) != 0 || ::fchmod(target.get(), 0644) != 0 ||
      ::futimens(target.get(), times) != 0)
    return errno_failure("cannot copy " + from, errno);
  return {};
}

}  // namespace

Result<> lay_sample_data(const std::string& content, uint32_t owner) {
  namespace fs = std::filesystem;
  const std::string folder = content + "/" + kSampleFolder;
  if (::mkdir(folder.c_str(), 0755) != 0 || ::chown(folder.c_str(), owner, owner) != 0)
    return errno_failure("cannot make " + folder, errno);
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(program_beside_us(kSampleFolder), error)) {
    const std::string name = entry.path().filename();
    if (auto copied = copy_one(entry.path(), folder + "/" + name, owner); !copied) return copied;
  }
  if (error) return failure(ErrorCode::io, "the sample data: " + error.message());
  return {};
}

bool is_sample_data(const std::string& path, const struct stat& status) {
  if (!path.starts_with(kSampleFolder)) return false;
  const size_t end = std::char_traits<char>::length(kSampleFolder);
  if (path.size() == end) return S_ISDIR(status.st_mode);
  return path[end] == '/' && S_ISREG(status.st_mode) && status.st_mtim.tv_sec == kTime &&
         status.st_mtim.tv_nsec == 0;
}

}  // namespace colibri::supervisor
