// The real server over the loopback, driven by a client that writes what it likes.
#include "net/http_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket.hpp>
#include <filesystem>
#include <thread>

#include "async/spawn.hpp"
#include "net/page_files.hpp"

namespace colibri::net {
namespace {

using asio::ip::tcp;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
namespace beast = boost::beast;

Task<Response> hello(Request&) {
  co_return json_response(200, {{"hello", "world"}});
}
Task<Response> fail(Request&) {
  throw std::runtime_error("expected in this test");
  co_return no_content();
}
Task<Response> echo_json(Request& request) {
  co_return json_response(200, request.json);
}
Task<Response> measure(Request& request) {
  co_return json_response(200, {{"bytes", request.upload->size()}});
}
// Piece by piece, as they come.
Task<Response> digest(Request& request) {
  uint64_t bytes = 0, sum = 0;
  for (;;) {
    const auto piece = co_await request.body->next();
    if (!piece) co_return error_response(piece.error());
    if (piece->empty()) break;
    for (const char c : *piece) sum = sum * 31 + static_cast<unsigned char>(c);
    bytes += piece->size();
  }
  co_return json_response(200, {{"bytes", bytes}, {"sum", std::to_string(sum)}});
}
Task<void> echo_socket(Request&, std::shared_ptr<WebSocket> socket) {
  while (auto message = co_await socket->receive()) {
    if (message->payload == "bye") {
      socket->close(CloseCode::no_right, "as you wish");
    } else {
      socket->send("echo " + message->payload);
    }
  }
}
Task<void> flood_socket(Request&, std::shared_ptr<WebSocket> socket) {
  const auto piece = std::make_shared<const std::string>(1 << 20, 'x');
  for (int i = 0; i < 100; ++i) socket->send(piece);
  EXPECT_TRUE(socket->closing());
  co_return;
}

Task<Response> send_file(Request&) {
  auto file = TemporaryFile::create("/tmp");
  EXPECT_TRUE(file && file->append(std::string(600'000, 'x')) && file->append("end"));
  co_return Response{.file = std::make_shared<const TemporaryFile>(*std::move(file))};
}

// The session "good" is a user's, "boss" the owner's; so is the token, which may read.
Task<Result<std::optional<Identity>>> by_cookie(const Request& request) {
  if (const auto token = request.header(http::field::authorization); !token.empty()) {
    if (token == "Bearer slow") co_return failure(ErrorCode::too_many, "wait");
    if (token != "Bearer good") co_return std::nullopt;
    Identity identity{.user = {"u_1"}, .owner = true, .session = "k_1"};
    identity.scopes = {"read"};
    co_return identity;
  }
  const std::string_view cookie = request.cookie("colibri");
  if (cookie != "good" && cookie != "boss") co_return std::nullopt;
  co_return Identity{.user = {"u_1"}, .owner = cookie == "boss", .session = "s", .csrf = "secret"};
}

const PageFile kPage[] = {
    {"/index.html", "11111111111111111111111111111111", "<title>page</title>", "br-bytes"},
    {"/assets/a-1.js", "22222222222222222222222222222222", "alert(1)", ""},
    {"/frame.html", "33333333333333333333333333333333", "frame", ""},
    {"/assets/local_worker-1.js", "44444444444444444444444444444444", "worker", ""},
    {"/assets/language-server-1.js", "55555555555555555555555555555555", "worker", ""},
    {"/assets/format_worker-1.js", "66666666666666666666666666666666", "worker", ""}};

class HttpServerTest : public testing::Test {
 protected:
  void SetUp() override {
    add(http::verb::get, "/open", Access::open, hello);
    add(http::verb::get, "/file", Access::open, send_file);
    router_.add(
        {.pattern = "/scoped", .access = Access::signed_in, .scope = "read", .handler = hello});
    router_.add({.method = http::verb::post,
                 .pattern = "/scoped",
                 .access = Access::signed_in,
                 .scope = "write",
                 .handler = hello,
                 .body = BodyKind::json});
    add(http::verb::get, "/private", Access::signed_in, hello);
    add(http::verb::get, "/owner", Access::owner, hello);
    add(http::verb::get, "/fails", Access::open, fail);
    add(http::verb::post, "/json", Access::signed_in, echo_json, BodyKind::json, 1000);
    add(http::verb::post, "/open-json", Access::open, echo_json, BodyKind::json, 1000);
    add(http::verb::post, "/upload", Access::signed_in, measure, BodyKind::upload, 1u << 20);
    add(http::verb::post, "/digest", Access::signed_in, digest, BodyKind::stream, 4u << 20);
    router_.add({.pattern = "/socket",
                 .access = Access::signed_in,
                 .socket = echo_socket,
                 .subprotocol = "colibri.v1"});
    router_.add({.pattern = "/flood",
                 .access = Access::signed_in,
                 .socket = flood_socket,
                 .subprotocol = "colibri.v1"});
    add_page_routes(router_, kPage);
    HttpSettings settings{
        .port = 0, .public_url = "", .upload_folder = "/tmp", .max_connections = 8};
    settings.header_deadline = std::chrono::milliseconds(300);
    server_ = std::make_unique<HttpServer>(context_, pool_, settings, router_, by_cookie);
    ASSERT_TRUE(server_->listen());
    server_->start();
    thread_ = std::thread([this] { context_.run(); });
  }

  void TearDown() override {
    async::spawn(context_.get_executor(), server_->stop(std::chrono::seconds(1)), "stopping");
    thread_.join();
  }

  void add(http::verb method, const char* pattern, Access access, Handler handler,
           BodyKind body = BodyKind::none, size_t limit = 0) {
    router_.add({.method = method,
                 .pattern = pattern,
                 .access = access,
                 .handler = std::move(handler),
                 .body = body,
                 .body_limit = limit});
  }

  [[nodiscard]] std::string host() const { return "localhost:" + std::to_string(server_->port()); }

  tcp::socket connect() {
    tcp::socket socket(client_);
    socket.connect({asio::ip::make_address("127.0.0.1"), server_->port()});
    return socket;
  }

  // Everything that the server answers until it closes.
  std::string talk(const std::string& bytes) {
    tcp::socket socket = connect();
    boost::system::error_code error;
    asio::write(socket, asio::buffer(bytes), error);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), error);
    return answer;
  }

  // The same for somebody who sends no more.
  std::string talk_half(const std::string& bytes) {
    tcp::socket socket = connect();
    boost::system::error_code error;
    asio::write(socket, asio::buffer(bytes), error);
    socket.shutdown(tcp::socket::shutdown_send, error);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), error);
    return answer;
  }

