#pragma once
// The routes about what a person keeps secret (docs/protocol.md 9). For people at their pages: no
// API token reads or writes any.
#include "net/router.hpp"
#include "secrets/secrets.hpp"

namespace colibri::api {

class SecretsApi {
 public:
  // `secrets` must outlive this.
  explicit SecretsApi(secrets::Secrets& secrets) : secrets_(secrets) {}

  void add_routes(net::Router& router);

 private:
  using Answer = Task<net::Response>;

  Answer list(net::Request& request);
  Answer add(net::Request& request);
  Answer value(net::Request& request);
  Answer change(net::Request& request);
  Answer remove(net::Request& request);
  Answer set_access(net::Request& request);

  secrets::Secrets& secrets_;
};

}  // namespace colibri::api
