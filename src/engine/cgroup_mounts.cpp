#include "engine/cgroup_mounts.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

namespace colibri::engine {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

// mountinfo writes space, tab, newline and backslash as \ooo.
std::string unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto octal = [&](size_t at) { return text[at] >= '0' && text[at] <= '7'; };
    if (text[i] == '\\' && i + 3 < text.size() && octal(i + 1) && octal(i + 2) && octal(i + 3)) {
      out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                               (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

struct MountLine {
  std::string mount_point;
  std::string_view type;
  std::string_view super_options;
};

std::optional<MountLine> parse_line(std::string_view line) {
  const size_t dash = line.find(" - ");
  if (dash == std::string_view::npos) return std::nullopt;
  const auto before = split(line.substr(0, dash), ' ');
  const auto after = split(line.substr(dash + 3), ' ');
  if (before.size() < 6 || after.size() < 3) return std::nullopt;
  return MountLine{unescape(before[4]), after[0], after.back()};
}

}  // namespace

std::vector<CgroupMount> cgroup_mounts_from(std::string_view mountinfo) {
  std::vector<CgroupMount> mounts;
  for (const std::string_view text : split(mountinfo, '\n')) {
    const auto line = parse_line(text);
    if (!line || (line->type != "cgroup" && line->type != "cgroup2")) continue;
    // A later mount on the same folder covers the earlier one.
    std::erase_if(mounts, [&](const CgroupMount& m) { return m.folder == line->mount_point; });
    CgroupMount mount{line->mount_point, line->type == "cgroup2", {}};
    if (!mount.unified) {
      for (const std::string_view option : split(line->super_options, ',')) {
        if (option != "rw" && option != "ro") mount.controllers.emplace_back(option);
      }
    }
    mounts.push_back(std::move(mount));
  }
  return mounts;
}

std::vector<CgroupMount> cgroup_mounts() {
  return cgroup_mounts_from(read_small_file("/proc/self/mountinfo"));
}

std::vector<std::string> mount_points_below(std::string_view mountinfo, std::string_view folder) {
  std::vector<std::string> found;
  for (const std::string_view text : split(mountinfo, '\n')) {
    const auto line = parse_line(text);
    if (!line) continue;
    const std::string& point = line->mount_point;
    const bool inside =
        point.starts_with(folder) && (point.size() == folder.size() || point[folder.size()] == '/');
    if (inside) found.push_back(point);
  }
  std::stable_sort(found.begin(), found.end(), [](const std::string& a, const std::string& b) {
    return std::count(a.begin(), a.end(), '/') < std::count(b.begin(), b.end(), '/');
  });
  return found;
}

std::string read_small_file(const std::string& path) {
  std::string text;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  constexpr size_t kLimit = 4u << 20;
  char part[16384];
  for (ssize_t got; text.size() < kLimit && (got = ::read(fd, part, sizeof part)) > 0;) {
    text.append(part, static_cast<size_t>(got));
  }
  ::close(fd);
  return text;
}

}  // namespace colibri::engine
