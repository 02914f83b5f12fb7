#include "api/notebook_socket.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace colibri::api {

using net::CloseCode;

namespace {

constexpr auto kHelloDeadline = std::chrono::seconds(15);

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

}  // namespace

NotebookSocket::NotebookSocket(notebooks::Notebooks& notebooks, auth::Sessions& sessions,
                               std::shared_ptr<net::WebSocket> socket, auth::User user,
                               std::string session, NotebookId notebook)
    : notebooks_(notebooks),
      socket_(std::move(socket)),
      user_(std::move(user)),
      notebook_(std::move(notebook)),
      watch_(sessions, std::move(session), socket_) {}

NotebookSocket::~NotebookSocket() {
  if (attached_) actor_->detach(*this);
}

Task<void> NotebookSocket::serve() {
  watch_.start(co_await asio::this_coro::executor);
  const auto hello = co_await await_hello();
  if (!hello) co_return;
  client_ = hello->client;
  if (const bool opened = co_await open(); !opened) co_return;
  std::optional<notebooks::Position> position;
  if (hello->seq) position = {.epoch = hello->epoch, .seq = *hello->seq};
  attached_ = true;
  notebooks::Visitor visitor{user_.id,        user_.name,  user_.email,   found_.role,
                             hello->language, hello->asks, hello->user_tz};
  actor_->attach(*this, client_, std::move(visitor), std::move(position));
  while (auto message = co_await receive()) {
    if (!attached_) break;  // on_close() came meanwhile.
    // A command costs the disk, and comes back as a record. An interrupt waits for nothing.
    if (std::holds_alternative<wire::CommandMessage>(*message)) {
      co_await socket_->wait_for_room();
      co_await actor_->wait_for_room();
      if (!attached_) break;
    }
    carry_out(*std::move(message));
  }
}

Task<std::optional<wire::Hello>> NotebookSocket::await_hello() {
  asio::steady_timer deadline(co_await asio::this_coro::executor, kHelloDeadline);
  deadline.async_wait([socket = socket_](boost::system::error_code error) {
    if (!error) socket->close(CloseCode::malformed, "no hello came");
  });
  auto message = co_await receive();
  if (!message) co_return std::nullopt;
  if (auto* hello = std::get_if<wire::Hello>(&*message)) co_return std::move(*hello);
  socket_->close(CloseCode::malformed, "the first message must be hello");
  co_return std::nullopt;
}

Task<std::optional<wire::PageMessage>> NotebookSocket::receive() {
  auto received = co_await socket_->receive();
  if (!received) co_return std::nullopt;
  auto message = received->binary ? wire::parse_page_binary(received->payload)
                                  : wire::parse_page_text(received->payload);
  if (message) co_return *std::move(message);
  const uint16_t code =
      message.error().code == ErrorCode::unsupported ? CloseCode::newer_page : CloseCode::malformed;
  socket_->close(code, message.error().detail);
  co_return std::nullopt;
}

Task<bool> NotebookSocket::open() {
  auto opened = co_await notebooks_.open(user_.id, notebook_);
  if (opened) {
    actor_ = std::move(opened->actor);
    const notebooks::Person& author = opened->author;
    found_ = {.id = notebook_,
              .title = {},
              .role = opened->role,
              .author = {author.id, author.email, author.name},
              .playground = opened->playground,
              .starred = opened->starred,
              .trusted = opened->trusted,
              .origin = opened->origin};
    co_return true;
  }
  const Error& error = opened.error();
  if (error.code == ErrorCode::not_found) {
    socket_->close(CloseCode::no_notebook, "there is no such notebook");
    co_return false;
  }
  socket_->send(wire::notice("error", to_string(error.code), error.detail));
  // Coming back helps when the disk was full; it won't make a notebook of another file.
  const bool for_good = error.code == ErrorCode::invalid || error.code == ErrorCode::unsupported ||
                        error.code == ErrorCode::too_large;
  socket_->close(for_good ? CloseCode::no_notebook : CloseCode::failed, error.detail);
  co_return false;
}

