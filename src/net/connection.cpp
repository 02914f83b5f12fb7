#include "net/connection.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <cstring>
#include <ctime>

#include "async/quiet.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"

namespace colibri::net {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

namespace {

using async::kQuiet;
constexpr uint32_t kHeaderLimit = 16u << 10;
constexpr size_t kHeaderFields = 100;
constexpr size_t kBytesPerSecond = 32u << 10;
constexpr auto kWriteDeadline = std::chrono::seconds(30);
constexpr size_t kPiece = 256u << 10;
constexpr size_t kShortPiece = 64u << 10;  // Of a body, as long as little comes at a time.
constexpr auto kPause = std::chrono::milliseconds(1);
constexpr size_t kLongPiece = 512u << 10;  // Below what malloc maps anew each time (serve.cpp).

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text.data();
}

// Unless the response says otherwise itself.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kDefaultHeaders = {{
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cache-Control", "no-store"},
}};

bool is_json(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  boost::algorithm::trim(type);
  return boost::algorithm::iequals(type, "application/json");
}

Response unauthorized() {
  return error_response(401, "signed_out", "sign in first");
}

Response malformed() {
  return error_response(400, "invalid", "the request is malformed");
}

Response too_large(size_t limit) {
  return error_response(413, "too_large",
                        "the request is over the limit of " + std::to_string(limit) + " bytes");
}

// The right-most address that a proxy we trust has added.
asio::ip::address client_address(const HttpSettings& settings, const Request& request,
                                 const asio::ip::address& peer) {
  const auto& proxies = settings.trusted_proxies;
  if (std::ranges::find(proxies, peer) == proxies.end()) return peer;
  std::string_view list = request.header("X-Forwarded-For");
  std::string last(list.substr(list.rfind(',') + 1));
  boost::algorithm::trim(last);
  boost::system::error_code error;
  const auto address = asio::ip::make_address(last, error);
  return error ? peer : address;
}

bool may_use(const std::vector<std::string>& scopes, const Route& route) {
  return !route.scope.empty() && std::ranges::find(scopes, route.scope) != scopes.end();
}

void set_socket_options(WebSocket::Stream& stream, const asio::ip::address& remote,
                        const std::string& subprotocol) {
  auto timeouts = websocket::stream_base::timeout::suggested(beast::role_type::server);
  timeouts.handshake_timeout = std::chrono::seconds(15);
  timeouts.idle_timeout = std::chrono::seconds(90);
  timeouts.keep_alive_pings = true;
  stream.set_option(timeouts);
  // Compressing costs the reactor's time; on this machine it saves nothing.
  websocket::permessage_deflate deflate;
  deflate.server_enable = !remote.is_loopback();
  deflate.compLevel = 2;
  deflate.memLevel = 4;
  deflate.msg_size_threshold = 32u << 10;
  stream.set_option(deflate);
  stream.set_option(
      websocket::stream_base::decorator([subprotocol](websocket::response_type& response) {
        response.set(http::field::sec_websocket_protocol, subprotocol);
      }));
}

}  // namespace

Connection::Connection(Shared shared, asio::ip::tcp::socket socket)
    : shared_(shared), stream_(std::move(socket)), buffer_(kPiece + kHeaderLimit) {
  boost::system::error_code ignored;
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  if (const auto peer = stream_.socket().remote_endpoint(ignored); !ignored)
    remote_ = peer.address();
  if (const auto own = stream_.socket().local_endpoint(ignored); !ignored) local_ = own.address();
}

void Connection::stop() {
  stopping_ = true;
  if (socket_) {
    socket_->close(CloseCode::restarting, "the server restarts");
  } else if (!in_request_ || tunnelled_) {
    stream_.close();
  }
}

void Connection::cut() {
  // A WebSocket has its own deadline for the goodbye.
  if (!socket_) stream_.close();
}

Task<void> Connection::run() {
  bool serving = true;
  while (!stopping_ && serving) serving = co_await serve_one();
  boost::system::error_code ignored;
  if (!socket_ && stream_.socket().is_open()) {
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    stream_.close();
  }
}

