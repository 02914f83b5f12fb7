#include "api/cloud_files.hpp"

#include <boost/asio/this_coro.hpp>

#include "api/file_answer.hpp"
#include "drive/folder_zip.hpp"

namespace colibri::api {

namespace {

constexpr auto kLook = std::chrono::seconds(30);
// Of whole folders: each file is a request of its own.
constexpr auto kWork = std::chrono::minutes(5);

struct CloudPath {
  std::string name;   // Of the cloud.
  std::string below;  // In it; empty: its top.
};

// "Clouds/NAME/…"
Result<CloudPath> parse_cloud_path(const std::string& path) {
  const size_t start = kClouds.size() + 1;
  if (!is_in_clouds(path) || path.size() <= start || !drive::check_found_path(path))
    return failure(ErrorCode::invalid, "This is no place in a cloud.");
  const size_t slash = path.find('/', start);
  if (slash == std::string::npos) return CloudPath{path.substr(start), ""};
  return CloudPath{path.substr(start, slash - start), path.substr(slash + 1)};
}

std::string last_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

Result<> needs_inside(const std::string& path) {
  const auto parsed = parse_cloud_path(path);
  if (!parsed) return std::unexpected(parsed.error());
  if (parsed->below.empty())
    return failure(ErrorCode::invalid, "A cloud itself is changed by its own menu.");
  return {};
}

// A cloud takes the place of nothing: its servers can't say so in one step.
Result<> rename_in_cloud(const drive::Drive& drive, const std::string& from,
                         const std::string& to) {
  const auto there = drive.look(to);
  if (!there) return std::unexpected(there.error());
  if (*there)
    return failure(ErrorCode::conflict, "There is a file \"" + last_name(to) + "\" already.");
  return drive.overwrite(from, to);
}

// The mount stays for as long as somebody reads.
class Held final : public async::ByteSource {
 public:
  Held(clouds::Clouds::Mounted cloud, std::shared_ptr<async::ByteSource> source)
      : cloud_(std::move(cloud)), source_(std::move(source)) {}
  Task<Result<std::string>> next() override { return source_->next(); }

