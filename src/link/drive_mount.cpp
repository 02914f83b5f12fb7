#include "link/drive_mount.hpp"

#include <algorithm>

#include "base/utf.hpp"

namespace colibri::link {

Result<> check_mountpoint(const std::string& path) {
  const auto bad = [](const char* why) { return failure(ErrorCode::invalid, why); };
  if (path.contains(' ')) return bad("Mountpoint must not contain a space.");
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (!path.starts_with('/') || path.size() > kMaxMountpointBytes || find_invalid_utf8(path) ||
      std::ranges::any_of(path, is_control))
    return bad("Mountpoint must be an absolute path of at most 1,000 bytes.");
  for (size_t from = 1; from <= path.size();) {
    const size_t slash = std::min(path.find('/', from), path.size());
    const std::string name = path.substr(from, slash - from);
    if (name.empty() || name == "." || name == "..")
      return bad("Mountpoint must be a path without empty parts and dots.");
    from = slash + 1;
  }
  return {};
}

std::vector<CloudFolder> read_clouds(const json::Array& list) {
  std::vector<CloudFolder> clouds;
  for (const json::Value& each : list) {
    const json::Object* told = each.if_object();
    if (!told || clouds.size() == kMostCloudFolders) continue;
    CloudFolder cloud{json::string_at(*told, "name").value_or(""),
                      json::integer_at(*told, "process").value_or(0),
                      json::string_at(*told, "folder").value_or("")};
    const bool is_name = !cloud.name.empty() && cloud.name.size() <= 255 &&
                         !cloud.name.starts_with('.') && !cloud.name.contains('/');
    if (is_name && cloud.process > 1 && cloud.folder.starts_with('/'))
      clouds.push_back(std::move(cloud));
  }
  return clouds;
}

json::Object to_json(const DriveMount& mount) {
  json::Array clouds;
  for (const CloudFolder& cloud : mount.clouds)
    clouds.push_back(
        json::Object{{"name", cloud.name}, {"process", cloud.process}, {"folder", cloud.folder}});
  return {{"type", "drive_mount"},          {"request", mount.request},   {"folder", mount.folder},
          {"mountpoint", mount.mountpoint}, {"readonly", mount.readonly}, {"force", mount.force},
          {"clouds", std::move(clouds)}};
}

json::Object to_json(const DriveUnmount& unmount) {
  return {
      {"type", "drive_unmount"}, {"request", unmount.request}, {"mountpoint", unmount.mountpoint}};
}

json::Object to_json(const MountedDrive& mounted) {
  return {{"mountpoint", mounted.mountpoint}, {"readonly", mounted.readonly}};
}

}  // namespace colibri::link
