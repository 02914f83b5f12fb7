#pragma once
// The routes about the files of runtimes that have ended (docs/protocol.md 7.1).
#include <map>

#include "net/router.hpp"
#include "runtimes/runtimes.hpp"

namespace colibri::api {

class KeptFilesApi {
 public:
  // `runtimes` must outlive this.
  explicit KeptFilesApi(const runtimes::Runtimes& runtimes) : runtimes_(runtimes) {}

  void add_routes(net::Router& router);

 private:
  using Answer = Task<net::Response>;

  Answer list(net::Request& request);
  Answer download(net::Request& request);
  Answer discard(net::Request& request);

  const runtimes::Runtimes& runtimes_;
  // Downloads that are under way, of each person.
  std::shared_ptr<std::map<UserId, int>> reading_ = std::make_shared<std::map<UserId, int>>();
};

}  // namespace colibri::api
