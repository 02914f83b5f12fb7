#include "api/local_runtime_api.hpp"

#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <vector>

#include "api/notebook_answers.hpp"
#include "api/session_watch.hpp"
#include "async/quiet.hpp"
#include "async/spawn.hpp"

namespace colibri::api {

using async::kQuiet;
using net::Access;
using net::BodyKind;
using net::CloseCode;
using net::Request;
using net::Response;
using net::http::verb;

namespace {

using LinkSocket = asio::local::stream_protocol::socket;

constexpr size_t kPieceBytes = 64u << 10;
constexpr size_t kMostAtATime = 2u << 20;  // A page sends at most half of it.

// Between a page's WebSocket and the link, which is the same for all runtimes.
struct Bridge {
  // Let go of with the route's task: a coroutine that is never resumed, at the server's end, must
  // not be the last to hold it.
  std::shared_ptr<net::WebSocket> page;
  LinkSocket link;

  explicit Bridge(LinkSocket socket) : link(std::move(socket)) {}
  void close() {
    boost::system::error_code ignored;
    link.close(ignored);
  }

  static Task<void> down(std::shared_ptr<Bridge> self) {
    std::vector<char> piece(kPieceBytes);
    while (self->page) {
      const auto [error, bytes] = co_await self->link.async_read_some(asio::buffer(piece), kQuiet);
      if (!self->page) co_return;
      if (error) break;
      self->page->send_binary(std::string(piece.data(), bytes));
      co_await self->page->wait_for_room();
    }
    if (self->page) self->page->close(CloseCode::try_again, "the link is closed");
  }
};

}  // namespace

void LocalRuntimeApi::add_routes(net::Router& router) {
  // For people at their pages: no API token may.
  router.add({.method = verb::post,
              .pattern = "/api/notebooks/{id}/local-runtime",
              .access = Access::signed_in,
              .handler = [this](Request& r) { return connect(r); },
              .body = BodyKind::json});
  router.add(
      {.method = verb::get,
       .pattern = "/api/notebooks/{id}/local-runtime/socket",
       .access = Access::signed_in,
       .socket = [this](Request& r,
                        std::shared_ptr<net::WebSocket> s) { return socket(r, std::move(s)); },
       .subprotocol = "colibri.link.v1"});
}

Task<Result<notebooks::OpenedNotebook>> LocalRuntimeApi::open(const Request& request) {
  auto opened = co_await notebooks_.open(request.identity->user, notebook_of(request));
  if (opened && opened->role < document::Role::editor)
    co_return failure(ErrorCode::denied, "Only editors of the notebook may run its cells.");
  co_return opened;
}

Task<Response> LocalRuntimeApi::connect(Request& request) {
  const auto opened = co_await open(request);
  if (!opened) co_return net::error_response(opened.error());
  const auto user = co_await parts_.accounts.find(request.identity->user);
  if (!user) co_return net::error_response(user.error());
  const notebooks::Visitor visitor{user->id, user->name, user->email, opened->role};
  const auto made = opened->actor->connect_local(visitor);
  if (!made) co_return net::error_response(made.error());
  co_return net::json_response(201,
                               {{"runtime", made->runtime->id().value}, {"token", made->token}});
}

Task<void> LocalRuntimeApi::socket(Request& request, std::shared_ptr<net::WebSocket> socket) {
  const auto executor = co_await asio::this_coro::executor;
  SessionWatch watch(parts_.sessions, request.identity->session, socket);
  watch.start(executor);
  const auto opened = co_await open(request);
  if (!opened) {
    const ErrorCode code = opened.error().code;
    const uint16_t closing = code == ErrorCode::denied      ? CloseCode::no_right
                             : code == ErrorCode::not_found ? CloseCode::no_notebook
                                                            : CloseCode::failed;
    co_return socket->close(closing, opened.error().detail);
  }
  LinkSocket ours(executor), theirs(executor);
  boost::system::error_code error;
  asio::local::connect_pair(ours, theirs, error);
  if (error) co_return socket->close(CloseCode::try_again, "the server has no sockets left");
  const auto bridge = std::make_shared<Bridge>(std::move(ours));
  bridge->page = socket;
  struct Guard {
    Bridge& bridge;
    ~Guard() {
      bridge.page.reset();
      bridge.close();
    }
  } guard{*bridge};
  async::spawn(executor, Bridge::down(bridge), "bringing a link to its page");
  async::spawn(
      executor,
      runtimes_.serve_page(std::move(theirs), notebook_of(request), request.identity->user),
      "serving a page's link");
  for (;;) {
    auto message = co_await socket->receive();
    if (!message) {
      if (message.error().code == ErrorCode::too_large)
        socket->close(CloseCode::too_large, message.error().detail);
      co_return;
    }
    if (!message->binary || message->payload.size() > kMostAtATime)
      co_return socket->close(CloseCode::malformed, "binary frames of at most 2 MiB");
    const auto [failed, bytes] =
        co_await asio::async_write(bridge->link, asio::buffer(message->payload), kQuiet);
    // Closed by the other side: down() says goodbye when it has brought the last.
    if (failed) break;
  }
  (void)co_await socket->receive();
}

}  // namespace colibri::api
