#include "api/session_watch.hpp"

#include "async/spawn.hpp"
#include "async/timer.hpp"

namespace colibri::api {
namespace {

constexpr auto kRecheckEvery = std::chrono::minutes(5);

// Ends the socket of a session that ran out, or was ended by another process (`colibri user`).
Task<void> watch_session(auth::Sessions& sessions, std::string session,
                         std::shared_ptr<net::WebSocket> socket,
                         std::shared_ptr<async::Event> done) {
  for (;;) {
    if (const bool over = co_await done->wait_for(kRecheckEvery); over) co_return;
    const auto alive = co_await sessions.alive(session, async::now_ms());
    if (alive && !*alive) socket->close(net::CloseCode::signed_out, auth::kSignedOut);
  }
}

}  // namespace

SessionWatch::SessionWatch(auth::Sessions& sessions, std::string session,
                           std::shared_ptr<net::WebSocket> socket)
    : sessions_(sessions), session_(std::move(session)), socket_(std::move(socket)) {
  watcher_ = sessions_.watch(session_, [socket = socket_](const std::string& why) {
    socket->close(net::CloseCode::signed_out, why);
  });
}

SessionWatch::~SessionWatch() {
  sessions_.unwatch(watcher_);
  done_->set();
}

void SessionWatch::start(const asio::any_io_executor& executor) {
  async::spawn(executor, watch_session(sessions_, session_, socket_, done_), "watching a session");
}

}  // namespace colibri::api
