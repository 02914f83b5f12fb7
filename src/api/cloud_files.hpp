#pragma once
// Files in other clouds as the Drive's routes know files: paths that begin with "Clouds/NAME".
// Translates; the clouds do it. Internal to this module.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "async/byte_source.hpp"
#include "clouds/clouds.hpp"
#include "net/request.hpp"
#include "net/response.hpp"
#include "notebooks/folders.hpp"

namespace colibri::api {

// The folder of all of a person's clouds.
inline constexpr std::string_view kClouds = "Clouds";

// Whether it is that folder, or in it.
[[nodiscard]] bool is_in_clouds(std::string_view path);

class CloudFiles {
 public:
  // `clouds` must outlive this.
  explicit CloudFiles(clouds::Clouds& clouds) : clouds_(clouds) {}

  // Paths are in clouds; not_found when there is nothing there, `invalid` when it is no path of a
  // file, and what Clouds::open() says.
  Task<Result<notebooks::Listing>> folder(UserId user, std::string path);
  Task<Result<>> make(UserId user, std::string path);
  Task<Result<>> rename(UserId user, std::string path, std::string name);
  // Into this folder of the same cloud, under the name that it has there.
  Task<Result<std::string>> move(UserId user, std::string path, std::string folder);
  // For good.
  Task<Result<>> erase(UserId user, std::string path);
  Task<net::Response> download(net::Request& request, std::string path);
  Task<Result<std::shared_ptr<async::ByteSource>>> zip(UserId user, std::vector<std::string> paths);
  // Whether a file can come there.
  Task<Result<>> check_place(UserId user, std::string path, bool replaces);
  // It comes from this descriptor, whole.
  Task<Result<>> put(UserId user, std::string path, int from, int64_t bytes, bool replaces);

 private:
  struct Place {
    clouds::Clouds::Mounted cloud;
    std::string path;  // In its Drive.
  };
  Task<Result<Place>> place_of(UserId user, std::string path);

  clouds::Clouds& clouds_;
};

}  // namespace colibri::api
