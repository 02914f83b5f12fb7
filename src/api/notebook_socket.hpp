#pragma once
// A page's WebSocket on one notebook: translates between docs/protocol.md 2 and the DocumentActor.
#include <memory>
#include <optional>
#include <string>

#include "api/session_watch.hpp"
#include "auth/accounts.hpp"
#include "net/web_socket.hpp"
#include "notebooks/notebooks.hpp"
#include "wire/page_message.hpp"
#include "wire/server_message.hpp"

namespace colibri::api {

class NotebookSocket final : public notebooks::Client {
 public:
  // `session` names the web session: when it ends, so does the socket (4401).
  NotebookSocket(notebooks::Notebooks& notebooks, auth::Sessions& sessions,
                 std::shared_ptr<net::WebSocket> socket, auth::User user, std::string session,
                 NotebookId notebook);
  ~NotebookSocket() override;
  NotebookSocket(const NotebookSocket&) = delete;

  // Serves until either side closes. Call once; this must live until it is done.
  Task<void> serve();

  void on_welcome(const notebooks::Welcome& welcome) override;
  void on_snapshot(const notebooks::SharedText& snapshot,
                   const std::vector<std::string>& notes) override;
  void on_outputs(const notebooks::SharedText& cells) override;
  void on_records(const notebooks::RecordBatch& batch) override;
  void on_presence(const notebooks::SharedText& message) override;
  void on_refused(uint64_t command, const Error& error) override;
  void on_lease(const std::optional<lease::Status>& lease) override;
  void on_runtimes(const notebooks::Choices& choices) override;
  void on_aside(const notebooks::SharedText& message) override;
  void on_meters(const json::Object& meters) override;
  void on_saved(const notebooks::Saved& saved) override;
  void on_role(document::Role role) override;
  void on_comments_read(uint64_t seq) override;
  void on_access() override;
  void on_title(const std::string& title) override;
  void on_notice(const notebooks::Notice& notice) override;
  void on_reply(const std::string& request, const Result<json::Object>& content) override;
  void on_comm(const json::Object& message, const std::vector<std::string>& buffers) override;
  void on_ask(const notebooks::SharedText& message) override;
  void on_close(uint16_t code, const std::string& reason) override;

 private:
  Task<std::optional<wire::Hello>> await_hello();
  // The next message; nothing when the socket is over.
  Task<std::optional<wire::PageMessage>> receive();
  Task<bool> open();
  void carry_out(wire::PageMessage message);

  notebooks::Notebooks& notebooks_;
  std::shared_ptr<net::WebSocket> socket_;
  auth::User user_;
  NotebookId notebook_;
  SessionWatch watch_;
  ClientId client_;
  std::shared_ptr<notebooks::DocumentActor> actor_;
  wire::OpenNotebook found_;  // As it was opened, with the present role.
  bool attached_ = false;
};

}  // namespace colibri::api
