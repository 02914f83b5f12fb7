#pragma once
// Hands one mail to an SMTP server, by libcurl. Blocks.
#include <atomic>
#include <string>

#include "base/result.hpp"
#include "mail/message.hpp"

namespace colibri::mail {

// `smtp:` of colibri.yaml.
struct Settings {
  std::string url;  // smtps://HOST[:PORT] or smtp://HOST[:PORT]; empty: mail is not configured.
  bool starttls = true;  // Of smtp://: say nothing before the connection is encrypted.
  std::string user;      // Empty: no sign-in.
  std::string password_file;
  std::string from;
  std::string ca_file;  // PEM; empty: the system's certificate authorities.
};

// Settings that were found good, with the password read.
struct Server {
  std::string url;
  bool starttls = true;
  std::string user;
  std::string password;
  Mailbox from;
  std::string ca_file;
};

// `invalid` with a sentence that names the key: a malformed url, a password that would travel in
// the clear, a file that cannot be read. Requires a url.
[[nodiscard]] Result<Server> check_settings(const Settings& settings);

// Delivers within a minute; `stopping` ends it within a second or two.
//
// invalid, too_large  as compose()
// unavailable         not now: no connection, a deadline, a 4xx reply; worth another try
// denied              the server does not take it: sign-in, certificate, recipient
[[nodiscard]] Result<> deliver(const Server& server, const Message& message,
                               const std::atomic<bool>& stopping);

}  // namespace colibri::mail
