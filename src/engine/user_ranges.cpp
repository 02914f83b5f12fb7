#include "engine/user_ranges.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <optional>

#include "engine/cgroup_mounts.hpp"

namespace colibri::engine {
namespace {

constexpr size_t kMostNamed = 10;

std::vector<std::string_view> fields_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find(separator, start), text.size());
    parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

std::optional<uint64_t> id_in(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

HostUsers read_host_users() {
  return {read_small_file("/etc/passwd"), read_small_file("/etc/group"),
          read_small_file("/etc/subuid"), read_small_file("/etc/subgid")};
}

std::vector<std::string> users_among(const HostUsers& host, uint32_t first, uint64_t count) {
  std::vector<std::string> found;
  const auto note = [&](std::string_view name, uint64_t from, uint64_t size, const char* file) {
    if (size == 0 || from >= first + count || from + size <= first) return;
    if (found.size() < kMostNamed) {
      found.push_back(fmt::format("{} ({}{}, {})", name, from, size > 1 ? " up" : "", file));
    }
  };
  // "name:x:id:…" in the first two, "name:first:count" in the others.
  for (const auto& [text, file] :
       {std::pair(&host.passwd, "/etc/passwd"), {&host.group, "/etc/group"}}) {
    for (const std::string_view line : fields_of(*text, '\n')) {
      const auto parts = fields_of(line, ':');
      const auto id = parts.size() > 2 ? id_in(parts[2]) : std::nullopt;
      if (id) note(parts[0], *id, 1, file);
    }
  }
  for (const auto& [text, file] :
       {std::pair(&host.subuid, "/etc/subuid"), {&host.subgid, "/etc/subgid"}}) {
    for (const std::string_view line : fields_of(*text, '\n')) {
      const auto parts = fields_of(line, ':');
      const auto from = parts.size() > 2 ? id_in(parts[1]) : std::nullopt;
      const auto size = parts.size() > 2 ? id_in(parts[2]) : std::nullopt;
      if (from && size) note(parts[0], *from, *size, file);
    }
  }
  return found;
}

Result<> check_user_ranges(const HostUsers& host, uint32_t first, uint64_t limit) {
  const uint64_t count = limit * kUidsPerRuntime;
  const auto found = users_among(host, first, count);
  if (found.empty()) return {};
  return failure(ErrorCode::invalid,
                 fmt::format("the runtimes' users, {} to {}, are also those of {}; set "
                             "runtimes.first_uid to where {} ids are free",
                             first, first + count - 1, fmt::join(found, ", "), count));
}

}  // namespace colibri::engine
