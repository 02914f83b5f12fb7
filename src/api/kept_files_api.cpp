#include "api/kept_files_api.hpp"

#include "api/counted_source.hpp"
#include "api/notebook_answers.hpp"
#include "async/timer.hpp"
#include "auth/api_tokens.hpp"
#include "net/response.hpp"

namespace colibri::api {

using net::Access;
using net::Request;
using net::Response;
using net::http::verb;
using runtimes::KeptEntry;
using runtimes::KeptFiles;

namespace {

constexpr size_t kMostAtOnce = 2;  // Of one person: each takes a processor.
constexpr size_t kMostAtAll = 8;

json::Object entry_json(const KeptFiles& kept, const KeptEntry& entry) {
  return {{"runtime", entry.runtime.value},
          {"notebook", entry.notebook.value},
          {"title", entry.title},
          {"flavor", entry.flavor},
          {"reason", entry.reason},
          {"files", entry.found.files},
          {"bytes", entry.found.bytes},
          {"ended_ms", entry.ended_ms + async::wall_shift_ms()},
          {"until_ms", kept.until_ms(entry) + async::wall_shift_ms()}};
}

}  // namespace

void KeptFilesApi::add_routes(net::Router& router) {
  const auto add = [&](verb method, const char* pattern, net::Handler handler) {
    router.add({.method = method,
                .pattern = pattern,
                .access = Access::signed_in,
                .scope = auth::kRunNotebooks,
                .handler = std::move(handler)});
  };
  add(verb::get, "/api/runtimes/files", [this](Request& r) { return list(r); });
  add(verb::get, "/api/runtimes/{runtime}/files", [this](Request& r) { return download(r); });
  add(verb::delete_, "/api/runtimes/{runtime}/files", [this](Request& r) { return discard(r); });
}

Task<Response> KeptFilesApi::list(Request& request) {
  const auto kept = runtimes_.kept_files();
  const auto entries = co_await KeptFiles::list(kept, request.identity->user);
  json::Array files;
  for (const KeptEntry& entry : entries) files.emplace_back(entry_json(*kept, entry));
  co_return net::json_response(200, {{"files", std::move(files)}});
}

Task<Response> KeptFilesApi::download(Request& request) {
  // A link of another site must not make us work; the page's own, or a typed address, may.
  const std::string_view site = request.header("Sec-Fetch-Site");
  if (site == "cross-site" || site == "same-site")
    co_return net::error_response(403, "denied", "ask for it on the page of this server");
  const UserId user = request.identity->user;
  const RuntimeId runtime{request.parameter("runtime")};
  const auto kept = runtimes_.kept_files();
  const auto title = kept->title_of(user, runtime);
  if (!title) co_return net::error_response(title.error());
  if (!may_begin(*reading_, user, kMostAtOnce, kMostAtAll))
    co_return net::error_response(429, "too_many_attempts",
                                  "other downloads are under way; try again when they are done");
  auto source = co_await KeptFiles::read(kept, user, runtime);
  if (!source) co_return net::error_response(source.error());
  Response response;
  response.source = counted(*std::move(source), reading_, user);
  response.set("Content-Type", "application/zip");
  response.set("Content-Disposition", attachment(*title + " content.zip"));
  response.set("Cache-Control", "no-store");
  co_return response;
}

Task<Response> KeptFilesApi::discard(Request& request) {
  const RuntimeId runtime{request.parameter("runtime")};
  const auto done =
      co_await KeptFiles::discard(runtimes_.kept_files(), request.identity->user, runtime);
  if (!done) co_return net::error_response(done.error());
  co_return net::no_content();
}

}  // namespace colibri::api
