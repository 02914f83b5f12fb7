#pragma once
// A Drive as a folder of a desktop (WebDAV, RFC 4918 classes 1 and 2), under /dav: what is below it
// is below "My Drive". A program signs in with an API token as its password. What it sends as XML
// is not looked at: all properties are told to whoever asks for some, none is changed, and a lock
// is a lock.
#include <map>
#include <string>

#include "api/drive_api.hpp"
#include "async/blocking_pool.hpp"
#include "net/router.hpp"
#include "notebooks/personal.hpp"

namespace colibri::api {

class WebdavApi {
 public:
  WebdavApi(notebooks::Notebooks& notebooks, DriveApi& drive, async::BlockingPool& pool)
      : personal_(notebooks), drive_(drive), pool_(pool) {}
  WebdavApi(const WebdavApi&) = delete;

  void add_routes(net::Router& router);

 private:
  using Answer = Task<net::Response>;
  using Drive = std::shared_ptr<const drive::Drive>;
  struct Target {
    Drive drive;
    std::string path;                 // In the Drive.
    std::optional<drive::Item> item;  // What is there.
  };
  struct Held {
    std::string token;
    int64_t until_ms = 0;
  };

  Answer serve(net::Request& request);
  Answer act(net::Request& request, Target target);
  Answer options();
  Answer find(net::Request& request, Target target);
  Answer get(net::Request& request, Target target);
  Answer put(net::Request& request, Target target);
  Answer make_folder(net::Request& request, Target target);
  Answer remove(net::Request& request, Target target);
  Answer move_or_copy(net::Request& request, Target target);
  Task<Result<>> move_over(UserId user, Target from, Target to);
  Answer lock(net::Request& request, Target target);
  Answer unlock(net::Request& request, Target target);

  Task<Result<Target>> target_of(UserId user, const std::vector<std::string>& segments);
  // Whether another holds a lock there, above or below, whose token the request does not have.
  [[nodiscard]] bool is_locked(const net::Request& request, const std::string& path);

  notebooks::Personal personal_;
  DriveApi& drive_;
  async::BlockingPool& pool_;
  std::map<std::pair<UserId, std::string>, Held> locks_;  // By whose they are, and the path.
};

}  // namespace colibri::api
