// A request for a program elsewhere, and its answer: carried on piece by piece, each side held back
// by the other; after an upgrade, bytes both ways.
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <cstdio>

#include "async/event.hpp"
#include "async/quiet.hpp"
#include "async/spawn.hpp"
#include "base/log.hpp"
#include "net/connection.hpp"
#include "net/forward_head.hpp"

namespace colibri::net {

namespace {

using async::kQuiet;

constexpr size_t kCarriedPiece = 64u << 10;
constexpr size_t kFormLimit = 4u << 10;
constexpr uint32_t kAnswerHeadLimit = 64u << 10;
constexpr auto kSendLimit = std::chrono::seconds(30);
// What computes may think for long before it answers.
constexpr auto kAnswerLimit = std::chrono::minutes(10);

Response no_answer(const char* detail) {
  return error_response(502, "unavailable", detail);
}

// Of a body in chunks; an empty piece is its end.
std::string as_chunk(const std::string& piece) {
  char size[24];
  std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
  return size + piece + "\r\n";
}

bool has_body(http::verb method, unsigned status) {
  return method != http::verb::head && status >= 200 && status != 204 && status != 304;
}

}  // namespace

// What a program answers: read as HTTP, with a limit for each wait.
class Connection::Answer {
 public:
  Answer(std::shared_ptr<Passage> passage, asio::any_io_executor executor, http::verb method)
      : passage_(std::move(passage)),
        timer_(std::move(executor)),
        is_head_(method == http::verb::head) {
    begin();
  }

  // The head of the final answer; false when there is none.
  Task<bool> read_head() {
    for (;;) {
      boost::system::error_code error;
      while (!parser_->is_header_done()) {
        const bool more = co_await feed(error);
        if (error || (!more && !parser_->is_header_done())) co_return false;
      }
      const unsigned status = parser_->get().result_int();
      if (status >= 200 || status == 101) break;
      begin();  // "Continue", "Early Hints".
    }
    co_return true;
  }

  // The next piece of the body, empty at its end; nothing when it was broken off.
  Task<std::optional<std::string>> next() {
    std::string piece(kCarriedPiece, '\0');
    auto& body = parser_->get().body();
    body.data = piece.data();
    body.size = piece.size();
    while (!parser_->is_done() && body.size == piece.size()) {
      boost::system::error_code error;
      const bool more = co_await feed(error);
      if (error || (!more && !parser_->is_done())) co_return std::nullopt;
    }
    piece.resize(piece.size() - body.size);
    co_return piece;
  }

  [[nodiscard]] auto& head() { return parser_->get(); }
  [[nodiscard]] bool has_length() { return parser_->content_length().has_value(); }
  // What came behind the head of an upgrade.
  [[nodiscard]] std::string rest() {
    return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
  }

 private:
  void begin() {
    parser_.emplace();
    parser_->header_limit(kAnswerHeadLimit);
    parser_->body_limit(boost::none);
    parser_->skip(is_head_);
  }

  // Gives the parser what has come, and reads when that is not enough. False at the program's end.
  Task<bool> feed(boost::system::error_code& error) {
    if (buffer_.size() > 0 && !starving_) {
      buffer_.consume(parser_->put(buffer_.data(), error));
      starving_ = error == http::error::need_more;
      if (error == http::error::need_more || error == http::error::need_buffer) error = {};
      co_return true;
    }
    starving_ = false;
    if (buffer_.size() > kAnswerHeadLimit + kCarriedPiece) {
      error = http::error::header_limit;
      co_return false;
    }
    timer_.expires_after(kAnswerLimit);
    timer_.async_wait([weak = std::weak_ptr(passage_)](const boost::system::error_code& stopped) {
      if (const auto passage = weak.lock(); passage && !stopped) passage->close();
    });
    const auto [lost, bytes] = co_await passage_->read_some(buffer_.prepare(kCarriedPiece));
    timer_.cancel();
    if (!lost) {
      buffer_.commit(bytes);
      co_return true;
    }
    if (parser_->is_header_done()) parser_->put_eof(error);
    co_return false;
  }