void NotebookSocket::carry_out(wire::PageMessage message) {
  const auto submit = [this](uint64_t number, document::Op op) {
    actor_->submit({.time_ms = async::now_ms(),
                    .user = user_.id,
                    .client = client_,
                    .command = number,
                    .op = std::move(op)});
  };
  std::visit(
      Overloaded{
          [this](wire::Hello&) { socket_->close(CloseCode::malformed, "a second hello"); },
          [&](wire::CommandMessage& m) { submit(m.command, std::move(m.op)); },
          [this](wire::Connect& m) {
            actor_->connect(client_, {.flavor = std::move(m.flavor),
                                      .image = std::move(m.image),
                                      .kernel = std::move(m.kernel),
                                      .meanwhile = std::move(m.meanwhile)});
          },
          [this](wire::Keep&) { actor_->keep(client_); },
          [this](wire::Claim&) { actor_->claim(client_); },
          [this](wire::LeaveQueue&) { actor_->leave_queue(client_); },
          [this](wire::Disconnect&) { actor_->disconnect(client_); },
          [this](wire::ShareRuntime& m) { actor_->share_runtime(client_, m.shared); },
          [this](wire::UseRuntime& m) { actor_->use_runtime(client_, m.owner); },
          [this](wire::Interrupt& m) { actor_->interrupt(client_, m.command); },
          [this](wire::Restart& m) { actor_->restart(client_, m.command); },
          [&](wire::AnswerInput& m) {
            submit(m.command, document::AnswerInput{.execution = std::move(m.execution),
                                                    .value = std::move(m.value)});
          },
          [this](wire::Complete& m) { actor_->complete(*this, m.request, m.code, m.cursor); },
          [this](wire::Inspect& m) {
            actor_->inspect(*this, m.request, m.code, m.cursor, m.detail);
          },
          [this](wire::Comm& m) { actor_->comm(*this, m.message, m.buffers); },
          [this](wire::ReadComments& m) { actor_->read_comments(user_.id, m.seq); },
          [this](wire::Presence& m) {
            actor_->move(client_, {.cell = std::move(m.cell),
                                   .selection = std::move(m.selection),
                                   .version = m.version,
                                   .editing = m.editing});
          },
          [this](wire::TakeAsk& m) { actor_->take_ask(client_, m.ask); },
          [this](wire::AnswerAsk& m) {
            link::AskResult result = link::ask_failure(std::move(m.code), std::move(m.detail));
            if (m.result) result = *std::move(m.result);
            actor_->answer_ask(client_, m.ask, std::move(result));
          },
          [this](wire::ScratchRun& m) { actor_->run_scratch(client_, m.cell, std::move(m.code)); },
          [this](wire::ScratchCancel& m) { actor_->cancel_scratch(client_, m.cell); },
          [this](wire::ScratchClose& m) { actor_->close_scratch(client_, m.cell); },
          [this](wire::ScratchAnswer& m) { actor_->answer_scratch(client_, m.execution, m.value); },
          [this](wire::Ping& m) { socket_->send(wire::pong(m.n)); },
      },
      message);
}

void NotebookSocket::on_welcome(const notebooks::Welcome& welcome) {
  found_.title = welcome.title;
  found_.role = welcome.role;
  socket_->send(wire::welcome({.id = user_.id, .email = user_.email, .name = user_.name}, found_,
                              welcome.resumed));
}

void NotebookSocket::on_snapshot(const notebooks::SharedText& snapshot,
                                 const std::vector<std::string>& notes) {
  socket_->send(wire::snapshot(*snapshot, notes));
}

void NotebookSocket::on_outputs(const notebooks::SharedText& cells) {
  socket_->send(wire::outputs(*cells));
}

void NotebookSocket::on_records(const notebooks::RecordBatch& batch) {
  socket_->send(batch.message);
}

void NotebookSocket::on_presence(const notebooks::SharedText& message) {
  socket_->send(message);
}

void NotebookSocket::on_aside(const notebooks::SharedText& message) {
  socket_->send(message);
}

void NotebookSocket::on_refused(uint64_t command, const Error& error) {
  socket_->send(wire::refused(command, error));
}

void NotebookSocket::on_lease(const std::optional<lease::Status>& lease) {
  // People read times by the wall clock, and theirs follows it.
  socket_->send(wire::lease(lease ? std::optional(lease::to_json(*lease, async::wall_shift_ms()))
                                  : std::nullopt));
}

void NotebookSocket::on_runtimes(const notebooks::Choices& choices) {
  std::vector<wire::RuntimeChoice> out;
  for (const notebooks::Choice& choice : choices.runtimes)
    out.push_back({choice.owner, choice.name, choice.alive, choice.shared, choice.users});
  socket_->send(wire::runtimes(choices.in_use, out));
}

void NotebookSocket::on_meters(const json::Object& meters) {
  json::Object message{{"type", "meters"}};
  for (const auto& [name, value] : meters) message.set(name, value);
  socket_->send(json::serialize(message));
}

void NotebookSocket::on_saved(const notebooks::Saved& saved) {
  socket_->send(wire::saved(saved.seq, saved.time_ms, saved.error));
}

void NotebookSocket::on_role(document::Role role) {
  found_.role = role;
  socket_->send(wire::role(role));
}

void NotebookSocket::on_comments_read(uint64_t seq) {
  socket_->send(wire::comments_read(seq));
}

void NotebookSocket::on_access() {
  socket_->send(wire::access());
}

void NotebookSocket::on_title(const std::string& title) {
  socket_->send(wire::title(title));
}

void NotebookSocket::on_notice(const notebooks::Notice& notice) {
  socket_->send(wire::notice(notice.level, notice.code, notice.detail));
}

void NotebookSocket::on_reply(const std::string& request, const Result<json::Object>& content) {
  socket_->send(wire::reply(request, content));
}

void NotebookSocket::on_comm(const json::Object& message, const std::vector<std::string>& buffers) {
  if (buffers.empty()) {
    socket_->send(wire::comm(message));
  } else {
    socket_->send_binary(wire::comm_binary(message, buffers));
  }
}

void NotebookSocket::on_ask(const notebooks::SharedText& message) {
  socket_->send(message);
}

void NotebookSocket::on_close(uint16_t code, const std::string& reason) {
  attached_ = false;
  socket_->close(code, reason);
}

}  // namespace colibri::api
