#include "image/images.hpp"

#include <fmt/format.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

namespace colibri::image {

namespace fs = std::filesystem;

namespace {

constexpr uintmax_t kManifestLimit = 16u << 20;
constexpr size_t kNameLimit = 64;

Result<std::string> read_text(const fs::path& path) {
  std::error_code error;
  const uintmax_t size = fs::file_size(path, error);
  if (error) return failure(ErrorCode::corrupt, fmt::format("{} is missing", path.string()));
  if (size > kManifestLimit) {
    return failure(ErrorCode::corrupt, fmt::format("{} is too large", path.string()));
  }
  std::ifstream file(path, std::ios::binary);
  std::string text(size, '\0');
  if (!file.read(text.data(), static_cast<std::streamsize>(size))) {
    return failure(ErrorCode::io, fmt::format("{} cannot be read", path.string()));
  }
  return text;
}

Result<std::vector<Package>> read_packages(const json::Object& object) {
  std::vector<Package> packages;
  const json::Array* array = json::array_at(object, "packages");
  if (array == nullptr) return failure(ErrorCode::corrupt, "the manifest lists no packages");
  for (const json::Value& value : *array) {
    const json::Object* entry = value.if_object();
    const auto name = entry ? json::string_at(*entry, "name") : std::nullopt;
    const auto version = entry ? json::string_at(*entry, "version") : std::nullopt;
    if (!name || !version) return failure(ErrorCode::corrupt, "a package has no name or version");
    packages.push_back({*name, *version});
  }
  return packages;
}

// Whether a living process sees `folder`'s root file system mounted: a runtime's supervisor does. A
// mount names its source from the top of its file system, so the end of the path has to do.
bool is_mounted(const fs::path& folder) {
  const std::string needle = "/" + folder.filename().string() + "/rootfs";
  std::error_code error;
  for (fs::directory_iterator it("/proc", error), end; !error && it != end; it.increment(error)) {
    const std::string pid = it->path().filename().string();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream mounts(it->path() / "mountinfo");
    std::string line;
    while (std::getline(mounts, line)) {
      if (line.find(needle) != std::string::npos) return true;
    }
  }
  return false;
}

int remove_entry(const char* path, const struct stat*, int, struct FTW*) {
  return ::remove(path);
}

}  // namespace

bool is_image_name(std::string_view name) {
  if (name.empty() || name.size() > kNameLimit || name.front() == '-') return false;
  return std::ranges::all_of(
      name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

fs::path default_images_folder(const fs::path& data) {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    const fs::path beside = program.parent_path().parent_path() / "images";
    if (program.parent_path().filename() == "bin" && fs::is_directory(beside, error)) return beside;
  }
  return data / "images";
}

Result<Manifest> parse_manifest(std::string_view text) {
  auto object = json::parse_object(text);
  if (!object) return failure(ErrorCode::corrupt, "the manifest is no JSON object");
  Manifest manifest;
  struct Field {
    const char* name;
    std::string& value;
  };
  for (const Field& field : {Field{"name", manifest.name}, Field{"hash", manifest.hash},
                             Field{"created", manifest.created}, Field{"debian", manifest.debian},
                             Field{"python", manifest.python}, Field{"path", manifest.path}}) {
    auto value = json::string_at(*object, field.name);
    if (!value) {
      return failure(ErrorCode::corrupt, fmt::format("the manifest has no {}", field.name));
    }
    field.value = std::move(*value);
  }
  const auto bytes = json::integer_at(*object, "bytes");
  if (!bytes || *bytes < 0) return failure(ErrorCode::corrupt, "the manifest has no bytes");
  manifest.bytes = *bytes;
  auto packages = read_packages(*object);
  if (!packages) return std::unexpected(packages.error());
  manifest.packages = std::move(*packages);
  const json::Array* kernels = json::array_at(*object, "kernels");
  if (kernels == nullptr) return failure(ErrorCode::corrupt, "the manifest lists no kernels");
  for (const json::Value& kernel : *kernels) {
    if (kernel.if_string() == nullptr) return failure(ErrorCode::corrupt, "a kernel has no name");
    manifest.kernels.push_back(*kernel.if_string());
  }
  manifest.raw = std::move(*object);
  return manifest;
}

Result<Image> Images::find(std::string_view name) const {
  if (!is_image_name(name)) {
    return failure(ErrorCode::invalid, fmt::format("'{}' is no name of an image", name));
  }
  std::error_code error;
  const fs::path folder = fs::canonical(directory_ / name, error);
  if (error || !fs::is_directory(folder, error)) {
    return failure(ErrorCode::not_found,
                   fmt::format("There is no image '{0}' in {1}; build it: colibri image build {0}",
                               name, directory_.string()));
  }
  const auto broken = [&](std::string_view why) {
    return failure(ErrorCode::corrupt,
                   fmt::format("The image '{0}' is broken ({1}); build it anew: "
                               "colibri image build {0} --rebuild",
                               name, why));
  };
  Image image{.name = std::string(name),
              .rootfs = folder / "rootfs",
              .manifest_path = folder / "manifest.json",
              .manifest = {}};
  auto text = read_text(image.manifest_path);
  if (!text) return broken(text.error().detail);
  auto manifest = parse_manifest(*text);
  if (!manifest) return broken(manifest.error().detail);
  if (manifest->name != name) return broken("its manifest is another image's");
  if (!fs::is_directory(image.rootfs, error)) return broken("it has no root file system");
  image.manifest = std::move(*manifest);
  return image;
}

Result<std::vector<Image>> Images::list() const {
  std::vector<Image> images;
  std::error_code error;
  fs::directory_iterator it(directory_, error);
  if (error == std::errc::no_such_file_or_directory) return images;
  if (error) return errno_failure(directory_.string(), error.value());
  for (; it != fs::directory_iterator(); it.increment(error)) {
    if (error) return errno_failure(directory_.string(), error.value());
    // The folders named by hash are found through their links.
    if (auto image = find(it->path().filename().string())) images.push_back(std::move(*image));
  }
  std::ranges::sort(images, {}, &Image::name);
  return images;
}

Result<void> Images::remove(std::string_view name) const {
  if (auto image = find(name); !image && image.error().code != ErrorCode::corrupt) {
    return std::unexpected(image.error());
  }
  std::error_code error;
  const fs::path link = directory_ / name;
  const fs::path folder = fs::canonical(link, error);
  // A link that leads out of here is taken away; what it leads to is not ours.
  const bool ours = !error && folder.parent_path() == fs::canonical(directory_, error);
  if (ours && is_mounted(folder)) {
    return failure(ErrorCode::conflict,
                   fmt::format("The image '{}' is in use: a runtime that still lives started from "
                               "it; end that first",
                               name));
  }
  if (fs::is_symlink(link) && ::unlink(link.c_str()) != 0) {
    return errno_failure(link.string(), errno);
  }
  if (ours && ::nftw(folder.c_str(), remove_entry, 64, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) != 0) {
    return errno_failure(folder.string(), errno);
  }
  return {};
}

}  // namespace colibri::image
