#pragma once
// The images that runtimes start from: root file systems in one folder, each with a manifest that
// says what is in it. images/build makes them; this reads, lists and removes them. A name is a
// link to a folder named by the hash of all that went in, so an image never changes under a runtime
// that started from it. Plain blocking file access; no state but the folder's path.
//
//   <directory>/default -> default-3f9a…    <directory>/default-3f9a…/{rootfs,manifest.json}
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace colibri::image {

struct Package {
  std::string name;
  std::string version;
};

// What manifest.json says. Fields that a newer builder adds stay in `raw`.
struct Manifest {
  std::string name;
  std::string hash;                  // Of everything the image is made from.
  std::string created;               // UTC, "2026-11-23T10:00:00Z".
  std::string debian;                // "12.11"
  std::string python;                // "3.11.2"
  int64_t bytes = 0;                 // Unpacked.
  std::string path;                  // PATH for processes in the image.
  std::vector<Package> packages;     // Python's, sorted by name.
  std::vector<std::string> kernels;  // Names of the kernelspecs, "python3" first when there.
  json::Object raw;
};

struct Image {
  std::string name;
  std::filesystem::path rootfs;         // Resolved: stays the same when the name is switched.
  std::filesystem::path manifest_path;  // <folder>/manifest.json, resolved likewise.
  Manifest manifest;
};

// "default", "ml-gpu": lower-case letters, digits and hyphens, at most 64, no hyphen first.
[[nodiscard]] bool is_image_name(std::string_view name);

class Images {
 public:
  // The folder need not exist: then there are no images.
  explicit Images(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // invalid    `name` is no image name.
  // not_found  no such image; the detail says how to build it.
  // corrupt    its manifest or root file system is not what the builder writes.
  [[nodiscard]] Result<Image> find(std::string_view name) const;

  // All images that can be used, by name. A broken one is left out; find() says why.
  [[nodiscard]] Result<std::vector<Image>> list() const;

  // Deletes the image and its folder. Another file system mounted in it is never entered.
  //
  // not_found, invalid  as find(); a corrupt image can be removed.
  // conflict            a runtime that still lives started from it.
  [[nodiscard]] Result<void> remove(std::string_view name) const;

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  std::filesystem::path directory_;
};

// Where images are looked for when nobody says: ../images beside the program's folder when that
// exists (./run builds them there), else <data>/images.
[[nodiscard]] std::filesystem::path default_images_folder(const std::filesystem::path& data);

// Reads a manifest's text. `corrupt` when a field is missing or of another type.
[[nodiscard]] Result<Manifest> parse_manifest(std::string_view text);

}  // namespace colibri::image
