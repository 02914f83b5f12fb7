#include "api/account_answers.hpp"
#include "api/mail_words.hpp"
#include "api/sharing_api.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "base/utf.hpp"

namespace colibri::api {

using document::Role;
using net::Access;
using net::BodyKind;
using net::Request;
using net::Response;
using net::http::verb;

namespace {

constexpr size_t kMaxMessage = 2'000;

NotebookId notebook_in(const Request& request) {
  return {request.parameter("id")};
}

std::string path_of(const NotebookId& id) {
  return "/notebooks/" + id.value;
}

json::Object person_json(const notebooks::Person& person) {
  return {{"id", person.id.value}, {"email", person.email}, {"name", person.name}};
}

Response access_response(const notebooks::Access& access, bool mail) {
  json::Array people, invitations;
  for (const auto& entry : access.people) {
    json::Object person = person_json(entry.person);
    person.set("role", document::to_string(entry.role));
    people.emplace_back(std::move(person));
  }
  for (const auto& invitation : access.invitations)
    invitations.emplace_back(
        json::Object{{"email", invitation.email}, {"role", document::to_string(invitation.role)}});
  return net::json_response(
      200, {{"title", access.title},
            {"owner", person_json(access.owner)},
            {"people", std::move(people)},
            {"invitations", std::move(invitations)},
            {"link_role", access.link_role ? document::to_string(*access.link_role) : ""},
            {"editors_share", access.editors_share},
            {"role", document::to_string(access.role)},
            {"may_share", access.may_share},
            {"mail", mail}});
}

Response invalid(std::string_view what) {
  return net::error_response(400, "invalid", what);
}

// A role that can be given: viewer, commenter or editor.
std::optional<Role> role_in(const json::Object& object, std::string_view name) {
  const auto role = document::parse_role(json::string_at(object, name).value_or(""));
  return role == Role::owner ? std::nullopt : role;
}

// The people of a request. `invalid` with a sentence that names what is wrong.
Result<std::vector<notebooks::Grant>> grants_in(const json::Object& body) {
  const json::Array* people = json::array_at(body, "people");
  if (!people || people->empty())
    return failure(ErrorCode::invalid, "people must be a list of email and role");
  std::vector<notebooks::Grant> grants;
  for (const json::Value& value : *people) {
    const json::Object* person = value.if_object();
    const auto role = person ? role_in(*person, "role") : std::nullopt;
    const auto typed = person ? json::string_at(*person, "email") : std::nullopt;
    if (!role || !typed)
      return failure(ErrorCode::invalid, "each of people must have an email and a role");
    auto email = auth::normalize_email(*typed);
    if (!email)
      return failure(ErrorCode::invalid,
                     make_valid_utf8(typed->substr(0, 100)) + ": " + email.error().detail);
    grants.push_back({*std::move(email), *role});
  }
  return grants;
}

}  // namespace

void SharingApi::add_routes(net::Router& router) {
  const auto add = [&](verb method, const char* pattern, net::Handler handler) {
    const bool has_body = method != verb::get && method != verb::delete_;
    router.add({.method = method,
                .pattern = pattern,
                .access = Access::signed_in,
                .scope = method == verb::get ? auth::kReadNotebooks : std::string_view(),
                .handler = std::move(handler),
                .body = has_body ? BodyKind::json : BodyKind::none});
  };
  const char* all = "/api/notebooks/{id}/access";
  const char* one = "/api/notebooks/{id}/access/{email}";
  add(verb::get, all, [this](Request& r) { return list(r); });
  add(verb::post, all, [this](Request& r) { return grant(r); });
  add(verb::patch, all, [this](Request& r) { return change(r); });
  add(verb::put, one, [this](Request& r) { return set_role(r); });
  add(verb::delete_, one, [this](Request& r) { return revoke(r); });
  add(verb::post, "/api/notebooks/{id}/transfer", [this](Request& r) { return transfer(r); });
}

Task<Response> SharingApi::list(Request& request) {
  const auto access = co_await sharing_.access(request.identity->user, notebook_in(request));
  if (!access) co_return net::error_response(access.error());
  co_return access_response(*access, parts_.mail.configured());
}

Task<Response> SharingApi::grant(Request& request) {
  auto grants = grants_in(request.json);
  if (!grants) co_return net::error_response(grants.error());
  Letter letter;
  letter.notify = json::bool_at(request.json, "notify").value_or(true);
  letter.message = json::string_at(request.json, "message").value_or("");
  letter.language = json::string_at(request.json, "language").value_or("");
  if (letter.message.size() > kMaxMessage || find_invalid_utf8(letter.message))
    co_return invalid("the message is longer than 2000 bytes");
  const UserId by = request.identity->user;
  if (letter.notify && parts_.mail.configured()) {
    for (size_t i = 0; i < grants->size(); ++i) {
      const auto allowed = mail_limit_.check(request.remote, "share " + by.value, async::now_ms());
      if (!allowed) co_return net::error_response(allowed.error());
      mail_limit_.failed(request.remote, "share " + by.value, async::now_ms());
    }
  }
  auto granted = co_await sharing_.grant(by, notebook_in(request), *std::move(grants));
  if (!granted) co_return net::error_response(granted.error());
  const auto told = co_await tell(request, std::move(letter), *std::move(granted));
  if (!told) co_return net::error_response(told.error());
  json::Array people;
  for (const Outcome& outcome : *told) {
    json::Object person;
    person.set("email", outcome.granted.email);
    person.set("role", document::to_string(outcome.granted.role));
    person.set("has_account", outcome.granted.has_account);
    person.set("mailed", outcome.mailed);
    if (!outcome.link.empty()) person.set("link", outcome.link);
    people.emplace_back(std::move(person));
  }
  co_return list_response("people", std::move(people));
}

Task<Result<std::vector<SharingApi::Outcome>>> SharingApi::tell(
    Request& request, Letter letter, std::vector<notebooks::Granted> granted) {
  const UserId by = request.identity->user;
  const NotebookId id = notebook_in(request);
  const auto sharer = co_await parts_.accounts.find(by);
  if (!sharer) co_return std::unexpected(sharer.error());
  const auto access = co_await sharing_.access(by, id);
  if (!access) co_return std::unexpected(access.error());
  const bool mail = parts_.mail.configured();
  std::vector<Outcome> out;
  for (const notebooks::Granted& one : granted) {
    Outcome outcome{.granted = one};
    const bool newcomer = !one.has_account;
    if (mail && letter.notify && one.role != Role::owner && one.email != sharer->email) {
      std::string rest;
      if (newcomer) rest = co_await invitation(by, one.email, false);
      const Share share{.by_name = sharer->name,
                        .by_email = sharer->email,
                        .title = access->title,
                        .role = one.role,
                        .message = letter.message,
                        .link = url_ + path_of(id) + rest};
      const auto sent = parts_.mail.send(share_mail(one.email, letter.language, share));
      if (!sent) log::error("who shares a notebook was not told by mail: {}", sent.error().detail);
      outcome.mailed = sent.has_value();
    } else if (!mail && newcomer && parts_.providers.empty()) {
      const std::string rest = co_await invitation(by, one.email, true);
      const std::string origin = parts_.public_url.empty() ? "http://" + request.host : url_;
      if (!rest.empty()) outcome.link = origin + path_of(id) + rest;
    }
    out.push_back(std::move(outcome));
  }
  co_return out;
}

Task<std::string> SharingApi::invitation(UserId by, std::string email, bool handed) {
  if (!parts_.rule.sharing_invites) co_return std::string();
  const auto token =
      co_await parts_.invitations.invite_to_share(email, by, handed, async::now_ms());
  if (!token) co_return std::string();  // An administrator has invited the address.
  co_return "#invitation=" + *token;
}

Task<void> SharingApi::tell_mention(notebooks::Mention mention) {
  if (!parts_.mail.configured()) co_return;
  const auto reader = co_await sharing_.reader_at(mention.notebook, mention.email);
  if (!reader || reader->id == mention.by.id) co_return;
  // Of a person, from wherever they write.
  const boost::asio::ip::address anywhere;
  const std::string who = mention.by.id.value;
  if (!mention_limit_.check(anywhere, who, async::now_ms())) {
    log::warn("{} mentions too many people to mail them all", who);
    co_return;
  }
  mention_limit_.failed(anywhere, who, async::now_ms());
  const CommentMention words{
      .by_name = mention.by.name,
      .by_email = mention.by.email,
      .title = mention.title,
      .quote = mention.quote,
      .text = mention.text,
      .link = url_ + path_of(mention.notebook) + "#comment=" + mention.thread.value};
  const auto sent = parts_.mail.send(mention_mail(reader->email, mention.language, words));
  if (!sent) log::error("who is mentioned was not told by mail: {}", sent.error().detail);
}

Task<Response> SharingApi::change(Request& request) {
  notebooks::Sharing::Change change;
  if (const auto link = json::string_at(request.json, "link_role")) {
    const auto role = role_in(request.json, "link_role");
    if (!role && !link->empty())
      co_return invalid("link_role is viewer, commenter, editor or empty");
    change.link_role = role;
  }
  change.editors_share = json::bool_at(request.json, "editors_share");
  const auto changed =
      co_await sharing_.change(request.identity->user, notebook_in(request), change);
  if (!changed) co_return net::error_response(changed.error());
  co_return net::no_content();
}

Task<Response> SharingApi::set_role(Request& request) {
  const auto role = role_in(request.json, "role");
  auto email = auth::normalize_email(request.parameter("email"));
  if (!role || !email) co_return invalid("the role is viewer, commenter or editor");
  std::vector<notebooks::Grant> grants;
  grants.push_back({*std::move(email), *role});
  const auto granted =
      co_await sharing_.grant(request.identity->user, notebook_in(request), std::move(grants));
  if (!granted) co_return net::error_response(granted.error());
  co_return net::no_content();
}

Task<Response> SharingApi::revoke(Request& request) {
  auto email = auth::normalize_email(request.parameter("email"));
  if (!email) co_return net::error_response(email.error());
  const auto revoked =
      co_await sharing_.revoke(request.identity->user, notebook_in(request), *std::move(email));
  if (!revoked) co_return net::error_response(revoked.error());
  co_return net::no_content();
}

Task<Response> SharingApi::transfer(Request& request) {
  auto email = auth::normalize_email(json::string_at(request.json, "email").value_or(""));
  if (!email) co_return net::error_response(email.error());
  const UserId by = request.identity->user;
  const NotebookId id = notebook_in(request);
  const auto moved = co_await sharing_.transfer(by, id, *email);
  if (!moved) co_return net::error_response(moved.error());
  const auto giver = co_await parts_.accounts.find(by);
  const auto access = co_await sharing_.access(by, id);
  if (giver && access && parts_.mail.configured()) {
    const std::string language = json::string_at(request.json, "language").value_or("");
    const Share share{.by_name = giver->name,
                      .by_email = giver->email,
                      .title = access->title,
                      .role = Role::owner,
                      .message = {},
                      .link = url_ + path_of(id)};
    const auto sent = parts_.mail.send(share_mail(*email, language, share));
    if (!sent) log::error("a notebook's new owner was not told by mail: {}", sent.error().detail);
  }
  co_return net::no_content();
}

}  // namespace colibri::api
