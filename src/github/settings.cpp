#include "github/settings.hpp"

#include <fstream>
#include <sstream>

#include "net/http_client.hpp"

namespace colibri::github {

Result<> check_settings(const Settings& settings) {
  for (const auto& [key, url] : {std::pair("api", settings.api), std::pair("web", settings.web)}) {
    if (!net::is_safe_url(url) || url.ends_with('/') ||
        url.find_first_of("?#") != std::string::npos)
      return failure(ErrorCode::invalid, "github: " + std::string(key) +
                                             " must be an https address without / at its end");
  }
  if (settings.oauth.client_id.empty() != settings.oauth.client_secret_file.empty())
    return failure(ErrorCode::invalid, "github: oauth needs client_id and client_secret_file");
  const auto secret = read_secret(settings.oauth);
  if (!secret) return std::unexpected(secret.error());
  return {};
}

Result<std::string> read_secret(const OAuthApp& app) {
  constexpr size_t kMostSecret = 4096;
  const std::string& path = app.client_secret_file;
  if (path.empty()) return std::string();
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf()))
    return failure(ErrorCode::invalid, "github: client_secret_file: cannot read " + path);
  std::string secret = text.str();
  while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
  if (secret.empty() || secret.size() > kMostSecret)
    return failure(ErrorCode::invalid, "github: client_secret_file: " + path + " holds no secret");
  return secret;
}

}  // namespace colibri::github