  std::shared_ptr<Passage> passage_;
  asio::steady_timer timer_;
  boost::beast::flat_buffer buffer_;
  std::optional<http::response_parser<http::buffer_body>> parser_;
  bool is_head_;
  bool starving_ = false;  // The parser wants more than there is.
};

Task<bool> Connection::serve_forwarded(Request& request) {
  Forward& forward = *shared_.forward;
  std::optional<Response> response;
  if (request.path == Forward::kEntrance) {
    response = co_await enter(request);
  } else {
    auto admitted = co_await forward.admit(request);
    if (auto* passage = std::get_if<std::shared_ptr<Passage>>(&admitted)) {
      std::shared_ptr<Passage> way = std::move(*passage);
      response = co_await carry(request, way);
      way->close();
      if (!response) co_return carried_ && !stopping_;
    } else {
      response = std::get<Response>(std::move(admitted));
    }
  }
  const bool keep = parser_->get().keep_alive() && parser_->is_done() && !stopping_;
  if (!response->has("Content-Security-Policy"))
    response->set("Content-Security-Policy",
                  "default-src 'none'; style-src 'unsafe-inline'; "
                  "frame-ancestors 'self' " +
                      forward.framed_by(request));
  const bool sent = co_await send(*response, request.method == http::verb::head, keep);
  co_return sent&& keep;
}

Task<Response> Connection::enter(Request& request) {
  if (request.method != http::verb::post)
    co_return error_response(405, "method_not_allowed", "not by this method");
  const auto declared = parser_->content_length();
  if (!declared || *declared > kFormLimit)
    co_return error_response(413, "too_large", "the form is too large");
  stream_.expires_after(shared_.settings.body_deadline);
  std::string form, piece;
  while (!parser_->is_done()) {
    piece.resize(kFormLimit);
    const auto read = co_await read_piece(piece);
    if (!read) co_return error_response(read.error());
    form += piece;
  }
  co_return co_await shared_.forward->enter(request, std::move(form));
}

// The request's body behind its head. False when either side could not go on.
Task<bool> Connection::send_body(std::shared_ptr<Passage> way, BodyFrame frame) {
  std::string piece;
  while (!parser_->is_done()) {
    piece.resize(kCarriedPiece);
    stream_.expires_after(shared_.settings.body_deadline);
    const auto read = co_await read_piece(piece);
    if (!read) co_return false;
    if (piece.empty()) continue;
    if (frame == BodyFrame::chunks) piece = as_chunk(piece);
    const auto lost = co_await way->write(asio::buffer(piece));
    if (lost) co_return false;
  }
  if (frame != BodyFrame::chunks) co_return true;
  const std::string last = as_chunk("");
  const auto lost = co_await way->write(asio::buffer(last));
  co_return !lost;
}

// Nothing: the answer was carried; carried_ says whether the connection is good for more. A
// response is for what never answered.
Task<std::optional<Response>> Connection::carry(Request& request, std::shared_ptr<Passage> way) {
  carried_ = false;
  const bool upgrade = boost::beast::websocket::is_upgrade(parser_->get());
  ForwardedHead how{.cookie = {}, .framed_by = {}, .upgrade = upgrade};
  const std::string cookie = shared_.forward->cookie();
  const std::string framed_by = shared_.forward->framed_by(request);
  how.cookie = cookie;
  how.framed_by = framed_by;
  if (parser_->chunked()) {
    how.body = BodyFrame::chunks;
  } else if (parser_->content_length()) {
    how.body = BodyFrame::length;
  }
  const std::string head = head_for_program(parser_->get().base(), request, how);
  const auto lost = co_await way->write(asio::buffer(head));
  if (lost) co_return no_answer("The program in the runtime closed the connection.");
  if (const bool told = co_await say_continue(request); !told) co_return std::nullopt;
  // A program may answer, and close, before it has read all: its answer counts.
  const bool whole = co_await send_body(way, how.body);
  Answer answer(way, stream_.get_executor(), request.method);
  const bool came = co_await answer.read_head();
  if (!came) co_return no_answer("The program in the runtime gave no answer.");
  const unsigned status = answer.head().result_int();
  if (status == 101 && !upgrade) co_return no_answer("The program in the runtime gave no answer.");
  how.upgrade = status == 101;
  how.body = BodyFrame::none;
  const bool old = parser_->get().version() < 11;
  if (has_body(request.method, status) && status != 101) {
    how.body = answer.has_length() ? BodyFrame::length : old ? BodyFrame::none : BodyFrame::chunks;
  } else if (request.method == http::verb::head) {
    how.body = BodyFrame::length;
  }
  const bool ends = how.body == BodyFrame::none && has_body(request.method, status);
  const bool keep = whole && parser_->get().keep_alive() && !ends && !stopping_;
  std::string out = head_for_browser(answer.head().base(), keep, how);
  if (how.upgrade) {
    out += answer.rest();
    stream_.expires_after(kSendLimit);
    const auto [error, n] = co_await asio::async_write(stream_, asio::buffer(out), kQuiet);
    if (!error) co_await tunnel(std::move(way));
    co_return std::nullopt;
  }
  const bool sent = co_await send_answer(answer, std::move(out), how.body);
  carried_ = sent && keep;
  co_return std::nullopt;
}

Task<bool> Connection::send_answer(Answer& answer, std::string out, BodyFrame frame) {
  for (bool more = true; more;) {
    auto piece = co_await answer.next();
    if (!piece) co_return false;  // Cut: nobody takes what came for the whole.
    more = !piece->empty();
    out += frame == BodyFrame::chunks ? as_chunk(*piece) : *piece;
    if (out.empty()) break;
    stream_.expires_after(kSendLimit);
    const auto [error, n] = co_await asio::async_write(stream_, asio::buffer(out), kQuiet);
    if (error || stopping_) co_return false;
    out.clear();
  }
  co_return true;
}

// Until either side ends.
Task<void> Connection::tunnel(std::shared_ptr<Passage> way) {
  tunnelled_ = true;
  boost::system::error_code ignored;
  stream_.expires_never();
  stream_.socket().set_option(asio::socket_base::keep_alive(true), ignored);
  const auto done = std::make_shared<async::Event>();
  async::spawn(stream_.get_executor(), tunnel_up(way, done), "bytes of a browser");
  std::string piece(kCarriedPiece, '\0');
  while (!stopping_) {
    const auto [lost, bytes] = co_await way->read_some(asio::buffer(piece));
    if (lost) break;
    const auto [error, n] =
        co_await asio::async_write(stream_, asio::buffer(piece.data(), bytes), kQuiet);
    if (error) break;
  }
  stream_.close();
  way->close();
  while (!done->is_set()) (void)co_await done->wait_for(std::chrono::hours(1));
}

Task<void> Connection::tunnel_up(std::shared_ptr<Passage> way, std::shared_ptr<async::Event> done) {
  std::string piece(static_cast<const char*>(buffer_.data().data()), buffer_.size());
  buffer_.consume(buffer_.size());
  for (;;) {
    if (!piece.empty()) {
      const auto lost = co_await way->write(asio::buffer(piece));
      if (lost) break;
    }
    piece.resize(kCarriedPiece);
    const auto [error, bytes] = co_await stream_.async_read_some(asio::buffer(piece), kQuiet);
    if (error) break;
    piece.resize(bytes);
  }
  way->close();
  done->set();
}

}  // namespace colibri::net