// False when the connection is over.
Task<bool> Connection::read_header() {
  parser_.emplace();
  unparsed_.reset();
  parser_->header_limit(kHeaderLimit);
  parser_->body_limit(boost::none);  // Each route has its own; read_body() counts.
  if (buffer_.size() == 0) {
    const auto& settings = shared_.settings;
    stream_.expires_after(first_ ? settings.header_deadline : settings.idle_deadline);
    const auto [error, n] = co_await stream_.async_read_some(buffer_.prepare(4096), kQuiet);
    if (error) co_return false;
    buffer_.commit(n);
  }
  first_ = false;
  in_request_ = true;
  stream_.expires_after(shared_.settings.header_deadline);
  const auto [error, n] = co_await http::async_read_header(stream_, buffer_, *parser_, kQuiet);
  if (!error) co_return true;
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    co_await send(error_response(431, "too_large", "the request's header is too long"), false,
                  false);
  } else if (error == beast::error::timeout) {
    // The stream is closed already.
  } else if (error.category() == make_error_code(http::error::bad_method).category() &&
             error != http::error::end_of_stream && error != http::error::partial_message) {
    co_await send(malformed(), false, false);
  }
  co_return false;
}

Task<bool> Connection::serve_one() {
  in_request_ = false;
  if (const bool came = co_await read_header(); !came) co_return false;
  Request request;
  const Route* route = nullptr;
  std::optional<Response> response = take_header(request);
  if (!response && forwarded_) co_return co_await serve_forwarded(request);
  if (!response) response = co_await check(request, route);
  if (route != nullptr && route->socket && (!response || response->status == 401)) {
    co_await serve_socket(request, *route, response ? CloseCode::signed_out : 0);
    co_return false;
  }
  if (!response) response = co_await answer(request, *route);
  if (!response->problem.empty()) shared_.problems.tell(response->problem);
  // What we have not read of a refused request's body would be taken for the next request.
  const bool keep = parser_->get().keep_alive() && body_is_over() && !stopping_;
  const bool sent = co_await send(*response, request.method == http::verb::head, keep);
  co_return sent&& keep;
}

Task<std::optional<Response>> Connection::check(Request& request, const Route*& route) {
  const Router::Match match = shared_.router.find(request);
  if (match.route == nullptr && match.path_known) {
    Response response = error_response(405, "method_not_allowed", "not by this method");
    response.set("Allow", match.allow);
    co_return response;
  }
  if (match.route == nullptr) co_return error_response(404, "not_found", "there is no such page");
  if (auto refused = co_await admit(request, *match.route)) {
    if (match.route->asks_by_basic && refused->status == 401)
      refused->set("WWW-Authenticate", "Basic realm=\"Colibri\", charset=\"UTF-8\"");
    // A page can't see why an upgrade failed, but it sees a close code: see serve_one().
    if (match.route->socket && refused->status == 401) route = match.route;
    co_return refused;
  }
  route = match.route;
  if (route->socket) co_return std::nullopt;
  co_return co_await read_body(request, *route);
}

std::optional<Response> Connection::take_header(Request& request) {
  auto& header = parser_->get();
  request.method = header.method();
  request.fields = header.base();
  if (std::distance(request.fields.begin(), request.fields.end()) >
      static_cast<std::ptrdiff_t>(kHeaderFields)) {
    return error_response(431, "too_large", "the request has too many header fields");
  }
  if (!parse_target(header.target(), request)) return malformed();
  if (request.fields.count(http::field::host) != 1) return malformed();
  const std::string_view host = request.header(http::field::host);
  request.host = boost::algorithm::to_lower_copy(std::string(host));
  forwarded_ = shared_.forward != nullptr && shared_.forward->takes(request.host);
  if (!forwarded_ && !host_allowed(shared_.guard, host, local_)) {
    return error_response(403, "denied",
                          "this server does not answer to that host name; its owner can add it to "
                          "allowed_hosts in colibri.yaml");
  }
  const std::string& origin = shared_.guard.public_origin;
  request.https = origin.starts_with("https://") &&
                  host_name(request.host) == host_name(std::string_view(origin).substr(8));
  if (forwarded_) request.https = shared_.forward->https();
  request.remote = client_address(shared_.settings, request, remote_);
  return std::nullopt;
}

