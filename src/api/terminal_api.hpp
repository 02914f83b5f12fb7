#pragma once
// The routes about terminals of the runtime that somebody uses for a notebook (docs/protocol.md 7
// and 2.6): for editors and the owner.
#include <memory>

#include "auth/sessions.hpp"
#include "net/router.hpp"
#include "notebooks/notebooks.hpp"

namespace colibri::api {

class TerminalApi {
 public:
  // Both must outlive this.
  TerminalApi(auth::Sessions& sessions, notebooks::Notebooks& notebooks)
      : sessions_(sessions), notebooks_(notebooks) {}

  void add_routes(net::Router& router);

 private:
  using Answer = Task<net::Response>;
  using RuntimePtr = std::shared_ptr<runtimes::Runtime>;

  struct Place {
    std::shared_ptr<notebooks::DocumentActor> actor;
    RuntimePtr runtime;  // Null: none lives.
  };
  // For editors; errors as Notebooks::open has them, and denied.
  Task<Result<Place>> place_of(const net::Request& request);

  Answer list(net::Request& request);
  Answer open(net::Request& request);
  Answer rename(net::Request& request);
  Answer close(net::Request& request);
  Task<void> socket(net::Request& request, std::shared_ptr<net::WebSocket> socket);

  auth::Sessions& sessions_;
  notebooks::Notebooks& notebooks_;
};

}  // namespace colibri::api
