#include "supervisor/content_archive.hpp"

#include <unistd.h>

#include <algorithm>
#include <climits>
#include <string>
#include <string_view>

#include "base/utf.hpp"
#include "supervisor/content_tree.hpp"
#include "supervisor/descriptor.hpp"
#include "supervisor/sample_data.hpp"

namespace colibri::supervisor {
namespace {

constexpr size_t kMostLines = 10'000;
constexpr const char* kList = "Left out.txt";

int64_t time_of(const ContentEntry& entry) {
  return std::max<int64_t>(0, entry.status.st_mtim.tv_sec) * 1000;
}

class Writer {
 public:
  Writer(int64_t most_bytes, drive::ZipWriter::Sink sink)
      : left_(most_bytes), zip_(std::move(sink), drive::ZipWriter::Effort::little) {}

  Result<> visit(const ContentEntry& entry) {
    if (is_sample_data(entry.path, entry.status)) return {};
    if (entry.path == list_) list_ += '%';
    switch (entry.status.st_mode & S_IFMT) {
      case S_IFDIR:
        return zip_.add_folder(entry.path, time_of(entry));
      case S_IFREG:
        return add_file(entry);
      case S_IFLNK:
        return add_link(entry);
      default:
        leave_out(entry.path, "is no file");
        return {};
    }
  }

  void leave_out(const std::string& path, const std::string& why) {
    if (++count_ <= kMostLines) lines_ += path + ": " + why + "\n";
  }

  Result<> finish() {
    if (count_ > kMostLines) lines_ += "and " + std::to_string(count_ - kMostLines) + " more\n";
    if (count_ > 0)
      if (auto added = zip_.add(list_, lines_, 0); !added) return added;
    return zip_.finish();
  }

 private:
  Result<> add_file(const ContentEntry& entry) {
    if (entry.status.st_size > left_) {
      leave_out(entry.path, "is too large: a sparse file, or one that has several names");
      return {};
    }
    const auto opened = entry.open();
    if (!opened) {
      leave_out(entry.path, "cannot be read");
      return {};
    }
    const Descriptor file(*opened);
    left_ -= entry.status.st_size;
    const bool executable = (entry.status.st_mode & S_IXUSR) != 0;
    return zip_.add_file(entry.path, file.get(), entry.status.st_size, time_of(entry), executable);
  }

  Result<> add_link(const ContentEntry& entry) {
    std::string target(PATH_MAX, '\0');
    const ssize_t size =
        ::readlinkat(entry.folder, entry.name.c_str(), target.data(), target.size());
    target.resize(static_cast<size_t>(std::max<ssize_t>(size, 0)));
    const auto depth = static_cast<size_t>(std::ranges::count(entry.path, '/'));
    if (find_invalid_utf8(target) || !stays_inside(target, depth)) {
      leave_out(entry.path, "is a link to " + make_valid_utf8(target));
      return {};
    }
    return zip_.add_link(entry.path, target, time_of(entry));
  }

  int64_t left_;
  drive::ZipWriter zip_;
  std::string list_ = kList;
  std::string lines_;
  size_t count_ = 0;
};

const char* words_of(LeftOut why) {
  switch (why) {
    case LeftOut::too_deep:
      return "lies in too many folders";
    case LeftOut::too_many:
      return "and what else is in its folder: there are too many files";
    case LeftOut::unreadable:
      return "cannot be read";
  }
  return "";
}

}  // namespace

bool stays_inside(const std::string& target, size_t depth) {
  if (target.empty() || target.front() == '/' || target.find('\\') != std::string::npos)
    return false;
  size_t up = 0;
  bool down = false;
  for (size_t start = 0; start <= target.size();) {
    const size_t end = std::min(target.find('/', start), target.size());
    const std::string_view part = std::string_view(target).substr(start, end - start);
    start = end + 1;
    if (part == "..") {
      // Behind a name it may lead up from wherever that name, a link, leads to.
      if (down || ++up > depth) return false;
    } else if (!part.empty() && part != ".") {
      down = true;
    }
  }
  return true;
}

ContentSize measure_content(int root, int64_t most_bytes) {
  ContentSize size;
  const auto visit = [&](const ContentEntry& entry) -> Result<> {
    if (!S_ISREG(entry.status.st_mode) || is_sample_data(entry.path, entry.status) ||
        entry.status.st_size > most_bytes - size.bytes)
      return {};
    ++size.files;
    size.bytes += entry.status.st_size;
    return {};
  };
  (void)ContentTree(root).walk(visit, [](const std::string&, LeftOut) {});
  return size;
}

Result<> write_content(int root, int64_t most_bytes, drive::ZipWriter::Sink sink) {
  Writer writer(most_bytes, std::move(sink));
  const auto walked = ContentTree(root).walk(
      [&](const ContentEntry& entry) { return writer.visit(entry); },
      [&](const std::string& path, LeftOut why) { writer.leave_out(path, words_of(why)); });
  if (!walked) return walked;
  return writer.finish();
}

}  // namespace colibri::supervisor
