#pragma once
// Which handler answers a method and path, and who may ask. Default deny: what is no route is 404
// or 405, and a route cannot be made without saying who may use it.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "net/request.hpp"
#include "net/response.hpp"
#include "net/web_socket.hpp"

namespace colibri::net {

enum class Access {
  open,       // Anybody who reaches the server.
  signed_in,  // A valid session.
  owner,      // A valid session of an administrator.
};

enum class BodyKind {
  none,    // A body is refused.
  json,    // application/json, one object: Request::json. No body at all is {}.
  upload,  // Any bytes: Request::upload.
  stream,  // Any bytes, as they come: Request::body. There is no deadline for all of them.
};

// `request` outlives the task. A capturing lambda must only return the task of a plain function.
using Handler = std::function<Task<Response>(Request& request)>;
using SocketHandler = std::function<Task<void>(Request& request, std::shared_ptr<WebSocket>)>;

struct Route {
  http::verb method = http::verb::get;
  // "/api/notebooks/{id}": a {name} takes one segment, not empty; a {name...} at the end takes all
  // that is left, one or more.
  std::string pattern;
  Access access = Access::owner;
  // What an API token must be allowed to use it; empty: no token may. Of Access::signed_in only.
  std::string_view scope;
  Handler handler;
  BodyKind body = BodyKind::none;
  size_t body_limit = 64u << 10;
  bool asks_by_basic = false;  // Who is nobody is told so in a way that file managers understand.
  SocketHandler socket;        // Instead of handler: a WebSocket.
  std::string subprotocol;     // That the socket's client must offer.
};

class Router {
 public:
  // Requires that no route has the same method and pattern, and that handler or socket is set.
  void add(Route route);

  struct Match {
    const Route* route = nullptr;
    bool path_known = false;  // With no route: another method would have one (405).
    std::string allow;        // Methods, for 405.
  };
  // Fills request.parameters. HEAD finds the route of GET. Literal segments win over {names}.
  [[nodiscard]] Match find(Request& request) const;

  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Entry {
    std::vector<std::string> segments;
    size_t names = 0;
  };
  std::vector<Route> routes_;
  std::vector<Entry> entries_;  // Of the same index.
};

// Whether the method changes nothing: GET, HEAD.
[[nodiscard]] bool is_safe(http::verb method);

}  // namespace colibri::net
