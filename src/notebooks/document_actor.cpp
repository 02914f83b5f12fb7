#include "notebooks/document_actor.hpp"

#include "notebooks/document_state.hpp"

namespace colibri::notebooks {

DocumentActor::DocumentActor(std::shared_ptr<State> state) : state_(std::move(state)) {}
DocumentActor::~DocumentActor() = default;

void DocumentActor::attach(Client& client, ClientId id, Visitor visitor,
                           std::optional<Position> last_seen) {
  state_->attach(client, std::move(id), std::move(visitor), std::move(last_seen));
}
void DocumentActor::detach(Client& client) {
  state_->detach(client);
}
Task<void> DocumentActor::wait_for_room() {
  return State::wait_for_room(state_);
}
void DocumentActor::set_role(const UserId& user, std::optional<document::Role> role) {
  state_->set_role(user, role);
}
void DocumentActor::read_comments(const UserId& user, uint64_t seq) {
  state_->read_comments(user, seq);
}
void DocumentActor::move(const ClientId& client, Place place) {
  state_->move(client, std::move(place));
}
void DocumentActor::submit(document::Command command) {
  state_->submit(std::move(command));
}
void DocumentActor::connect(const ClientId& client, RuntimeChoice choice) {
  state_->connect(client, choice);
}
Result<runtimes::LocalRuntime> DocumentActor::connect_local(const Visitor& visitor) {
  return state_->connect_local(visitor);
}
void DocumentActor::keep(const ClientId& client) {
  state_->keep(client);
}
void DocumentActor::claim(const ClientId& client) {
  state_->claim(client);
}
void DocumentActor::leave_queue(const ClientId& client) {
  state_->leave_queue(client);
}
void DocumentActor::disconnect(const ClientId& client) {
  state_->disconnect(client);
}
void DocumentActor::share_runtime(const ClientId& client, bool shared) {
  state_->share_runtime(client, shared);
}
void DocumentActor::use_runtime(const ClientId& client, const UserId& owner) {
  state_->use_runtime(client, owner);
}
void DocumentActor::interrupt(const ClientId& client, uint64_t command) {
  state_->interrupt(client, command);
}
void DocumentActor::restart(const ClientId& client, uint64_t command) {
  state_->restart(client, command);
}
void DocumentActor::complete(Client& client, const std::string& request, const std::string& code,
                             size_t cursor) {
  state_->ask({&client, request, code, true}, cursor, 0);
}
void DocumentActor::inspect(Client& client, const std::string& request, const std::string& code,
                            size_t cursor, int detail) {
  state_->ask({&client, request, code, false}, cursor, detail);
}
void DocumentActor::comm(Client& client, const json::Object& message,
                         const std::vector<std::string>& buffers) {
  state_->comm(client, message, buffers);
}
void DocumentActor::take_ask(const ClientId& client, const std::string& ask) {
  state_->take_ask(client, ask);
}
void DocumentActor::answer_ask(const ClientId& client, const std::string& ask,
                               link::AskResult result) {
  state_->answer_ask(client, ask, std::move(result));
}
void DocumentActor::run_scratch(const ClientId& client, const CellId& cell, std::string code) {
  state_->run_scratch(client, cell, std::move(code));
}
void DocumentActor::cancel_scratch(const ClientId& client, const CellId& cell) {
  state_->cancel_scratch(client, cell);
}
void DocumentActor::close_scratch(const ClientId& client, const CellId& cell) {
  state_->close_scratch(client, cell);
}
void DocumentActor::answer_scratch(const ClientId& client, const ExecutionId& execution,
                                   const std::string& value) {
  state_->answer_scratch(client, execution, value);
}
std::shared_ptr<runtimes::Runtime> DocumentActor::runtime_of(const UserId& user) const {
  return state_->runtime_of(user);
}
void DocumentActor::join_runtime(RuntimeGuest& guest, const UserId& user,
                                 const RuntimeId& runtime) {
  state_->join_runtime(guest, user, runtime);
}
void DocumentActor::leave_runtime(const RuntimeGuest& guest) {
  state_->leave_runtime(guest);
}
const NotebookId& DocumentActor::id() const {
  return state_->id();
}
const std::string& DocumentActor::title() const {
  return state_->title();
}
const document::Document& DocumentActor::document() const {
  return state_->document();
}
std::optional<lease::Status> DocumentActor::lease(const UserId& user) const {
  return state_->lease(user);
}

}  // namespace colibri::notebooks
