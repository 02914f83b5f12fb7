#include "api/account_data_api.hpp"

#include <fmt/chrono.h>

#include <ctime>

#include "api/account_answers.hpp"
#include "api/account_export.hpp"
#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"

namespace colibri::api {

using net::Access;
using net::BodyKind;
using net::Request;
using net::Response;
using net::http::verb;

namespace {

// The command line begins deletions too, and cannot call.
constexpr auto kLookEvery = std::chrono::seconds(5);

std::string export_name() {
  const auto seconds = static_cast<std::time_t>(async::now_ms() / 1000);
  return fmt::format("attachment; filename=\"colibri-{:%Y-%m-%d}.zip\"", fmt::gmtime(seconds));
}

Response deletion_response(const notebooks::Personal::Belongings& belongings,
                           bool last_administrator) {
  return net::json_response(200, {{"notebooks", belongings.notebooks},
                                  {"shared", belongings.shared},
                                  {"last_administrator", last_administrator}});
}

}  // namespace

void AccountDataApi::add_routes(net::Router& router) {
  const auto add = [&](verb method, const char* pattern, Access access, net::Handler handler) {
    router.add({.method = method,
                .pattern = pattern,
                .access = access,
                .handler = std::move(handler),
                .body = method == verb::post ? BodyKind::json : BodyKind::none});
  };
  add(verb::get, "/api/me/export", Access::signed_in, [this](Request& r) { return export_all(r); });
  add(verb::get, "/api/me/deletion", Access::signed_in,
      [this](Request& r) { return look_at_deletion(r); });
  add(verb::post, "/api/me/deletion", Access::signed_in,
      [this](Request& r) { return delete_me(r); });
  add(verb::delete_, "/api/people/{id}", Access::owner,
      [this](Request& r) { return delete_person(r); });
}

Task<Response> AccountDataApi::export_all(Request& request) {
  // A link of another site must not make us work; the page's own, or a typed address, may.
  const std::string_view site = request.header("Sec-Fetch-Site");
  if (site == "cross-site" || site == "same-site") {
    co_return net::error_response(403, "denied", "ask for it on the page of this server");
  }
  const UserId user = request.identity->user;
  const int64_t now = async::now_ms();
  if (auto allowed = export_limit_.check(request.remote, user.value, now); !allowed) {
    co_return net::error_response(allowed.error());
  }
  if (exporting_.contains(user) || exporting_.size() >= kMostExports) {
    co_return net::error_response(429, "too_many_attempts",
                                  "another export is being made; try again in a minute");
  }
  export_limit_.failed(request.remote, user.value, now);
  exporting_.insert(user);
  AccountExport work(parts_, notebooks_, personal_, pool_, scratch_folder_, user);
  auto file = co_await work.write();
  exporting_.erase(user);
  if (!file) co_return net::error_response(file.error());
  Response response;
  response.file = *std::move(file);
  response.set("Content-Type", "application/zip");
  response.set("Content-Disposition", export_name());
  response.set("Cache-Control", "no-store");
  co_return response;
}

Task<Response> AccountDataApi::look_at_deletion(Request& request) {
  const UserId user = request.identity->user;
  const auto belongings = co_await personal_.belongings(user);
  if (!belongings) co_return net::error_response(belongings.error());
  const auto may = co_await parts_.people.may_remove(user);
  if (!may && may.error().code != ErrorCode::conflict) co_return net::error_response(may.error());
  co_return deletion_response(*belongings, !may.has_value());
}

Task<Response> AccountDataApi::delete_me(Request& request) {
  if (auto refused = co_await account_.not_the_person(request)) co_return *std::move(refused);
  const auto begun = co_await begin(request.identity->user);
  if (!begun) co_return net::error_response(begun.error());
  Response response{.status = 202};
  response.set("Set-Cookie", auth::clear_cookie(request));
  co_return response;
}

Task<Response> AccountDataApi::delete_person(Request& request) {
  const UserId user{request.parameter("id")};
  if (user == request.identity->user) {
    co_return net::error_response(409, "conflict", "delete your own account in the settings");
  }
  const auto begun = co_await begin(user);
  if (!begun) co_return net::error_response(begun.error());
  co_return Response{.status = 202};
}

Task<Result<>> AccountDataApi::begin(UserId user) {
  const auto marked = co_await parts_.people.begin_removal(user, async::now_ms());
  if (!marked) co_return marked;
  const auto ended = co_await parts_.sessions.end_all(user, auth::kAccountDeleted);
  if (!ended) log::warn("the sessions of {} end late: {}", user.value, ended.error().detail);
  wake_.set();
  co_return Result<>();
}

void AccountDataApi::start(const asio::any_io_executor& reactor) {
  async::spawn(reactor, finish_all(), "deleting accounts");
}

void AccountDataApi::stop() {
  stopping_ = true;
  wake_.set();
}

Task<void> AccountDataApi::finish_all() {
  while (!stopping_) {
    wake_.reset();
    const auto removals = co_await parts_.people.removals();
    if (!removals) log::warn("deletions wait: {}", removals.error().detail);
    if (removals) {
      for (const UserId& user : *removals) {
        if (stopping_) co_return;
        const auto finished = co_await finish(user);
        if (finished) {
          log::info("the account {} is deleted", user.value);
        } else {
          log::error("the account {} is not deleted yet: {}", user.value, finished.error().detail);
        }
      }
    }
    co_await wake_.wait_for(kLookEvery);
  }
}

// In this order: the rows say what is to be removed, so they go last.
Task<Result<>> AccountDataApi::finish(UserId user) {
  const auto ended = co_await parts_.sessions.end_all(user, auth::kAccountDeleted);
  if (!ended) co_return ended;
  const auto removed = co_await personal_.remove(user);
  if (!removed) co_return removed;
  co_return co_await parts_.people.finish_removal(user);
}

}  // namespace colibri::api
