#include "api/api.hpp"

#include "api/notebook_socket.hpp"

namespace colibri::api {

using net::Access;
using net::BodyKind;
using net::Request;
using net::Response;
using net::http::verb;

std::string_view version() {
  return COLIBRI_VERSION;
}

net::Authenticate Api::authenticate() {
  return [this](const Request& request) { return account_.identify(request); };
}

void Api::add_routes(net::Router& router) {
  router.add({.method = verb::get,
              .pattern = "/api/health",
              .access = Access::open,
              .handler = [this](Request& r) { return health(r); }});
  router.add({.method = verb::get,
              .pattern = "/api/about",
              .access = Access::signed_in,
              .handler = [this](Request& r) { return about(r); }});
  runtimes_.add_routes(router);
  kept_files_.add_routes(router);
  files_.add_routes(router);
  account_.add_routes(router);
  account_data_.add_routes(router);
  add_notebook_routes(router);
  add_own_notebook_routes(router);
  clouds_.add_routes(router);
  drive_.add_routes(router);
  webdav_.add_routes(router);
  sharing_.add_routes(router);
  examples_.add_routes(router);
  github_.add_routes(router);
  github_accounts_.add_routes(router);
  github_saves_.add_routes(router);
  history_.add_routes(router);
  secrets_.add_routes(router);
  drive_mounts_.add_routes(router);
  terminals_.add_routes(router);
  ports_.add_routes(router);
  local_runtimes_.add_routes(router);
  sessions_.add_routes(router);
}

void Api::add_notebook_routes(net::Router& router) {
  router.add({.method = verb::get,
              .pattern = "/api/notebooks",
              .access = Access::signed_in,
              .scope = auth::kReadNotebooks,
              .handler = [this](Request& r) { return list_notebooks(r); }});
  router.add({.method = verb::post,
              .pattern = "/api/notebooks",
              .access = Access::signed_in,
              .scope = auth::kWriteNotebooks,
              .handler = [this](Request& r) { return create_notebook(r); },
              .body = BodyKind::json});
  router.add({.method = verb::post,
              .pattern = "/api/notebooks/import",
              .access = Access::signed_in,
              .scope = auth::kWriteNotebooks,
              .handler = [this](Request& r) { return import_notebook(r); },
              .body = BodyKind::upload,
              .body_limit = parts_.upload_limit});
  router.add({.method = verb::patch,
              .pattern = "/api/notebooks/{id}",
              .access = Access::signed_in,
              .scope = auth::kWriteNotebooks,
              .handler = [this](Request& r) { return rename_notebook(r); },
              .body = BodyKind::json});
  router.add({.method = verb::delete_,
              .pattern = "/api/notebooks/{id}",
              .access = Access::signed_in,
              .scope = auth::kWriteNotebooks,
              .handler = [this](Request& r) { return remove_notebook(r); }});
  router.add({.method = verb::get,
              .pattern = "/api/notebooks/{id}",
              .access = Access::signed_in,
              .scope = auth::kReadNotebooks,
              .handler = [this](Request& r) { return notebook_about(r); }});
  router.add({.method = verb::get,
              .pattern = "/api/notebooks/{id}/file",
              .access = Access::signed_in,
              .scope = auth::kReadNotebooks,
              .handler = [this](Request& r) { return notebook_file(r); }});
  router.add({.method = verb::get,
              .pattern = "/api/notebooks/{id}/blobs/{sha256}",
              .access = Access::signed_in,
              .scope = auth::kReadNotebooks,
              .handler = [this](Request& r) { return notebook_blob(r); }});
  router.add({.method = verb::get,
              .pattern = "/api/notebooks/{id}/socket",
              .access = Access::signed_in,
              .scope = auth::kRunNotebooks,
              .socket =
                  [this](Request& r, std::shared_ptr<net::WebSocket> socket) {
                    return notebook_socket(r, std::move(socket));
                  },
              .subprotocol = "colibri.v1"});
}

void Api::add_own_notebook_routes(net::Router& router) {
  const auto add = [&](verb method, const char* pattern, net::Handler handler) {
    router.add({.method = method,
                .pattern = pattern,
                .access = Access::signed_in,
                .scope = auth::kWriteNotebooks,
                .handler = std::move(handler),
                .body = BodyKind::json});
  };
  add(verb::post, "/api/notebooks/{id}/copy", [this](Request& r) { return copy_notebook(r); });
  add(verb::post, "/api/notebooks/{id}/playground",
      [this](Request& r) { return make_playground(r); });
  add(verb::put, "/api/notebooks/{id}/star", [this](Request& r) { return star_notebook(r); });
  add(verb::put, "/api/notebooks/{id}/trust", [this](Request& r) { return trust_notebook(r); });
}

Task<Response> Api::health(Request&) {
  co_return net::json_response(200, {{"status", "ok"}, {"version", version()}});
}

Task<Response> Api::about(Request&) {
  co_return net::json_response(200, {{"version", version()}, {"report_url", parts_.report_url}});
}

Task<void> Api::notebook_socket(Request& request, std::shared_ptr<net::WebSocket> socket) {
  auto user = co_await parts_.account.accounts.find(request.identity->user);
  if (!user) co_return socket->close(net::CloseCode::signed_out, "sign in first");
  NotebookSocket session(parts_.notebooks, parts_.account.sessions, std::move(socket),
                         *std::move(user), request.identity->session, {request.parameter("id")});
  co_await session.serve();
}

}  // namespace colibri::api