Task<std::optional<Response>> Connection::admit(Request& request, const Route& route) {
  const bool unsafe = !is_safe(request.method);
  const bool by_token = request.fields.count(http::field::authorization) > 0;
  if (unsafe || route.socket) {
    // No browser sends a token by itself, so whoever has one is no other site's victim.
    const bool needed = route.socket && !by_token;
    const auto rule = needed ? OriginRule::required : OriginRule::if_sent;
    if (auto refused = refuse_foreign_origin(shared_.guard, request, rule)) co_return refused;
  }
  if (route.socket) {
    const auto& header = parser_->get();
    if (!websocket::is_upgrade(header) || buffer_.size() > 0) {
      co_return error_response(426, "invalid", "this address speaks WebSocket");
    }
    const auto offered = request.header(http::field::sec_websocket_protocol);
    if (!http::token_list(beast::string_view(offered.data(), offered.size()))
             .exists(route.subprotocol)) {
      co_return error_response(400, "invalid", "the subprotocol must be " + route.subprotocol);
    }
  }
  if (route.access == Access::open) co_return std::nullopt;
  auto identity = co_await shared_.authenticate(request);
  if (!identity) co_return error_response(identity.error());
  if (!*identity) co_return unauthorized();
  if ((*identity)->scopes) {
    if (!may_use(*(*identity)->scopes, route)) {
      co_return error_response(403, "denied", "this token is not allowed to do that");
    }
    request.identity = *std::move(identity);
    co_return std::nullopt;
  }
  if (route.access == Access::owner && !(*identity)->owner) {
    co_return error_response(403, "denied", "only an administrator may do this");
  }
  if (unsafe && !constant_time_equal(request.header("X-Colibri-CSRF"), (*identity)->csrf)) {
    co_return error_response(403, "denied", "the page is out of date; reload it");
  }
  request.identity = *std::move(identity);
  co_return std::nullopt;
}

// The request's body as it comes. Each piece has a deadline: a slow client may take long.
class Connection::Body final : public async::ByteSource {
 public:
  Body(Connection& connection, size_t limit) : connection_(connection), left_(limit) {}

  Task<Result<std::string>> next() override {
    if (broken_) co_return std::unexpected(*broken_);
    std::string piece;
    while (piece.empty() && !connection_.body_is_over()) {
      const auto read = co_await read_into(piece);
      if (!read) co_return std::unexpected(read.error());
    }
    if (piece.size() < kShortPiece && !connection_.body_is_over()) {
      // Browsers send 16 KiB at a time: what each of these would cost all that it passes through is
      // many times this pause.
      co_await async::sleep_for(kPause);
      std::string more;
      if (const auto read = co_await read_into(more); read)
        piece += more;
      else
        broken_ = read.error();  // Told by the next call: what has come counts all the same.
    }
    if (piece.size() > left_)
      co_return failure(ErrorCode::too_large, "the request is over its limit");
    // Who is quick is read in long pieces, and nobody else costs a long one's memory.
    wanted_ = std::clamp(2 * piece.size(), kShortPiece, kLongPiece);
    left_ -= piece.size();
    co_return piece;
  }

 private:
  Task<Result<>> read_into(std::string& piece) {
    piece.resize(wanted_);
    connection_.stream_.expires_after(connection_.shared_.settings.body_deadline);
    co_return co_await connection_.read_piece(piece);
  }

  Connection& connection_;
  size_t left_;
  size_t wanted_ = kShortPiece;
  std::optional<Error> broken_;
};

Task<std::optional<Response>> Connection::read_body(Request& request, const Route& route) {
  const auto declared = parser_->content_length();
  if (route.body == BodyKind::none) {
    if (parser_->is_done()) co_return std::nullopt;
    co_return error_response(400, "invalid", "this request takes no body");
  }
  if (route.body == BodyKind::json && parser_->is_done()) co_return std::nullopt;  // {}
  if (route.body == BodyKind::json && !is_json(request.header(http::field::content_type))) {
    co_return error_response(415, "invalid", "the content type must be application/json");
  }
  if (declared && *declared > route.body_limit) co_return too_large(route.body_limit);
  if (declared && !parser_->is_done()) unparsed_ = *declared;
  if (const bool told = co_await say_continue(request); !told) co_return malformed();
  if (route.body == BodyKind::stream) {
    request.body = std::make_shared<Body>(*this, route.body_limit);
    co_return std::nullopt;
  }
  stream_.expires_after(
      shared_.settings.body_deadline +
      std::chrono::seconds(declared.value_or(route.body_limit) / kBytesPerSecond));
  std::string text;
  if (auto refused = co_await read_pieces(request, route, text)) co_return refused;
  if (route.body == BodyKind::json) {
    auto object = json::parse_object(text, {.max_depth = 64, .allow_nan = false});
    if (!object) co_return error_response(object.error());
    request.json = *std::move(object);
  }
  co_return std::nullopt;
}

