#pragma once
// Which GitHub a server speaks with: `github:` in colibri.yaml.
#include <string>

#include "base/result.hpp"

namespace colibri::github {

// An OAuth app that is registered there, by which people connect without a token of their own.
struct OAuthApp {
  std::string client_id;  // Empty: there is none.
  std::string client_secret_file;
};

struct Settings {
  bool enabled = true;
  std::string api = "https://api.github.com";
  std::string web = "https://github.com";  // Where people look at it.
  OAuthApp oauth;
};

// `invalid` with a sentence that names the key.
[[nodiscard]] Result<> check_settings(const Settings& settings);
// The app's secret without the line end; empty when there is no app. `invalid` when unreadable.
[[nodiscard]] Result<std::string> read_secret(const OAuthApp& app);

}  // namespace colibri::github