 private:
  clouds::Clouds::Mounted cloud_;
  std::shared_ptr<async::ByteSource> source_;
};

notebooks::Listing clouds_listing(const std::vector<clouds::Cloud>& clouds) {
  notebooks::Listing listing;
  for (const clouds::Cloud& cloud : clouds) {
    notebooks::DriveEntry entry;
    entry.kind = notebooks::DriveEntry::Kind::folder;
    entry.name = cloud.name;
    entry.path = std::string(kClouds) + "/" + cloud.name;
    entry.place = kClouds;
    entry.modified_ms = cloud.created_ms;
    listing.push_back(std::move(entry));
  }
  return listing;
}

}  // namespace

bool is_in_clouds(std::string_view path) {
  return path == kClouds || (path.starts_with(kClouds) && path.substr(kClouds.size())[0] == '/');
}

Task<Result<CloudFiles::Place>> CloudFiles::place_of(UserId user, std::string path) {
  const auto parsed = parse_cloud_path(path);
  if (!parsed) co_return std::unexpected(parsed.error());
  auto cloud = co_await clouds_.open(std::move(user), parsed->name);
  if (!cloud) co_return std::unexpected(cloud.error());
  std::string inside(clouds::kTop);
  if (!parsed->below.empty()) inside += "/" + parsed->below;
  co_return Place{*std::move(cloud), std::move(inside)};
}

Task<Result<notebooks::Listing>> CloudFiles::folder(UserId user, std::string path) {
  if (path == kClouds) {
    const auto all = co_await clouds_.list(std::move(user));
    if (!all) co_return std::unexpected(all.error());
    co_return clouds_listing(*all);
  }
  const auto place = co_await place_of(std::move(user), path);
  if (!place) co_return std::unexpected(place.error());
  auto work = [d = place->cloud->drive(), inside = place->path] { return d->list_folder(inside); };
  const auto items = co_await place->cloud->run(kWork, std::move(work));
  if (!items) co_return std::unexpected(items.error());
  notebooks::Listing listing;
  for (const drive::Item& item : *items)
    listing.push_back(notebooks::entry_of(path + "/" + item.name, item));
  co_return listing;
}

Task<Result<>> CloudFiles::make(UserId user, std::string path) {
  if (auto good = needs_inside(path); !good) co_return good;
  if (auto good = drive::check_name(last_name(path)); !good) co_return good;
  const auto place = co_await place_of(std::move(user), std::move(path));
  if (!place) co_return std::unexpected(place.error());
  auto work = [d = place->cloud->drive(), inside = place->path] { return d->make_folder(inside); };
  co_return co_await place->cloud->run(kLook, std::move(work));
}

Task<Result<>> CloudFiles::rename(UserId user, std::string path, std::string name) {
  if (auto good = needs_inside(path); !good) co_return good;
  if (auto good = drive::check_name(name); !good) co_return good;
  const auto place = co_await place_of(std::move(user), std::move(path));
  if (!place) co_return std::unexpected(place.error());
  const std::string to = place->path.substr(0, place->path.rfind('/') + 1) + name;
  auto work = [d = place->cloud->drive(), from = place->path, to] {
    return rename_in_cloud(*d, from, to);
  };
  co_return co_await place->cloud->run(kWork, std::move(work));
}

Task<Result<std::string>> CloudFiles::move(UserId user, std::string path, std::string folder) {
  if (auto good = needs_inside(path); !good) co_return std::unexpected(good.error());
  const auto from = parse_cloud_path(path);
  const auto to = parse_cloud_path(folder);
  if (!to || to->name != from->name)
    co_return failure(ErrorCode::invalid,
                      "Files move within one cloud only: download them, and upload them there.");
  if (folder == path || folder.starts_with(path + "/"))
    co_return failure(ErrorCode::invalid, "A folder cannot be moved into itself.");
  const auto place = co_await place_of(std::move(user), path);
  if (!place) co_return std::unexpected(place.error());
  std::string target(clouds::kTop);
  if (!to->below.empty()) target += "/" + to->below;
  target += "/" + last_name(path);
  auto work = [d = place->cloud->drive(), old = place->path, target] {
    return rename_in_cloud(*d, old, target);
  };
  const auto moved = co_await place->cloud->run(kWork, std::move(work));
  if (!moved) co_return std::unexpected(moved.error());
  co_return folder + "/" + last_name(path);
}

Task<Result<>> CloudFiles::erase(UserId user, std::string path) {
  if (auto good = needs_inside(path); !good) co_return good;
  const auto place = co_await place_of(std::move(user), std::move(path));
  if (!place) co_return std::unexpected(place.error());
  auto work = [d = place->cloud->drive(), inside = place->path]() -> Result<> {
    const auto there = d->look(inside);
    if (!there) return std::unexpected(there.error());
    if (!*there) return failure(ErrorCode::not_found, "There is no such file any more.");
    return d->erase_all(inside);
  };
  co_return co_await place->cloud->run(kWork, std::move(work));
}

Task<net::Response> CloudFiles::download(net::Request& request, std::string path) {
  const auto place = co_await place_of(request.identity->user, std::move(path));
  if (!place) co_return net::error_response(place.error());
  auto look = [d = place->cloud->drive(), inside = place->path] { return d->look(inside); };
  const auto there = co_await place->cloud->run(kLook, std::move(look));
  if (!there) co_return net::error_response(there.error());
  auto answer =
      co_await file_answer(place->cloud->pool(), place->cloud->drive(), place->path, request);
  if (answer.source) answer.source = std::make_shared<Held>(place->cloud, std::move(answer.source));
  co_return answer;
}

Task<Result<std::shared_ptr<async::ByteSource>>> CloudFiles::zip(UserId user,
                                                                 std::vector<std::string> paths) {
  using Source = std::shared_ptr<async::ByteSource>;
  std::vector<std::string> inside;
  clouds::Clouds::Mounted cloud;
  for (const std::string& path : paths) {
    const auto place = co_await place_of(user, path);
    if (!place) co_return std::unexpected(place.error());
    if (cloud && cloud != place->cloud)
      co_return failure(ErrorCode::invalid, "An archive is of one cloud.");
    cloud = place->cloud;
    inside.push_back(place->path);
  }
  if (!cloud) co_return failure(ErrorCode::invalid, "paths must be given");
  auto source = drive::zip_source(co_await boost::asio::this_coro::executor, cloud->drive(),
                                  std::move(inside));
  if (!source) co_return std::unexpected(source.error());
  co_return Source(std::make_shared<Held>(std::move(cloud), *std::move(source)));
}

Task<Result<>> CloudFiles::check_place(UserId user, std::string path, bool replaces) {
  if (auto good = needs_inside(path); !good) co_return good;
  if (auto good = drive::check_name(last_name(path)); !good) co_return good;
  const auto place = co_await place_of(std::move(user), std::move(path));
  if (!place) co_return std::unexpected(place.error());
  auto work = [d = place->cloud->drive(), inside = place->path, replaces]() -> Result<> {
    const auto there = d->look(inside);
    if (!there) return std::unexpected(there.error());
    if (*there && (!replaces || (*there)->is_folder))
      return failure(ErrorCode::conflict, "There is a file of this name already.");
    return {};
  };
  co_return co_await place->cloud->run(kLook, std::move(work));
}

Task<Result<>> CloudFiles::put(UserId user, std::string path, int from, int64_t bytes,
                               bool replaces) {
  const auto place = co_await place_of(std::move(user), std::move(path));
  if (!place) co_return std::unexpected(place.error());
  // Folders above it that came with it.
  const std::string above = place->path.substr(0, place->path.rfind('/'));
  if (above != clouds::kTop) {
    auto make = [d = place->cloud->drive(), above] { return d->make_folders(above); };
    const auto made = co_await place->cloud->run(kLook, std::move(make));
    if (!made) co_return made;
  }
  co_return co_await place->cloud->put(place->path, from, bytes, replaces);
}

}  // namespace colibri::api
