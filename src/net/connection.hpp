#pragma once
// One client's TCP connection: reads requests, lets the checks of HttpServer decide, answers.
// Internal to net.
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <memory>
#include <optional>

#include "async/event.hpp"
#include "net/forward.hpp"
#include "net/forward_head.hpp"
#include "net/guard.hpp"
#include "net/http_server.hpp"
#include "net/problem_log.hpp"

namespace colibri::net {

// What all connections of a server share; the server owns it.
struct Shared {
  async::BlockingPool& pool;
  const HttpSettings& settings;
  const Guard& guard;
  const Router& router;
  const Authenticate& authenticate;
  ProblemLog& problems;
  SendQueues& queues;
  Forward* forward = nullptr;
};

class Connection {
 public:
  Connection(Shared shared, asio::ip::tcp::socket socket);

  // Serves until the client, a deadline or stop() ends it.
  Task<void> run();
  // Idle: closes. In a request: closes after its answer. A WebSocket: says 1012.
  void stop();
  void cut();

 private:
  using Parser = http::request_parser<http::buffer_body>;

  Task<bool> serve_one();
  Task<bool> read_header();
  // Everything between the header and the handler: the answer that refuses it, or nothing and
  // `route` is set.
  Task<std::optional<Response>> check(Request& request, const Route*& route);
  std::optional<Response> take_header(Request& request);
  Task<std::optional<Response>> admit(Request& request, const Route& route);
  Task<std::optional<Response>> read_body(Request& request, const Route& route);
  Task<std::optional<Response>> read_pieces(Request& request, const Route& route,
                                            std::string& text);
  Task<Response> answer(Request& request, const Route& route);
  Task<void> serve_socket(Request& request, const Route& route, uint16_t refusal);
  Task<bool> send(const Response& response, bool head, bool keep);
  Task<bool> send_file(std::shared_ptr<const TemporaryFile> file);
  Task<bool> send_source(std::shared_ptr<async::ByteSource> source, bool in_chunks,
                         std::optional<uint64_t> bytes);
  class Body;
  // connection_forward.cpp: for a program elsewhere.
  class Answer;
  Task<bool> serve_forwarded(Request& request);
  Task<Response> enter(Request& request);
  Task<std::optional<Response>> carry(Request& request, std::shared_ptr<Passage> way);
  Task<bool> send_body(std::shared_ptr<Passage> way, BodyFrame frame);
  Task<bool> send_answer(Answer& answer, std::string out, BodyFrame frame);
  Task<void> tunnel(std::shared_ptr<Passage> way);
  Task<void> tunnel_up(std::shared_ptr<Passage> way, std::shared_ptr<async::Event> done);
  Task<bool> say_continue(const Request& request);
  // A piece of the body into `piece`, which becomes as long as what came.
  Task<Result<>> read_piece(std::string& piece);
  Task<Result<>> read_unparsed(std::string& piece);
  [[nodiscard]] bool body_is_over() const {
    return unparsed_ ? *unparsed_ == 0 : parser_->is_done();
  }

  Shared shared_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  // Of a body whose length is known, what is still to come: it is read past the parser, which would
  // take 64 KiB at a time and copy them once more.
  std::optional<uint64_t> unparsed_;
  asio::ip::address remote_, local_;
  std::shared_ptr<WebSocket> socket_;
  bool first_ = true;
  bool in_request_ = false;
  bool stopping_ = false;
  bool forwarded_ = false;  // The request is for a program elsewhere.
  bool carried_ = false;    // Its answer went out whole, and another request may follow.
  bool tunnelled_ = false;
};

}  // namespace colibri::net
