#pragma once
// The routes about who has access to a notebook (docs/protocol.md 5), the mails and links that go
// to those who get it, and the mails to those whom a comment mentions.
#include <string>
#include <vector>

#include "api/account_api.hpp"
#include "notebooks/sharing.hpp"

namespace colibri::api {

class SharingApi {
 public:
  // Both must outlive this.
  SharingApi(const AccountParts& parts, const notebooks::Notebooks& notebooks)
      : parts_(parts), sharing_(notebooks) {}

  void add_routes(net::Router& router);
  // Where people reach the server, for links in mails. Before requests.
  void reached_at(std::string url) { url_ = std::move(url); }

  // Tells somebody by mail that a comment mentions them, if they may see it. Never fails.
  Task<void> tell_mention(notebooks::Mention mention);

 private:
  using Answer = Task<net::Response>;

  // One who was given access, with the link to hand on; empty: none is needed, or there is none.
  struct Outcome {
    notebooks::Granted granted;
    bool mailed = false;
    std::string link;
  };
  // What the person who shares said.
  struct Letter {
    bool notify = false;
    std::string message, language;
  };

  Answer list(net::Request& request);
  Answer grant(net::Request& request);
  Answer change(net::Request& request);
  Answer set_role(net::Request& request);
  Answer revoke(net::Request& request);
  Answer transfer(net::Request& request);

  // Tells them, or makes the links that tell them.
  Task<Result<std::vector<Outcome>>> tell(net::Request& request, Letter letter,
                                          std::vector<notebooks::Granted> granted);
  // The part of a link behind the notebook's address that lets somebody without an account make
  // one; empty when there is none.
  Task<std::string> invitation(UserId by, std::string email, bool handed);

  const AccountParts& parts_;
  notebooks::Sharing sharing_;
  std::string url_;
  // Mails that one person can cause.
  auth::SignInLimit mail_limit_{
      {.of_both = 100, .of_address = 500, .of_account = 100, .window_ms = 60LL * 60 * 1000}};
  auth::SignInLimit mention_limit_{
      {.of_both = 100, .of_address = 10'000, .of_account = 100, .window_ms = 60LL * 60 * 1000}};
};

}  // namespace colibri::api
