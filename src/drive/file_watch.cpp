#include "drive/file_watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <map>

#include "base/log.hpp"

namespace colibri::drive {

namespace asio = boost::asio;

namespace {

constexpr uint32_t kEvents = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
                             IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

}  // namespace

class FileWatch::State : public std::enable_shared_from_this<FileWatch::State> {
 public:
  explicit State(const asio::any_io_executor& reactor) : events_(reactor) {
    const int inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (inotify >= 0) events_.assign(inotify);
  }

  void wait() {
    if (!events_.is_open()) return;
    events_.async_wait(asio::posix::stream_descriptor::wait_read,
                       [weak = weak_from_this()](boost::system::error_code error) {
                         const auto self = weak.lock();
                         if (error || !self) return;
                         self->read_events();
                         self->wait();
                       });
  }

  Handle add(const Drive& drive, const std::string& path, std::function<void()> changed) {
    const auto added = !events_.is_open()
                           ? failure(ErrorCode::unavailable, "the system has no inotify left")
                           : drive.watch_folder(folder_of(path), events_.native_handle(), kEvents);
    if (!added) {
      if (!told_)
        log::warn("changes of files by other programs are seen late: {}", added.error().detail);
      told_ = true;
      return {};
    }
    const int folder = *added;
    const uint64_t number = ++last_;
    folders_[folder].emplace(number, Watched{name_of(path), std::move(changed)});
    return Handle([weak = weak_from_this(), folder, number] {
      if (const auto self = weak.lock()) self->remove(folder, number);
    });
  }

 private:
  struct Watched {
    std::string name;
    std::function<void()> changed;
  };

  void remove(int folder, uint64_t number) {
    const auto found = folders_.find(folder);
    if (found == folders_.end()) return;
    found->second.erase(number);
    if (!found->second.empty()) return;
    folders_.erase(found);
    inotify_rm_watch(events_.native_handle(), folder);
  }

  void read_events() {
    alignas(inotify_event) std::array<char, 16 << 10> buffer{};
    for (;;) {
      const ssize_t got = ::read(events_.native_handle(), buffer.data(), buffer.size());
      if (got <= 0) return;
      for (size_t at = 0; at < static_cast<size_t>(got);) {
        const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
        at += sizeof(inotify_event) + event->len;
        tell(event->wd, event->mask, event->len > 0 ? std::string(event->name) : std::string());
      }
    }
  }

  void tell(int folder, uint32_t mask, const std::string& name) {
    std::vector<std::function<void()>> calls;
    const auto collect = [&](const std::map<uint64_t, Watched>& files) {
      for (const auto& [number, file] : files)
        if (name.empty() || file.name == name) calls.push_back(file.changed);
    };
    if ((mask & IN_Q_OVERFLOW) != 0) {
      for (const auto& [each, files] : folders_) collect(files);
    } else if (const auto found = folders_.find(folder); found != folders_.end()) {
      collect(found->second);
      if ((mask & IN_IGNORED) != 0) folders_.erase(found);  // The folder is gone.
    }
    for (const auto& call : calls) call();
  }

  asio::posix::stream_descriptor events_;
  std::map<int, std::map<uint64_t, Watched>> folders_;
  uint64_t last_ = 0;
  bool told_ = false;
};

FileWatch::FileWatch(asio::any_io_executor reactor) : state_(std::make_shared<State>(reactor)) {
  state_->wait();
}

FileWatch::~FileWatch() = default;

FileWatch::Handle FileWatch::watch(const Drive& drive, const std::string& path,
                                   std::function<void()> changed) {
  return state_->add(drive, path, std::move(changed));
}

}  // namespace colibri::drive
