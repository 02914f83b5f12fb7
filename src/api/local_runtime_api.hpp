#pragma once
// The routes of "Connect to a local runtime" (docs/protocol.md 3.2): a page asks for the runtime,
// and speaks the link of a supervisor for it. What it says is as untrusted as what a container
// does.
#include <memory>

#include "api/account_api.hpp"
#include "net/router.hpp"
#include "notebooks/notebooks.hpp"
#include "runtimes/runtimes.hpp"

namespace colibri::api {

class LocalRuntimeApi {
 public:
  // All must outlive this.
  LocalRuntimeApi(const AccountParts& parts, notebooks::Notebooks& notebooks,
                  runtimes::Runtimes& runtimes)
      : parts_(parts), notebooks_(notebooks), runtimes_(runtimes) {}
  LocalRuntimeApi(const LocalRuntimeApi&) = delete;

  void add_routes(net::Router& router);

 private:
  // An open notebook that the request's person may run cells of, or why not.
  Task<Result<notebooks::OpenedNotebook>> open(const net::Request& request);
  Task<net::Response> connect(net::Request& request);
  Task<void> socket(net::Request& request, std::shared_ptr<net::WebSocket> socket);

  const AccountParts& parts_;
  notebooks::Notebooks& notebooks_;
  runtimes::Runtimes& runtimes_;
};

}  // namespace colibri::api
