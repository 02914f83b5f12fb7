#pragma once
// Requests to the configured GitHub, and what its refusals mean in words for a person. Internal to
// this module.
#include <string>

#include "async/task.hpp"
#include "base/json.hpp"
#include "github/settings.hpp"
#include "net/http_client.hpp"

namespace colibri::github {

inline constexpr const char* kJson = "application/vnd.github+json";
inline constexpr const char* kRaw = "application/vnd.github.raw+json";

inline constexpr size_t kLargestFile = 50u << 20;

struct Ask {
  std::string path;   // Behind the address of the interface, with its query.
  std::string token;  // Empty: nobody's.
  std::string method;
  std::string accept = kJson;
  std::string json;  // What is sent; empty: nothing.
  size_t answer_limit = 16u << 20;
  long total_seconds = 40;
};

// The value of a header, empty when absent.
[[nodiscard]] std::string header(const net::Fetched& answer, std::string_view name);
[[nodiscard]] bool is_rate_limit(const net::Fetched& answer);
// What an answer that is none means. `with_token`: it was asked in somebody's name.
[[nodiscard]] std::unexpected<Error> refusal(const net::Fetched& answer, bool with_token);
[[nodiscard]] std::unexpected<Error> not_like_github();
// What GitHub says of a request that it does not take, as one line of plain text; may be empty.
[[nodiscard]] std::string message_of(const net::Fetched& answer);

// On the reactor thread.
class Requests {
 public:
  Requests(net::HttpClient& http, const Settings& settings) : http_(http), settings_(settings) {}

  // The answer whatever its status, but for a limit that is used up and a token that is refused.
  Task<Result<net::Fetched>> send(Ask ask);
  // The same, which must be a success.
  Task<Result<net::Fetched>> get(Ask ask);
  // The same, which must be JSON.
  Task<Result<json::Value>> get_json(Ask ask);

 private:
  net::HttpClient& http_;
  const Settings& settings_;
};

}  // namespace colibri::github
