#pragma once
// The routes about people (docs/protocol.md 4): signing in by every way, one's own account, its
// sessions and tokens, and what administrators do with the accounts of others.
#include <memory>
#include <string>
#include <vector>

#include "auth/accounts.hpp"
#include "auth/api_tokens.hpp"
#include "auth/invitations.hpp"
#include "auth/linked_sign_ins.hpp"
#include "auth/own_settings.hpp"
#include "auth/people.hpp"
#include "auth/sessions.hpp"
#include "auth/sign_in_limit.hpp"
#include "mail/sender.hpp"
#include "net/http_server.hpp"
#include "net/router.hpp"
#include "oidc/attempts.hpp"
#include "oidc/provider.hpp"

namespace colibri::api {

// What these routes speak to. All of it must outlive the last request.
struct AccountParts {
  auth::Accounts& accounts;
  auth::Sessions& sessions;
  auth::Invitations& invitations;
  auth::LinkedSignIns& linked;
  auth::ApiTokens& tokens;
  auth::People& people;
  auth::OwnSettings& settings;
  mail::Sender& mail;
  std::vector<std::unique_ptr<oidc::Provider>>& providers;
  auth::SignUpRule rule;
  std::string public_url;  // May be empty.
};

class AccountApi {
 public:
  explicit AccountApi(AccountParts parts) : parts_(std::move(parts)) {}

  void add_routes(net::Router& router);
  // Where people reach the server, for links in mails. Before requests.
  void reached_at(std::string url) { url_ = std::move(url); }

  using Refusal = Task<std::optional<net::Response>>;
  // The answer to somebody who asks for what cannot be undone: the request's `password` must be
  // right; whoever has none must have signed in lately.
  Refusal not_the_person(net::Request& request);

  // Whom the request's cookie stands for, or its API token when it has an Authorization header.
  Task<Result<std::optional<net::Identity>>> identify(const net::Request& request);

  // The server's own address as this request's sender knows it.
  [[nodiscard]] std::string origin_of(const net::Request& request) const;

 private:
  using Answer = Task<net::Response>;

  void add_sign_in_routes(net::Router& router);
  void add_own_routes(net::Router& router);
  void add_session_routes(net::Router& router);
  void add_provider_routes(net::Router& router);
  void add_people_routes(net::Router& router);

  // account_sign_in_routes.cpp
  Answer sign_in_ways(net::Request& request);
  Answer sign_in(net::Request& request);
  Answer sign_in_by_link(net::Request& request);
  Answer mail_me(net::Request& request);
  Answer sign_up(net::Request& request);
  Answer look_at_invitation(net::Request& request);
  Answer accept_invitation(net::Request& request);
  Answer sign_out(net::Request& request);
  Task<void> mail_sign_in_link(std::string email, std::string language);
  // A new session in place of the one that the browser may have: its cookie, and the CSRF token.
  Task<Result<auth::NewSession>> begin_session(net::Request& request, UserId user,
                                               std::string method);
  Answer welcome(net::Request& request, auth::User user, std::string method);

  // account_routes.cpp
  Answer me(net::Request& request);
  Answer change_me(net::Request& request);
  Answer change_email(net::Request& request);
  Answer confirm_email(net::Request& request);
  // The answer for somebody whose session may have been left open by the person: it asks for the
  // password (`confirm`), unless the sign-in is fresh or the request's `password` is right.
  Refusal unconfirmed(net::Request& request);
  // The answer to a wrong password, or too many of them.
  Refusal wrong_password(net::Request& request, std::string password);

  // account_session_routes.cpp
  Answer own_settings(net::Request& request);
  Answer change_settings(net::Request& request);
  Answer list_sessions(net::Request& request);
  Answer end_session(net::Request& request);
  Answer end_other_sessions(net::Request& request);
  Answer list_tokens(net::Request& request);
  Answer create_token(net::Request& request);
  Answer revoke_token(net::Request& request);

  // account_provider_routes.cpp
  Answer begin_at_provider(net::Request& request);
  Answer back_from_provider(net::Request& request);
  Answer list_linked(net::Request& request);
  Answer begin_linking(net::Request& request);
  Answer unlink(net::Request& request);
  [[nodiscard]] oidc::Provider* find_provider(const std::string& name) const;
  Task<Result<std::string>> begin_attempt(oidc::Provider& provider, const net::Request& request,
                                          oidc::Attempt attempt);
  Answer finish_attempt(net::Request& request, oidc::Provider& provider, oidc::Attempt attempt);
  Answer finish_linking(net::Request& request, oidc::Attempt attempt, auth::Vouched vouched);

  // account_people_routes.cpp
  Answer list_people(net::Request& request);
  Answer invite(net::Request& request);
  Answer withdraw_invitation(net::Request& request);
  Answer change_person(net::Request& request);
  Answer make_person_link(net::Request& request);

  AccountParts parts_;
  std::string url_;
  auth::SignInLimit password_limit_;
  // Mails that somebody can cause: few for an address, some more for a place.
  auth::SignInLimit mail_limit_{
      {.of_both = 3, .of_address = 20, .of_account = 5, .window_ms = 60LL * 60 * 1000}};
  auth::SignInLimit sign_up_limit_{
      {.of_both = 5, .of_address = 20, .of_account = 20, .window_ms = 60LL * 60 * 1000}};
  auth::SignInLimit provider_limit_{{.of_both = 40, .of_address = 40, .of_account = 100'000}};
  auth::SignInLimit token_limit_{{.of_both = 40, .of_address = 40, .of_account = 100'000}};
  oidc::Attempts attempts_;
};

}  // namespace colibri::api
