#pragma once
// The routes about a notebook's revisions and what ran in it (docs/protocol.md 6): for editors.
#include "auth/accounts.hpp"
#include "net/router.hpp"
#include "notebooks/notebooks.hpp"

namespace colibri::api {

class HistoryApi {
 public:
  // Both must outlive this.
  HistoryApi(auth::Accounts& accounts, notebooks::Notebooks& notebooks)
      : accounts_(accounts), notebooks_(notebooks) {}

  void add_routes(net::Router& router);

 private:
  using Answer = Task<net::Response>;

  Answer list(net::Request& request);
  Answer read(net::Request& request);
  Answer outputs(net::Request& request);
  Answer pin(net::Request& request);
  Answer change(net::Request& request);
  Answer restore(net::Request& request);
  Answer copy(net::Request& request);
  Answer file(net::Request& request);
  Answer executions(net::Request& request);

  auth::Accounts& accounts_;
  notebooks::Notebooks& notebooks_;
};

}  // namespace colibri::api
