#include "drive/paths.hpp"

#include <algorithm>
#include <cerrno>

#include "base/utf.hpp"

namespace colibri::drive {

Stamp stamp_of(const struct stat& status) {
  return {status.st_size, status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec,
          static_cast<int64_t>(status.st_ino)};
}

std::unexpected<Error> path_failure(std::string_view what, std::string_view path, int error) {
  const std::string name = "\"" + std::string(path) + "\"";
  switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
    case EXDEV:
      return failure(ErrorCode::not_found, "There is no file " + name + ".");
    case EEXIST:
      return failure(ErrorCode::conflict, "There is a file " + name + " already.");
    case ENAMETOOLONG:
      return failure(ErrorCode::invalid, "The name " + name + " is too long.");
    default:
      return errno_failure(std::string(what) + " " + name, error);
  }
}

Split split(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {".", std::string(path)};
  return {std::string(path.substr(0, slash)), std::string(path.substr(slash + 1))};
}

Stamp stamp_of(const struct statx& status) {
  return {static_cast<int64_t>(status.stx_size),
          status.stx_mtime.tv_sec * 1'000'000'000LL + status.stx_mtime.tv_nsec,
          static_cast<int64_t>(status.stx_ino)};
}

int64_t born_of(const struct statx& status) {
  if ((status.stx_mask & STATX_BTIME) == 0) return 0;
  return status.stx_btime.tv_sec * 1'000'000'000LL + status.stx_btime.tv_nsec;
}

Result<> check_name(std::string_view name) {
  const auto bad = [](const char* why) {
    return failure(ErrorCode::invalid, std::string("This is no name for a file: ") + why + ".");
  };
  if (name.empty()) return bad("it is empty");
  if (name.size() > kMaxName) return bad("it is too long");
  if (name.front() == '.') return bad("it begins with a dot");
  if (name.find('/') != std::string_view::npos) return bad("it has a slash in it");
  if (find_invalid_utf8(name)) return bad("it is not valid UTF-8");
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(name, is_control)) return bad("it has a control character in it");
  return {};
}

Result<> check_path(std::string_view path) {
  if (path.size() > kMaxPath) return failure(ErrorCode::invalid, "The path is too long.");
  for (size_t from = 0; from <= path.size();) {
    const size_t slash = std::min(path.find('/', from), path.size());
    if (auto checked = check_name(path.substr(from, slash - from)); !checked) return checked;
    from = slash + 1;
  }
  return {};
}

Result<> check_found_path(std::string_view path) {
  const auto unknown = [&] {
    return failure(ErrorCode::not_found, "There is no file \"" + std::string(path) + "\".");
  };
  if (path.size() > kMaxPath || find_invalid_utf8(path) ||
      path.find('\0') != std::string_view::npos)
    return unknown();
  for (size_t from = 0; from <= path.size();) {
    const size_t slash = std::min(path.find('/', from), path.size());
    const std::string_view name = path.substr(from, slash - from);
    if (name.empty() || name.size() > kMaxName || name == "." || name == ".." ||
        name.starts_with(kTemporary))
      return unknown();
    from = slash + 1;
  }
  return {};
}

}  // namespace colibri::drive
