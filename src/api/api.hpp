#pragma once
// The page's API (docs/openapi.yaml): translates requests into calls on accounts and notebooks, and
// answers. Decides nothing itself.
#include "auth/accounts.hpp"
#include "auth/sessions.hpp"
#include "auth/sign_in_limit.hpp"
#include "image/images.hpp"
#include "mail/sender.hpp"
#include "net/http_server.hpp"
#include "net/router.hpp"
#include "notebooks/notebooks.hpp"
#include "runtimes/runtimes.hpp"

namespace colibri::api {

// What the API speaks to. All of it must outlive the last request.
struct Parts {
  async::BlockingPool& pool;
  auth::Accounts& accounts;
  auth::Sessions& sessions;
  notebooks::Notebooks& notebooks;
  const runtimes::Runtimes& runtimes;
  const image::Images& images;
  mail::Sender& mail;
  size_t upload_limit = 100u << 20;  // Bytes of an imported notebook.
};

[[nodiscard]] std::string_view version();

class Api {
 public:
  explicit Api(Parts parts) : parts_(parts) {}

  // Adds every route under /api. This must outlive the router's use.
  void add_routes(net::Router& router);

  // Where people reach the server, for links in mails: "https://lab.example.org". Before requests.
  void reached_at(std::string url) { url_ = std::move(url); }

  // For the server: who the request's cookie stands for.
  [[nodiscard]] net::Authenticate authenticate();

 private:
  using Answer = Task<net::Response>;

  void add_account_routes(net::Router& router);
  void add_notebook_routes(net::Router& router);

  Task<Result<std::optional<net::Identity>>> identify(const net::Request& request);

  Answer health(net::Request& request);
  Answer flavors(net::Request& request);

  Answer sign_in(net::Request& request);
  Answer sign_in_by_link(net::Request& request);
  Answer sign_out(net::Request& request);
  Answer me(net::Request& request);
  Answer change_me(net::Request& request);
  Answer welcome(net::Request& request, auth::User user);

  Answer list_notebooks(net::Request& request);
  Answer create_notebook(net::Request& request);
  Answer import_notebook(net::Request& request);
  Answer rename_notebook(net::Request& request);
  Answer remove_notebook(net::Request& request);
  Answer notebook_file(net::Request& request);
  Answer notebook_blob(net::Request& request);
  Task<void> notebook_socket(net::Request& request, std::shared_ptr<net::WebSocket> socket);

  Parts parts_;
  std::string url_;
  auth::SignInLimit limit_;
};

}  // namespace colibri::api
