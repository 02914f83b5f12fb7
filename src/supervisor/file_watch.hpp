#pragma once
// Tells when something changes in some folders of a runtime: names, sizes, contents. By inotify, so
// that nothing is looked at meanwhile. All calls block.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "supervisor/file_root.hpp"

namespace colibri::supervisor {

class FileWatch {
 public:
  // `io` when the kernel has no more of these.
  static Result<FileWatch> make();

  // These folders from now on; those that were watched already go on without a gap. One that was
  // not is told as changed at once: whoever has listed it before may have missed something. Leaves
  // the process in /.
  void set(const FileRoot& root, const std::vector<std::string>& folders);

  // Waits until something has changed, or `other` (a descriptor) can be read, or the time is over;
  // then for what follows on its heels. Which folders, by their place in the list.
  std::vector<size_t> wait(int other, int limit_ms);

 private:
  explicit FileWatch(Descriptor inotify) : inotify_(std::move(inotify)) {}
  void read_all(std::set<std::string>& changed);

  Descriptor inotify_;
  std::vector<std::string> folders_;
  std::map<std::string, int> watches_;  // By folder.
  std::set<std::string> changed_;       // Not told yet.
};

}  // namespace colibri::supervisor
