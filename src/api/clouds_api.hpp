#pragma once
// The routes about which other clouds a person has connected (docs/protocol.md 8.2). For people at
// their pages: no API token connects one.
#include "clouds/clouds.hpp"
#include "net/router.hpp"

namespace colibri::api {

class CloudsApi {
 public:
  // `clouds` must outlive this.
  explicit CloudsApi(clouds::Clouds& clouds) : clouds_(clouds) {}

  void add_routes(net::Router& router);

 private:
  using Answer = Task<net::Response>;

  Answer kinds(net::Request& request);
  Answer list(net::Request& request);
  Answer look(net::Request& request);
  Answer connect(net::Request& request);
  Answer change(net::Request& request);
  Answer disconnect(net::Request& request);

  clouds::Clouds& clouds_;
};

}  // namespace colibri::api
