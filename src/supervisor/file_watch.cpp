#include "supervisor/file_watch.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "supervisor/file_upload.hpp"

namespace colibri::supervisor {
namespace {

constexpr uint32_t kWhat = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_MODIFY |
                           IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
// A program that writes without a pause is told about this often.
constexpr int kTogetherMs = 250;

}  // namespace

Result<FileWatch> FileWatch::make() {
  Descriptor inotify(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!inotify) return errno_failure("watching the runtime's files", errno);
  return FileWatch(std::move(inotify));
}

void FileWatch::set(const FileRoot& root, const std::vector<std::string>& folders) {
  std::map<std::string, int> before = std::move(watches_);
  watches_.clear();
  folders_ = folders;
  for (const std::string& folder : folders_) {
    if (const auto known = before.find(folder); known != before.end()) {
      watches_.insert(before.extract(known));
      continue;
    }
    const auto opened = root.open(folder, O_PATH | O_DIRECTORY);
    // By where we stand: the kernel takes a path, and no other leads to just this folder.
    const bool there = opened && ::fchdir(opened->get()) == 0;
    const int watch = there ? ::inotify_add_watch(inotify_.get(), ".", kWhat) : -1;
    // What came between the asker's list and now is told by nobody else.
    changed_.insert(folder);
    if (watch >= 0) watches_[folder] = watch;
  }
  (void)!::chdir("/");
  // Two names may lead to one folder, which has one watch.
  for (const auto& [folder, watch] : before)
    if (std::ranges::none_of(watches_, [&](const auto& each) { return each.second == watch; }))
      (void)::inotify_rm_watch(inotify_.get(), watch);
  std::erase_if(changed_, [this](const std::string& folder) {
    return std::ranges::find(folders_, folder) == folders_.end();
  });
}

void FileWatch::read_all(std::set<std::string>& changed) {
  alignas(inotify_event) std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t got = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (got <= 0) return;
    for (ssize_t at = 0; at < got;) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* name = event.len > 0 ? buffer.data() + at + sizeof event : "";
      at += static_cast<ssize_t>(sizeof event + event.len);
      if ((event.mask & IN_Q_OVERFLOW) != 0) changed.insert(folders_.begin(), folders_.end());
      // An upload's own file changes all the time; that it got its name is told.
      if (is_upload_name(name)) continue;
      for (auto each = watches_.begin(); each != watches_.end();) {
        const bool is_it = each->second == event.wd;
        if (is_it) changed.insert(each->first);
        each = is_it && (event.mask & IN_IGNORED) != 0 ? watches_.erase(each) : std::next(each);
      }
    }
  }
}

std::vector<size_t> FileWatch::wait(int other, int limit_ms) {
  std::array<pollfd, 2> ends = {{{inotify_.get(), POLLIN, 0}, {other, POLLIN, 0}}};
  read_all(changed_);
  if (changed_.empty()) (void)::poll(ends.data(), ends.size(), limit_ms);
  if ((ends[1].revents & ~POLLNVAL) == 0) {
    // What belongs together comes together.
    (void)::poll(&ends[1], 1, kTogetherMs);
    read_all(changed_);
  }
  std::vector<size_t> out;
  for (size_t i = 0; i < folders_.size(); ++i)
    if (changed_.contains(folders_[i])) out.push_back(i);
  changed_.clear();
  return out;
}

}  // namespace colibri::supervisor
