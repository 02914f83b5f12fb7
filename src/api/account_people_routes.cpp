// What administrators do: the list of accounts, invitations, roles.
#include "api/account_answers.hpp"
#include "api/account_api.hpp"
#include "api/mail_words.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"

namespace colibri::api {

using net::Access;
using net::BodyKind;
using net::Request;
using net::Response;
using net::http::verb;

namespace {

json::Object person_json(const auth::User& user) {
  json::Object out = to_json(user);
  out.set("disabled", user.disabled);
  out.set("created_ms", user.created_ms);
  out.set("last_seen_ms", user.last_seen_ms);
  return out;
}

json::Object invitation_json(const auth::Invitation& invitation) {
  return {{"email", invitation.email},
          {"role", invitation.owner ? "owner" : "user"},
          {"invited_by", invitation.invited_by},
          {"created_ms", invitation.created_ms},
          {"expires_ms", invitation.expires_ms}};
}

Response people_response(const std::vector<auth::User>& people,
                         const std::vector<auth::Invitation>& invitations) {
  json::Array users, invited;
  for (const auth::User& user : people) users.emplace_back(person_json(user));
  for (const auto& invitation : invitations) invited.emplace_back(invitation_json(invitation));
  return net::json_response(200,
                            {{"people", std::move(users)}, {"invitations", std::move(invited)}});
}

Response link_response(unsigned status, const std::string& link, bool mailed) {
  return net::json_response(status, {{"link", link}, {"mailed", mailed}});
}

Response person_response(const auth::User& user) {
  return net::json_response(200, {{"person", person_json(user)}});
}

}  // namespace

void AccountApi::add_people_routes(net::Router& router) {
  const auto add = [&](verb method, const char* pattern, net::Handler handler) {
    const bool has_body = method == verb::post || method == verb::patch;
    router.add({.method = method,
                .pattern = pattern,
                .access = Access::owner,
                .handler = std::move(handler),
                .body = has_body ? BodyKind::json : BodyKind::none});
  };
  add(verb::get, "/api/people", [this](Request& r) { return list_people(r); });
  add(verb::post, "/api/people/invitations", [this](Request& r) { return invite(r); });
  add(verb::delete_, "/api/people/invitations/{email}",
      [this](Request& r) { return withdraw_invitation(r); });
  add(verb::patch, "/api/people/{id}", [this](Request& r) { return change_person(r); });
  add(verb::post, "/api/people/{id}/link", [this](Request& r) { return make_person_link(r); });
}

Task<Response> AccountApi::list_people(Request&) {
  const auto people = co_await parts_.people.list();
  if (!people) co_return net::error_response(people.error());
  const auto invitations = co_await parts_.invitations.list(async::now_ms());
  if (!invitations) co_return net::error_response(invitations.error());
  co_return people_response(*people, *invitations);
}

Task<Response> AccountApi::invite(Request& request) {
  const auto email = json::string_at(request.json, "email");
  if (!email) co_return missing("email");
  const bool owner = json::string_at(request.json, "role") == "owner";
  const UserId by = request.identity->user;
  const auto token = co_await parts_.invitations.invite(*email, owner, by, async::now_ms());
  if (!token) co_return net::error_response(token.error());
  bool mailed = false;
  if (parts_.mail.configured()) {
    const auto inviter = co_await parts_.accounts.find(by);
    const std::string name = !inviter || inviter->name.empty() ? "Colibri" : inviter->name;
    const std::string language = json::string_at(request.json, "language").value_or("");
    const std::string to = auth::normalize_email(*email).value_or("");
    auto sent =
        parts_.mail.send(invitation_mail(to, language, name, url_ + "/#invitation=" + *token));
    if (!sent) log::error("an invitation was not mailed: {}", sent.error().detail);
    mailed = sent.has_value();
  }
  co_return link_response(201, origin_of(request) + "/#invitation=" + *token, mailed);
}

Task<Response> AccountApi::withdraw_invitation(Request& request) {
  const auto withdrawn = co_await parts_.invitations.withdraw(request.parameter("email"));
  if (!withdrawn) co_return net::error_response(withdrawn.error());
  co_return net::no_content();
}

Task<Response> AccountApi::change_person(Request& request) {
  const UserId id{request.parameter("id")};
  auth::PersonChange change{.disabled = json::bool_at(request.json, "disabled")};
  if (const auto role = json::string_at(request.json, "role")) {
    if (*role != "owner" && *role != "user") {
      co_return net::error_response(400, "invalid", "a role is owner or user");
    }
    change.owner = *role == "owner";
  }
  if (change.disabled.value_or(false) && id == request.identity->user) {
    co_return net::error_response(409, "conflict", "nobody disables themselves");
  }
  const auto user = co_await parts_.people.change(id, change, async::now_ms());
  if (!user) co_return net::error_response(user.error());
  if (user->disabled) {
    if (auto ended = co_await parts_.sessions.end_all(id, auth::kAccountDisabled); !ended) {
      co_return net::error_response(ended.error());
    }
  }
  co_return person_response(*user);
}

Task<Response> AccountApi::make_person_link(Request& request) {
  const UserId id{request.parameter("id")};
  const auto token = co_await parts_.accounts.make_link(id, async::now_ms());
  if (!token) co_return net::error_response(token.error());
  co_return link_response(201, origin_of(request) + "/#signin=" + *token, false);
}

}  // namespace colibri::api