  // One request that asks for the connection to be closed; `more` are header lines.
  std::string ask(const std::string& line, const std::string& more = "",
                  const std::string& body = "") {
    std::string text = line + " HTTP/1.1\r\nHost: " + host() + "\r\nConnection: close\r\n" + more;
    if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return talk(text + "\r\n" + body);
  }

  static constexpr const char* kJson = "Content-Type: application/json\r\n";
  static constexpr const char* kSigned = "Cookie: colibri=good\r\nX-Colibri-CSRF: secret\r\n";

  using Socket = beast::websocket::stream<tcp::socket>;
  Socket open_socket(const std::string& path, const std::string& cookie = "colibri=good",
                     const std::string& protocol = "colibri.v1", std::string origin = "same") {
    if (origin == "same") origin = "http://" + host();
    Socket socket(connect());
    socket.set_option(
        beast::websocket::stream_base::decorator([=](beast::websocket::request_type& request) {
          request.set(http::field::cookie, cookie);
          if (!protocol.empty()) request.set(http::field::sec_websocket_protocol, protocol);
          if (!origin.empty()) request.set(http::field::origin, origin);
        }));
    socket.handshake(host(), path);
    return socket;
  }

  asio::io_context context_{1};
  asio::io_context client_;
  async::BlockingPool pool_{2};
  Router router_;
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

TEST_F(HttpServerTest, AnswersWithSecurityHeaders) {
  const std::string answer = ask("GET /open");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n{\"hello\":\"world\"}"));
  for (const char* header :
       {"X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer",
        "Content-Security-Policy: default-src 'none'", "Cross-Origin-Opener-Policy: same-origin",
        "Cache-Control: no-store"}) {
    EXPECT_THAT(answer, HasSubstr(header));
  }
}

TEST_F(HttpServerTest, HeadHasTheLengthAndNoBody) {
  const std::string answer = ask("HEAD /open");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 17"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, ServesSeveralRequestsOnOneConnection) {
  const std::string one = "GET /open HTTP/1.1\r\nHost: " + host() + "\r\n";
  const std::string answer = talk(one + "\r\n" + one + "Connection: close\r\n\r\n");
  EXPECT_EQ(answer.find("200 OK"), answer.find("HTTP/1.1 ") + 9);
  EXPECT_NE(answer.find("200 OK"), answer.rfind("200 OK"));
}

TEST_F(HttpServerTest, DeniesByDefault) {
  EXPECT_THAT(ask("GET /nowhere"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask("PUT /open"), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(ask("OPTIONS /private"), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(ask("GET /private"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(ask("GET /private", "Cookie: colibri=bad\r\n"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(ask("GET /private", "Cookie: colibri=good\r\n"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask("GET /owner", "Cookie: colibri=good\r\n"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(ask("GET /owner", "Cookie: colibri=boss\r\n"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, AnswersToItsOwnNamesOnly) {
  const auto with_host = [&](const std::string& lines) {
    return talk("GET /open HTTP/1.1\r\n" + lines + "Connection: close\r\n\r\n");
  };
  EXPECT_THAT(with_host("Host: evil.example\r\n"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(with_host(""), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(with_host("Host: localhost\r\nHost: localhost\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(
      talk("GET http://localhost/open HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
      StartsWith("HTTP/1.1 400 "));
}

TEST_F(HttpServerTest, DemandsTheCsrfTokenForChanges) {
  const std::string cookie = std::string(kJson) + "Cookie: colibri=good\r\n";
  EXPECT_THAT(ask("POST /json", cookie, "{}"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(ask("POST /json", cookie + "X-Colibri-CSRF: wrong!\r\n", "{}"),
              StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(ask("POST /json", std::string(kJson) + kSigned, "{\"a\":1}"), EndsWith("{\"a\":1}"));
}

TEST_F(HttpServerTest, RefusesChangesFromOtherSites) {
  const auto from = [&](const std::string& origin) {
    return ask("POST /open-json", kJson + ("Origin: " + origin + "\r\n"), "{}");
  };
  EXPECT_THAT(from("http://" + host()), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(from("http://evil.example"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(from("null"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(ask("POST /open-json", std::string(kJson) + "Sec-Fetch-Site: cross-site\r\n", "{}"),
              StartsWith("HTTP/1.1 403 "));
}

TEST_F(HttpServerTest, LetsATokenUseTheRoutesOfItsScopesOnly) {
  const std::string token = "Authorization: Bearer good\r\n";
  EXPECT_THAT(ask("GET /scoped", token), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(ask("POST /scoped", token), StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(ask("GET /private", token), StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(ask("GET /owner", token), StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(ask("GET /scoped", kSigned), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, IgnoresCookiesBesideAToken) {
  const std::string cookie = "Cookie: colibri=boss\r\n";
  EXPECT_THAT(ask("GET /owner", cookie + "Authorization: Bearer good\r\n"),
              StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(ask("GET /owner", cookie + "Authorization: Bearer bad\r\n"),
              StartsWith("HTTP/1.1 401"));
  EXPECT_THAT(ask("GET /scoped", "Authorization: Bearer slow\r\n"), StartsWith("HTTP/1.1 429"));
}

TEST_F(HttpServerTest, SendsAFilePieceByPiece) {
  const std::string answer = ask("GET /file");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 600003\r\n"));
  EXPECT_THAT(answer, EndsWith("xxend"));
  EXPECT_GT(answer.size(), 600'003u);
  const std::string head = ask("HEAD /file");
  EXPECT_THAT(head, HasSubstr("Content-Length: 600003\r\n"));
  EXPECT_THAT(head, EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, DemandsJsonOfItsType) {
  const std::string signed_in = kSigned;
  EXPECT_THAT(ask("POST /json", signed_in + "Content-Type: text/plain\r\n", "{}"),
              StartsWith("HTTP/1.1 415 "));
  EXPECT_THAT(ask("POST /json", signed_in, "{}"), StartsWith("HTTP/1.1 415 "));
  EXPECT_THAT(ask("POST /json", signed_in + kJson, "{"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask("POST /json", signed_in + kJson, "[]"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask("POST /json", signed_in + kJson, "{\"a\":\"\xff\"}"),
              StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(
      ask("POST /json", signed_in + "Content-Type: application/json; charset=utf-8\r\n", "{}"),
      StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask("POST /json", signed_in), EndsWith("{}"));
}

TEST_F(HttpServerTest, LimitsBodies) {
  const std::string large = "{\"a\":\"" + std::string(2000, 'x') + "\"}";
  EXPECT_THAT(ask("POST /json", std::string(kSigned) + kJson, large), StartsWith("HTTP/1.1 413 "));
  const std::string chunked = std::string(kSigned) + kJson + "Transfer-Encoding: chunked\r\n";
  EXPECT_THAT(talk("POST /json HTTP/1.1\r\nHost: " + host() + "\r\n" + chunked + "\r\n" +
                   "7d0\r\n" + std::string(2000, ' ') + "\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(ask("GET /open", "", "body"), StartsWith("HTTP/1.1 400 "));
}

TEST_F(HttpServerTest, TakesUploadsOfAnySizeWithinTheLimit) {
  const std::string bytes((1u << 20) - 1, 'x');
  EXPECT_THAT(ask("POST /upload", kSigned, bytes), EndsWith("{\"bytes\":1048575}"));
  EXPECT_THAT(ask("POST /upload", kSigned, bytes + "xxx"), StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServerTest, GivesABodyAsItComesAndLeavesTheNextRequestAlone) {
  std::string bytes;
  uint64_t sum = 0;
  for (size_t i = 0; i < 3'000'001; ++i) {
    bytes += static_cast<char>(i * i >> 8);
    sum = sum * 31 + static_cast<unsigned char>(bytes.back());
  }
  const std::string found = "{\"bytes\":3000001,\"sum\":\"" + std::to_string(sum) + "\"}";
  const std::string head = "POST /digest HTTP/1.1\r\nHost: " + host() + "\r\n" + kSigned;
  const std::string last =
      "GET /open HTTP/1.1\r\nHost: " + host() + "\r\nConnection: close\r\n\r\n";
  const std::string length = "Content-Length: " + std::to_string(bytes.size()) + "\r\n\r\n";
  // All in one: what follows the body is the next request.
  std::string answer = talk(head + length + bytes + last);
  EXPECT_THAT(answer, HasSubstr(found));
  EXPECT_THAT(answer, EndsWith("{\"hello\":\"world\"}"));
  answer =
      talk(head + "Transfer-Encoding: chunked\r\n\r\n2dc6c1\r\n" + bytes + "\r\n0\r\n\r\n" + last);
  EXPECT_THAT(answer, HasSubstr(found));
  EXPECT_THAT(answer, EndsWith("{\"hello\":\"world\"}"));
  // As browsers send it, little by little.
  tcp::socket socket = connect();
  asio::write(socket, asio::buffer(head + length));
  for (size_t at = 0; at < bytes.size(); at += 16'384) {
    const size_t part = std::min<size_t>(16'384, bytes.size() - at);
    asio::write(socket, asio::buffer(bytes.data() + at, part));
  }
  asio::write(socket, asio::buffer(last));
  answer.clear();
  boost::system::error_code error;
  asio::read(socket, asio::dynamic_buffer(answer), error);
  EXPECT_THAT(answer, HasSubstr(found));
  EXPECT_THAT(answer, EndsWith("{\"hello\":\"world\"}"));
  // One that breaks off, and one that is too long and is not read to its end.
  EXPECT_THAT(talk_half(head + length + bytes.substr(0, 100'000)), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(talk(head + "Content-Length: 5000000\r\n\r\n" + bytes), StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServerTest, SaysContinueOnlyToWhoMay) {
  const std::string expect = "Expect: 100-continue\r\nContent-Length: 2\r\n";
  tcp::socket socket = connect();
  asio::write(socket, asio::buffer("POST /json HTTP/1.1\r\nConnection: close\r\nHost: " + host() +
                                   "\r\n" + kSigned + kJson + expect + "\r\n"));
  std::string first(25, '\0');
  asio::read(socket, asio::buffer(first));
  EXPECT_EQ(first, "HTTP/1.1 100 Continue\r\n\r\n");
  asio::write(socket, asio::buffer(std::string_view("{}")));
  std::string rest;
  boost::system::error_code error;
  asio::read(socket, asio::dynamic_buffer(rest), error);
  EXPECT_THAT(rest, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask("POST /json", kJson + expect), StartsWith("HTTP/1.1 401 "));
}

TEST_F(HttpServerTest, RefusesWhatCouldSmuggleARequest) {
  const std::string head = "POST /open-json HTTP/1.1\r\nHost: " + host() + "\r\n" + kJson;
  for (const char* lines : {"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                            "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
                            "Content-Length: 2\r\nContent-Length: 3\r\n", "Content-Length: -1\r\n",
                            "Content-Length: 2x\r\n", "Transfer-Encoding : chunked\r\n"}) {
    EXPECT_THAT(talk(head + lines + "\r\n{}"), StartsWith("HTTP/1.1 400 ")) << lines;
  }
  EXPECT_THAT(talk("GET /open HTTP/1.1\nHost: localhost\n\n"), StartsWith("HTTP/1.1 400 "));
  // A body that nobody read must not be taken for a request.
  const std::string inner = "GET /open HTTP/1.1\r\nHost: " + host() + "\r\n\r\n";
  const std::string answer =
      talk("POST /json HTTP/1.1\r\nHost: " + host() + "\r\n" + kJson +
           "Content-Length: " + std::to_string(inner.size()) + "\r\n\r\n" + inner);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(answer, Not(HasSubstr("200 OK")));
}

TEST_F(HttpServerTest, LimitsHeaders) {
  EXPECT_THAT(ask("GET /open", "X: " + std::string(20'000, 'x') + "\r\n"),
              StartsWith("HTTP/1.1 431 "));
  std::string many;
  for (int i = 0; i < 150; ++i) many += "X" + std::to_string(i) + ": 1\r\n";
  EXPECT_THAT(ask("GET /open", many), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServerTest, HangsUpOnAHeaderThatNeverEnds) {
  EXPECT_EQ(talk("GET /open HTTP/1.1\r\nHost: local"), "");
  EXPECT_EQ(talk(""), "");
}

TEST_F(HttpServerTest, HidesWhatWentWrongInside) {
  const std::string answer = ask("GET /fails");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(answer, Not(HasSubstr("expected in this test")));
}

TEST_F(HttpServerTest, RefusesConnectionsOverTheLimit) {
  std::vector<tcp::socket> open;
  for (int i = 0; i < 8; ++i) {
    open.push_back(connect());
    asio::write(open.back(), asio::buffer("GET /open HTTP/1.1\r\nHost: " + host() + "\r\n\r\n"));
    std::string first(12, '\0');
    asio::read(open.back(), asio::buffer(first));
    EXPECT_EQ(first, "HTTP/1.1 200");
  }
  EXPECT_EQ(talk("GET /open HTTP/1.1\r\nHost: " + host() + "\r\n\r\n"), "");
}

TEST_F(HttpServerTest, ServesThePage) {
  const std::string page = ask("GET /");
  EXPECT_THAT(page, HasSubstr("script-src 'self';"));
  EXPECT_THAT(page, HasSubstr("Cache-Control: no-cache"));
  EXPECT_THAT(page, EndsWith("<title>page</title>"));
  const std::string packed = ask("GET /", "Accept-Encoding: gzip, br\r\n");
  EXPECT_THAT(packed, HasSubstr("Content-Encoding: br"));
  EXPECT_THAT(packed, EndsWith("br-bytes"));
  EXPECT_THAT(ask("GET /", "Accept-Encoding: br;q=0\r\n"), EndsWith("<title>page</title>"));
  EXPECT_THAT(ask("GET /", "If-None-Match: \"11111111111111111111111111111111\"\r\n"),
              StartsWith("HTTP/1.1 304 "));
  EXPECT_THAT(ask("GET /assets/a-1.js"), HasSubstr("immutable"));
  EXPECT_THAT(ask("GET /assets/../index.html"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask("GET /assets/%2e%2e%2findex.html"), StartsWith("HTTP/1.1 404 "));
}

TEST_F(HttpServerTest, SandboxesTheOutputFrame) {
  const std::string frame = ask("GET /frame.html");
  EXPECT_THAT(frame, HasSubstr("Content-Security-Policy: sandbox allow-scripts; "));
  EXPECT_THAT(frame, Not(HasSubstr("allow-same-origin")));
  EXPECT_THAT(frame, HasSubstr("frame-ancestors 'self'"));
}

TEST_F(HttpServerTest, LetsTheLocalWorkerAndNothingElseConnectToOtherPlaces) {
  const std::string anywhere = "connect-src http: https: ws: wss:";
  EXPECT_THAT(ask("GET /assets/local_worker-1.js"),
              HasSubstr("Content-Security-Policy: default-src 'none'; " + anywhere));
  for (const char* other : {"GET /", "GET /assets/a-1.js", "GET /frame.html"})
    EXPECT_THAT(ask(other), Not(HasSubstr(anywhere)));
}

TEST_F(HttpServerTest, LetsTheLanguageServerReachNothing) {
  EXPECT_THAT(ask("GET /assets/language-server-1.js"),
              HasSubstr("Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"));
}

TEST_F(HttpServerTest, LetsWebAssemblyRunInTheFormatterOnly) {
  EXPECT_THAT(ask("GET /assets/format_worker-1.js"),
              HasSubstr("script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"));
  for (const char* other : {"GET /", "GET /assets/a-1.js", "GET /assets/language-server-1.js"})
    EXPECT_THAT(ask(other), Not(HasSubstr("wasm-unsafe-eval")));
}

TEST_F(HttpServerTest, EchoesOverAWebSocket) {
  Socket socket = open_socket("/socket");
  socket.write(asio::buffer(std::string_view("hi")));
  beast::flat_buffer buffer;
  socket.read(buffer);
  EXPECT_EQ(beast::buffers_to_string(buffer.data()), "echo hi");
}

// Reads until the other side closes; the close code.
uint16_t close_code(beast::websocket::stream<tcp::socket>& socket) {
  boost::system::error_code error;
  while (!error) {
    beast::flat_buffer buffer;
    socket.read(buffer, error);
  }
  return socket.reason().code;
}

TEST_F(HttpServerTest, ClosesAWebSocketWithItsCode) {
  Socket socket = open_socket("/socket");
  socket.write(asio::buffer(std::string_view("bye")));
  EXPECT_EQ(close_code(socket), CloseCode::no_right);
}

TEST_F(HttpServerTest, ClosesAWebSocketWithoutSessionAtOnce) {
  Socket socket = open_socket("/socket", "colibri=bad");
  EXPECT_EQ(close_code(socket), CloseCode::signed_out);
}

TEST_F(HttpServerTest, RefusesWebSocketsFromElsewhere) {
  EXPECT_ANY_THROW(open_socket("/socket", "colibri=good", "colibri.v1", "http://evil.example"));
  EXPECT_ANY_THROW(open_socket("/socket", "colibri=good", "colibri.v1", "null"));
  EXPECT_ANY_THROW(open_socket("/socket", "colibri=good", "colibri.v1", ""));
  EXPECT_ANY_THROW(open_socket("/socket", "colibri=good", "other.v1"));
  EXPECT_ANY_THROW(open_socket("/socket", "colibri=good", ""));
  EXPECT_THAT(ask("GET /socket", kSigned + ("Origin: http://" + host() + "\r\n")),
              StartsWith("HTTP/1.1 426 "));
}

TEST_F(HttpServerTest, GivesUpOnAClientThatDoesNotRead) {
  Socket socket = open_socket("/flood");
  // The queue is dropped past its limit; what follows the bytes on the way is the goodbye.
  EXPECT_EQ(close_code(socket), CloseCode::try_again);
}

TEST_F(HttpServerTest, SaysRestartToWebSocketsWhenItStops) {
  Socket socket = open_socket("/socket");
  async::spawn(context_.get_executor(), server_->stop(std::chrono::seconds(1)), "stopping");
  EXPECT_EQ(close_code(socket), CloseCode::restarting);
}

TEST_F(HttpServerTest, SaysThatThePortIsTaken) {
  HttpServer second(context_, pool_, HttpSettings{.port = server_->port()}, router_, by_cookie);
  const auto taken = second.listen();
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::conflict);
}

}  // namespace
}  // namespace colibri::net
