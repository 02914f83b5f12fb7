#pragma once
// Requests to other servers over https, by libcurl on a pool of its own. No redirects are followed,
// answers and times have limits.
#include <atomic>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "async/blocking_pool.hpp"
#include "base/result.hpp"

namespace colibri::net {

// Whether requests may go there: https, or http to this machine itself, without a user in it.
[[nodiscard]] bool is_safe_url(std::string_view url);

// As one part of a path, or a value of a query.
[[nodiscard]] std::string percent_encode(std::string_view text);

struct Fetch {
  std::string url;
  std::string method;  // Empty: GET, or POST where something is sent.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string form;  // application/x-www-form-urlencoded; empty: none is sent.
  std::string json;  // application/json, instead of a form.
  size_t answer_limit = 1u << 20;
  long total_seconds = 15;
};

struct Fetched {
  unsigned status = 0;
  std::string body;
  std::map<std::string, std::string, std::less<>> headers;  // Names in lower case; the last wins.
};

class HttpClient {
 public:
  // `pool` must outlive this; a request keeps one of its threads for up to its total_seconds.
  explicit HttpClient(async::BlockingPool& pool) : pool_(pool) {}

  // Whatever the status. `invalid` for an URL that is_safe_url() refuses, `too_large`,
  // `unavailable` with the reason when there was no whole answer in time.
  Task<Result<Fetched>> send(Fetch fetch);

  // Ends requests that are under way.
  void stop() { stopping_ = true; }

 private:
  async::BlockingPool& pool_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace colibri::net
