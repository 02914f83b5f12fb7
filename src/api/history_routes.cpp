#include <charconv>
#include <limits>

#include "api/account_answers.hpp"
#include "api/history_api.hpp"
#include "api/notebook_answers.hpp"
#include "base/utf.hpp"
#include "history/summary.hpp"

namespace colibri::api {

using net::Access;
using net::BodyKind;
using net::Request;
using net::Response;
using net::http::verb;

namespace {

constexpr int64_t kMostRevisions = 200, kUsualRevisions = 50;  // In one answer.
constexpr size_t kLargestText = 64u << 20;                     // Of a revision's cells.

std::optional<int64_t> number_in(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

// The {number} of a route; what is no number is no revision.
int64_t revision_in(const Request& request) {
  return number_in(request.parameter("number")).value_or(std::numeric_limits<int64_t>::max() - 1);
}

Result<notebooks::RevisionQuery> query_in(const Request& request) {
  notebooks::RevisionQuery query{.limit = kUsualRevisions};
  for (const auto& [name, into] : {std::pair("before", &query.before), {"limit", &query.limit}}) {
    const auto given = request.query.find(name);
    if (given == request.query.end()) continue;
    const auto number = number_in(given->second);
    if (!number) return failure(ErrorCode::invalid, std::string(name) + " must be a number");
    *into = *number;
  }
  if (query.limit < 1 || query.limit > kMostRevisions)
    return failure(ErrorCode::invalid, "limit must be from 1 to 200");
  const auto named = request.query.find("named");
  query.named = named != request.query.end() && named->second == "1";
  return query;
}

json::Object author_json(const document::Author& author) {
  return {{"user", author.user.value}, {"name", author.name}};
}

json::Object revision_json(const notebooks::RevisionEntry& entry) {
  json::Array authors;
  for (const document::Author& author : entry.authors) authors.emplace_back(author_json(author));
  json::Object out{{"number", entry.number}, {"time_ms", entry.time_ms},
                   {"kind", entry.kind},     {"name", entry.name},
                   {"pinned", entry.pinned}, {"authors", std::move(authors)},
                   {"cells", entry.cells}};
  if (entry.changed)
    out.set("changed", json::Object{{"added", entry.changed->added},
                                    {"deleted", entry.changed->deleted},
                                    {"changed", entry.changed->changed},
                                    {"moved", entry.changed->moved},
                                    {"outputs", entry.changed->outputs},
                                    {"notebook", entry.changed->notebook}});
  return out;
}

Response page_response(const notebooks::RevisionPage& page) {
  json::Array revisions;
  for (const notebooks::RevisionEntry& entry : page.revisions)
    revisions.emplace_back(revision_json(entry));
  return net::json_response(200, {{"revisions", std::move(revisions)}, {"more", page.more}});
}

// Outputs and attachments by their hashes only: that is enough to tell whether they changed.
Response content_response(const notebooks::RevisionContent& content) {
  json::Array cells;
  size_t text = 0;
  for (size_t i = 0; i < content.head.cells.size(); ++i) {
    const history::RevisionCell& entry = content.head.cells[i];
    const document::Cell& cell = content.notebook.cells[i];
    std::string source = to_utf8(cell.source);
    text += source.size();
    if (text > kLargestText)
      return net::error_response(Error{
          ErrorCode::too_large, "This revision is too large to be shown; open it as a copy."});
    json::Object out{{"id", entry.id.value},
                     {"cell_type", document::to_string(cell.type)},
                     {"source", std::move(source)},
                     {"metadata", cell.metadata},
                     {"attachments", history::hash_of_attachments(cell)},
                     {"outputs", entry.outputs}};
    if (entry.running) out.set("running", true);
    cells.emplace_back(std::move(out));
  }
  return net::json_response(200, {{"revision", revision_json(content.entry)},
                                  {"metadata", content.head.metadata},
                                  {"with_outputs", content.head.with_outputs},
                                  {"cells", std::move(cells)}});
}

json::Object execution_json(const notebooks::ExecutionEntry& entry) {
  return {{"execution", entry.execution.value},
          {"runtime", entry.runtime.value},
          {"cell", entry.cell.value},
          {"by", author_json(entry.by)},
          {"source", entry.source},
          {"source_bytes", entry.source_bytes},
          {"queued_ms", entry.queued_ms},
          {"started_ms", entry.started_ms},
          {"finished_ms", entry.finished_ms},
          {"status", entry.status},
          {"reason", entry.reason},
          {"count", entry.count}};
}

Response number_response(int64_t number) {
  return net::json_response(201, {{"number", number}});
}

}  // namespace

void HistoryApi::add_routes(net::Router& router) {
  const auto add = [&](verb method, const char* pattern, net::Handler handler) {
    const bool reads = method == verb::get;
    router.add({.method = method,
                .pattern = pattern,
                .access = Access::signed_in,
                .scope = reads ? auth::kReadNotebooks : auth::kWriteNotebooks,
                .handler = std::move(handler),
                .body = reads ? BodyKind::none : BodyKind::json});
  };
  const char* all = "/api/notebooks/{id}/revisions";
  const char* one = "/api/notebooks/{id}/revisions/{number}";
  add(verb::get, all, [this](Request& r) { return list(r); });
  add(verb::post, all, [this](Request& r) { return pin(r); });
  add(verb::get, one, [this](Request& r) { return read(r); });
  add(verb::patch, one, [this](Request& r) { return change(r); });
  add(verb::post, "/api/notebooks/{id}/revisions/{number}/restore",
      [this](Request& r) { return restore(r); });
  add(verb::post, "/api/notebooks/{id}/revisions/{number}/copy",
      [this](Request& r) { return copy(r); });
  add(verb::get, "/api/notebooks/{id}/revisions/{number}/file",
      [this](Request& r) { return file(r); });
  add(verb::get, "/api/notebooks/{id}/revision-outputs/{sha256}",
      [this](Request& r) { return outputs(r); });
  add(verb::get, "/api/notebooks/{id}/executions", [this](Request& r) { return executions(r); });
}

Task<Response> HistoryApi::list(Request& request) {
  const auto query = query_in(request);
  if (!query) co_return net::error_response(query.error());
  const auto page =
      co_await notebooks_.revisions(request.identity->user, notebook_of(request), *query);
  if (!page) co_return net::error_response(page.error());
  co_return page_response(*page);
}

Task<Response> HistoryApi::read(Request& request) {
  const auto content = co_await notebooks_.revision(request.identity->user, notebook_of(request),
                                                    revision_in(request));
  if (!content) co_return net::error_response(content.error());
  co_return content_response(*content);
}

Task<Response> HistoryApi::outputs(Request& request) {
  const auto text = co_await notebooks_.revision_outputs(
      request.identity->user, notebook_of(request), request.parameter("sha256"));
  if (!text) co_return net::error_response(text.error());
  const auto object = json::parse_object(*text);
  if (!object || !json::array_at(*object, "outputs"))
    co_return net::error_response(404, "not_found", "There is no such output.");
  co_return net::json_response(200, *object);
}

Task<Response> HistoryApi::pin(Request& request) {
  const auto number = co_await notebooks_.pin(request.identity->user, notebook_of(request),
                                              json::string_at(request.json, "name").value_or(""));
  if (!number) co_return net::error_response(number.error());
  co_return number_response(*number);
}

Task<Response> HistoryApi::change(Request& request) {
  notebooks::RevisionChange change;
  change.name = json::string_at(request.json, "name");
  change.pinned = json::bool_at(request.json, "pinned");
  if (!change.name && !change.pinned)
    co_return net::error_response(400, "invalid", "name or pinned must be given");
  const auto changed = co_await notebooks_.change_revision(
      request.identity->user, notebook_of(request), revision_in(request), std::move(change));
  if (!changed) co_return net::error_response(changed.error());
  co_return net::no_content();
}

Task<Response> HistoryApi::restore(Request& request) {
  const auto user = co_await accounts_.find(request.identity->user);
  if (!user) co_return net::error_response(user.error());
  const notebooks::Visitor visitor{user->id, user->name, user->email, {}};
  document::Author author{user->id, visitor.shown_name()};
  const auto restored =
      co_await notebooks_.restore(std::move(author), notebook_of(request), revision_in(request));
  if (!restored) co_return net::error_response(restored.error());
  co_return net::no_content();
}

Task<Response> HistoryApi::copy(Request& request) {
  const auto copied = co_await notebooks_.copy_revision(request.identity->user,
                                                        notebook_of(request), revision_in(request));
  if (!copied) co_return net::error_response(copied.error());
  co_return made(copied->id);
}

Task<Response> HistoryApi::file(Request& request) {
  auto file = co_await notebooks_.revision_file(request.identity->user, notebook_of(request),
                                                revision_in(request));
  if (!file) co_return net::error_response(file.error());
  co_return file_response(*std::move(file));
}

Task<Response> HistoryApi::executions(Request& request) {
  const auto entries = co_await notebooks_.executions(request.identity->user, notebook_of(request));
  if (!entries) co_return net::error_response(entries.error());
  json::Array executions;
  for (const notebooks::ExecutionEntry& entry : *entries)
    executions.emplace_back(execution_json(entry));
  co_return list_response("executions", std::move(executions));
}

}  // namespace colibri::api
