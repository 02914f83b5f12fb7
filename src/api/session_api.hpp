#pragma once
// The routes about sessions (docs/protocol.md 7): the runtimes that live, for whose they are and
// for administrators.
#include <memory>

#include "auth/accounts.hpp"
#include "net/router.hpp"
#include "notebooks/notebooks.hpp"
#include "runtimes/runtimes.hpp"

namespace colibri::api {

class SessionApi {
 public:
  // All must outlive this.
  SessionApi(auth::Accounts& accounts, notebooks::Notebooks& notebooks,
             const runtimes::Runtimes& runtimes)
      : accounts_(accounts), notebooks_(notebooks), runtimes_(runtimes) {}

  void add_routes(net::Router& router);

 private:
  using Answer = Task<net::Response>;
  using RuntimePtr = std::shared_ptr<runtimes::Runtime>;

  Answer list(net::Request& request);
  Answer end(net::Request& request);
  Answer log(net::Request& request);
  Answer resources(net::Request& request);

  // The session that the request names; null unless it is theirs, or they run the server.
  [[nodiscard]] RuntimePtr find(const net::Request& request) const;
  // Also one that its owner shares with this person.
  Task<RuntimePtr> find_used(const net::Request& request);
  Task<json::Object> to_json(RuntimePtr runtime, UserId asks);

  auth::Accounts& accounts_;
  notebooks::Notebooks& notebooks_;
  const runtimes::Runtimes& runtimes_;
};

}  // namespace colibri::api
