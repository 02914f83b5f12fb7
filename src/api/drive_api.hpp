#pragma once
// The routes about a person's Drive (docs/protocol.md 8): lists, folders, moving, the Trash,
// uploads and downloads. Paths in Clouds are those of other clouds (cloud_files.hpp).
#include <map>
#include <memory>

#include "api/cloud_files.hpp"
#include "async/blocking_pool.hpp"
#include "net/router.hpp"
#include "notebooks/drive_lists.hpp"
#include "notebooks/folders.hpp"
#include "notebooks/personal.hpp"
#include "notebooks/uploads.hpp"

namespace colibri::api {

class DriveApi {
 public:
  DriveApi(notebooks::Notebooks& notebooks, clouds::Clouds& clouds, async::BlockingPool& pool)
      : folders_(notebooks),
        uploads_(notebooks),
        personal_(notebooks),
        clouds_(clouds),
        pool_(pool) {}
  DriveApi(const DriveApi&) = delete;

  void add_routes(net::Router& router);
  [[nodiscard]] notebooks::Folders& folders() { return folders_; }
  [[nodiscard]] notebooks::Uploads& uploads() { return uploads_; }

 private:
  using Answer = Task<net::Response>;

  Answer list(net::Request& request);
  Task<Result<notebooks::Listing>> listing(const net::Request& request);
  Answer space(net::Request& request);
  Answer make_folder(net::Request& request);
  Answer rename(net::Request& request);
  Answer move(net::Request& request);
  Answer copy(net::Request& request);
  Answer star(net::Request& request);
  Answer trash(net::Request& request);
  Answer restore(net::Request& request);
  Answer erase(net::Request& request);
  Answer empty_trash(net::Request& request);

  // drive_files_api.cpp
  void add_file_routes(net::Router& router);
  Answer download(net::Request& request);
  Answer own_file(net::Request& request, std::string path);
  Answer download_zip(net::Request& request);
  Task<Result<std::shared_ptr<async::ByteSource>>> own_zip(UserId user,
                                                           std::vector<std::string> paths);
  Task<Result<notebooks::Upload>> begin_in_cloud(UserId user, std::string path, int64_t bytes,
                                                 bool replaces);
  Task<Result<std::string>> finish_in_cloud(UserId user, notebooks::Upload upload);
  Answer begin_upload(net::Request& request);
  Answer list_uploads(net::Request& request);
  Answer find_upload(net::Request& request);
  Answer append(net::Request& request);
  Answer finish(net::Request& request);
  Answer drop(net::Request& request);

  notebooks::Folders folders_;
  notebooks::Uploads uploads_;
  notebooks::Personal personal_;
  CloudFiles clouds_;
  async::BlockingPool& pool_;
  notebooks::DriveLists lists_;
  // How many archives are being made for whom.
  std::shared_ptr<std::map<UserId, int>> zipping_ = std::make_shared<std::map<UserId, int>>();
};

}  // namespace colibri::api
