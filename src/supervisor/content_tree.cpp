#include "supervisor/content_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/utf.hpp"
#include "supervisor/descriptor.hpp"

namespace colibri::supervisor {
namespace {

int open_entry(int folder, const char* name, int flags) {
  open_how how{};
  how.flags = static_cast<uint64_t>(flags | O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  int fd = -1;
  do {
    fd = static_cast<int>(::syscall(SYS_openat2, folder, name, &how, sizeof how));
  } while (fd < 0 && (errno == EINTR || errno == EAGAIN));
  return fd;
}

bool is_plain(unsigned char byte) {
  return byte >= 0x20 && byte != 0x7f && byte != '\\';
}

}  // namespace

Result<int> ContentEntry::open() const {
  const int fd = open_entry(folder, name.c_str(), 0);
  struct stat now {};
  if (fd >= 0 && ::fstat(fd, &now) == 0 && S_ISREG(now.st_mode)) return fd;
  const int error = fd < 0 ? errno : EINVAL;
  if (fd >= 0) ::close(fd);
  return errno_failure("cannot read " + path, error);
}

std::string archive_name(const std::string& name,
                         const std::function<bool(const std::string&)>& exists) {
  const bool valid = !find_invalid_utf8(name);
  bool plain = valid;
  for (const char c : name) plain = plain && is_plain(static_cast<unsigned char>(c));
  if (plain) return name;
  constexpr const char* kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    // '%' too, so that no two such names become one.
    if (is_plain(byte) && byte != '%' && (valid || byte < 0x80)) {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  while (exists(out)) out += '%';
  return out;
}

Result<> ContentTree::walk(const Visit& visit, const Skip& skip) {
  visit_ = &visit;
  skip_ = &skip;
  path_bytes_ = 0;
  return walk_folder(root_, "", 0);
}

Result<> ContentTree::walk_folder(int folder, const std::string& path, size_t depth) {
  const int own = open_entry(folder, ".", O_DIRECTORY);
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(own < 0 ? nullptr : ::fdopendir(own),
                                                    ::closedir);
  if (!listing) {
    if (own >= 0) ::close(own);
    (*skip_)(path, LeftOut::unreadable);
    return {};
  }
  const auto exists = [&](const std::string& name) {
    struct stat ignored {};
    return ::fstatat(folder, name.c_str(), &ignored, AT_SYMLINK_NOFOLLOW) == 0;
  };
  while (const dirent* found = ::readdir(listing.get())) {
    ContentEntry entry{.folder = own, .name = found->d_name, .path = path};
    if (entry.name == "." || entry.name == "..") continue;
    if (!path.empty()) entry.path += '/';
    entry.path += archive_name(entry.name, exists);
    path_bytes_ += entry.path.size();
    if (path_bytes_ > kMostPathBytes) {
      (*skip_)(entry.path, LeftOut::too_many);
      return {};
    }
    if (auto taken = take(std::move(entry), depth); !taken) return taken;
  }
  return {};
}

Result<> ContentTree::take(ContentEntry entry, size_t depth) {
  if (::fstatat(entry.folder, entry.name.c_str(), &entry.status, AT_SYMLINK_NOFOLLOW) != 0) {
    (*skip_)(entry.path, LeftOut::unreadable);
    return {};
  }
  if (!S_ISDIR(entry.status.st_mode)) return (*visit_)(entry);
  if (depth + 1 >= kMostDepth) {
    (*skip_)(entry.path, LeftOut::too_deep);
    return {};
  }
  const Descriptor inner(open_entry(entry.folder, entry.name.c_str(), O_DIRECTORY));
  if (!inner) {
    (*skip_)(entry.path, LeftOut::unreadable);
    return {};
  }
  if (auto visited = (*visit_)(entry); !visited) return visited;
  return walk_folder(inner.get(), entry.path, depth + 1);
}

}  // namespace colibri::supervisor