Task<bool> Connection::say_continue(const Request& request) {
  if (!boost::algorithm::iequals(request.header(http::field::expect), "100-continue"))
    co_return true;
  stream_.expires_after(kWriteDeadline);
  const auto [error, n] = co_await asio::async_write(
      stream_, asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")), kQuiet);
  co_return !error;
}

Task<Result<>> Connection::read_unparsed(std::string& piece) {
  piece.resize(std::min<uint64_t>(piece.size(), *unparsed_));
  size_t got = std::min(piece.size(), buffer_.size());  // It came with the header.
  if (got > 0) {
    std::memcpy(piece.data(), buffer_.data().data(), got);
    buffer_.consume(got);
  } else {
    const auto [error, n] = co_await stream_.async_read_some(asio::buffer(piece), kQuiet);
    if (error) co_return failure(ErrorCode::invalid, "the request broke off");
    got = n;
  }
  piece.resize(got);
  *unparsed_ -= got;
  co_return Result<>();
}

Task<Result<>> Connection::read_piece(std::string& piece) {
  if (unparsed_) co_return co_await read_unparsed(piece);
  auto& body = parser_->get().body();
  body.data = piece.data();
  body.size = piece.size();
  const auto [error, n] = co_await http::async_read(stream_, buffer_, *parser_, kQuiet);
  if (error && error != http::error::need_buffer)
    co_return failure(ErrorCode::invalid, "the request is malformed");
  piece.resize(piece.size() - body.size);
  co_return Result<>();
}

// Into `text`, or into request.upload.
Task<std::optional<Response>> Connection::read_pieces(Request& request, const Route& route,
                                                      std::string& text) {
  if (route.body == BodyKind::upload) {
    const std::string& folder = shared_.settings.upload_folder;
    auto upload = co_await shared_.pool.run([&folder] { return TemporaryFile::create(folder); });
    if (!upload) co_return error_response(upload.error());
    request.upload = *std::move(upload);
  }
  std::string piece;
  size_t total = 0;
  while (!body_is_over()) {
    piece.resize(std::min(kPiece, route.body_limit + 1));
    const auto read = co_await read_piece(piece);
    if (!read) co_return malformed();
    const std::string_view got = piece;
    total += got.size();
    if (total > route.body_limit) co_return too_large(route.body_limit);
    if (!request.upload) {
      text += got;
      continue;
    }
    auto work = [&upload = *request.upload, got] { return upload.append(got); };
    const auto kept = co_await shared_.pool.run(std::move(work));
    if (!kept) co_return error_response(kept.error());
  }
  co_return std::nullopt;
}

Task<Response> Connection::answer(Request& request, const Route& route) {
  try {
    co_return co_await route.handler(request);
  } catch (const std::exception& e) {
    log::error("{} {} failed: {}", std::string(http::to_string(request.method)), route.pattern,
               e.what());
  }
  co_return error_response(500, "failed", "the server failed to answer; its log says why");
}

// With a `refusal` the socket is opened only to be closed with that code.
Task<void> Connection::serve_socket(Request& request, const Route& route, uint16_t refusal) {
  auto stream = std::make_unique<WebSocket::Stream>(std::move(stream_));
  beast::get_lowest_layer(*stream).expires_never();  // The WebSocket has its own timeouts.
  set_socket_options(*stream, remote_, route.subprotocol);
  const auto [error] = co_await stream->async_accept(parser_->get(), kQuiet);
  if (error) co_return;
  parser_.reset();
  buffer_ = beast::flat_buffer();
  socket_ = std::make_shared<WebSocket>(std::move(stream), shared_.queues);
  socket_->start();
  if (refusal != 0) {
    socket_->close(refusal, "sign in first");
  } else if (stopping_) {
    socket_->close(CloseCode::restarting, "the server restarts");
  } else {
    try {
      co_await route.socket(request, socket_);
    } catch (const std::exception& e) {
      log::error("the socket {} failed: {}", route.pattern, e.what());
      socket_->close(CloseCode::failed, "the server failed; its log says why");
    }
  }
  // Whatever ended it, read on until the client has answered the goodbye.
  socket_->close(CloseCode::going_away, "");
  for (bool open = true; open;) {
    const auto ignored = co_await socket_->receive();
    open = ignored.has_value();
  }
}

// False when the client could not be written to.
Task<bool> Connection::send(const Response& response, bool head, bool keep) {
  const std::string_view bytes = response.bytes();
  http::response<http::span_body<const char>> message;
  message.version(11);
  message.result(response.status);
  for (const auto& [name, value] : response.headers) message.insert(name, value);
  for (const auto& [name, value] : kDefaultHeaders) {
    if (!response.has(name)) message.insert(name, value);
  }
  message.set(http::field::date, http_date());
  message.body() = {bytes.data(), bytes.size()};
  const uint64_t length =
      response.file ? response.file->size() : response.source_bytes.value_or(bytes.size());
  // HTTP/1.0 knows no chunks: there the end of the connection is the end.
  const bool in_chunks =
      response.source && !response.source_bytes && parser_->get().version() >= 11;
  keep = keep && (!response.source || in_chunks || response.source_bytes);
  message.keep_alive(keep);
  if (in_chunks) message.chunked(true);
  if ((!response.source || response.source_bytes) && response.status != 204 &&
      response.status != 304)
    message.content_length(length);
  http::response_serializer<http::span_body<const char>> serializer(message);
  do {
    // Each piece has the deadline: a slow client may take long, a dead one not.
    stream_.expires_after(kWriteDeadline);
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    if (head || response.file || response.source) {
      co_await http::async_write_header(stream_, serializer, token);
    } else {
      co_await http::async_write_some(stream_, serializer, token);
    }
    if (error) co_return false;
  } while (!head && !response.file && !response.source && !serializer.is_done());
  if (head) co_return true;
  if (response.source) {
    const bool sent = co_await send_source(response.source, in_chunks, response.source_bytes);
    co_return sent&& keep;
  }
  if (!response.file) co_return true;
  co_return co_await send_file(response.file);
}

Task<bool> Connection::send_source(std::shared_ptr<async::ByteSource> source, bool in_chunks,
                                   std::optional<uint64_t> bytes) {
  for (uint64_t sent = 0;;) {
    const auto piece = co_await source->next();
    if (!piece) {
      log::error("an answer is cut: {}", piece.error().detail);
      co_return false;
    }
    stream_.expires_after(kWriteDeadline);
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    if (piece->empty()) {
      if (in_chunks) co_await asio::async_write(stream_, http::make_chunk_last(), token);
      co_return !error && (!bytes || sent == *bytes);
    }
    sent += piece->size();
    if (in_chunks) {
      co_await asio::async_write(stream_, http::make_chunk(asio::buffer(*piece)), token);
    } else {
      co_await asio::async_write(stream_, asio::buffer(*piece), token);
    }
    if (error || stopping_) co_return false;
  }
}

Task<bool> Connection::send_file(std::shared_ptr<const TemporaryFile> file) {
  std::string piece;
  for (uint64_t sent = 0; sent < file->size(); sent += piece.size()) {
    piece.resize(std::min<uint64_t>(kPiece, file->size() - sent));
    auto work = [&] { return file->read_at(sent, piece); };
    const auto got = co_await shared_.pool.run(std::move(work));
    // The length was told: what is missing cannot be made good but by cutting the connection.
    if (!got || *got < piece.size()) co_return false;
    stream_.expires_after(kWriteDeadline);
    const auto [error, n] = co_await asio::async_write(stream_, asio::buffer(piece), kQuiet);
    if (error) co_return false;
  }
  co_return true;
}

}  // namespace colibri::net
