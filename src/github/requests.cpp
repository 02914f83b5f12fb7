#include "github/requests.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "async/timer.hpp"
#include "base/utf.hpp"

namespace colibri::github {
namespace {

std::optional<int64_t> number(const std::string& text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::unexpected<Error> wait_a_while(const net::Fetched& answer, bool with_token) {
  const int64_t now_s = async::now_ms() / 1000;
  int64_t wait_s = number(header(answer, "retry-after")).value_or(0);
  if (const auto reset = number(header(answer, "x-ratelimit-reset"))) wait_s = *reset - now_s;
  const int64_t minutes = std::clamp<int64_t>((wait_s + 59) / 60, 1, 60);
  return failure(
      ErrorCode::unavailable,
      std::string(with_token ? "GitHub takes no more requests with your token for now."
                             : "GitHub takes no more requests from this server for now.") +
          " Try again in " + std::to_string(minutes) + " min.");
}

std::unexpected<Error> refused_token() {
  return failure(ErrorCode::denied,
                 "GitHub does not accept your token any more. Connect to GitHub again in your "
                 "settings.");
}

std::unexpected<Error> denied(const net::Fetched& answer, bool with_token) {
  if (!header(answer, "x-github-sso").empty())
    return failure(ErrorCode::denied,
                   "The organisation wants your token authorised for its single sign-on; do that "
                   "at GitHub.");
  return failure(ErrorCode::denied,
                 with_token ? "GitHub does not let your token do this." : "GitHub refuses this.");
}

}  // namespace

std::string header(const net::Fetched& answer, std::string_view name) {
  const auto found = answer.headers.find(name);
  return found == answer.headers.end() ? "" : found->second;
}

bool is_rate_limit(const net::Fetched& answer) {
  if (answer.status == 429) return true;
  return answer.status == 403 &&
         (header(answer, "x-ratelimit-remaining") == "0" || !header(answer, "retry-after").empty());
}

std::unexpected<Error> refusal(const net::Fetched& answer, bool with_token) {
  if (is_rate_limit(answer)) return wait_a_while(answer, with_token);
  switch (answer.status) {
    case 401:
      if (with_token) return refused_token();
      [[fallthrough]];
    case 403:
      return denied(answer, with_token);
    case 404:
    case 409:  // A repository without a commit.
    case 422:
      return failure(ErrorCode::not_found, "GitHub has nothing there, or it is private.");
    case 413:
      return failure(ErrorCode::too_large, "The notebook is too large.");
    default:
      return failure(ErrorCode::unavailable,
                     "GitHub answers with an error (" + std::to_string(answer.status) + ").");
  }
}

std::unexpected<Error> not_like_github() {
  return failure(ErrorCode::unavailable, "What answers does not answer as GitHub does.");
}

std::string message_of(const net::Fetched& answer) {
  constexpr size_t kMost = 300;
  const auto object = json::parse_object(answer.body, {.max_depth = 32, .allow_nan = false});
  if (!object) return "";
  std::string message = json::string_at(*object, "message").value_or("").substr(0, kMost);
  for (char& c : message)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return make_valid_utf8(message);
}

Task<Result<net::Fetched>> Requests::send(Ask ask) {
  net::Fetch fetch{.url = settings_.api + ask.path,
                   .method = ask.method,
                   .headers = {{"Accept", ask.accept}, {"X-GitHub-Api-Version", "2022-11-28"}},
                   .form = "",
                   .json = std::move(ask.json),
                   .answer_limit = ask.answer_limit,
                   .total_seconds = ask.total_seconds};
  const bool with_token = !ask.token.empty();
  if (with_token) fetch.headers.emplace_back("Authorization", "Bearer " + ask.token);
  net::Fetch again = fetch;
  auto answer = co_await http_.send(std::move(fetch));
  // What was renamed is elsewhere on the same server; nowhere else is gone to.
  if (answer && (answer->status == 301 || answer->status == 302 || answer->status == 307)) {
    again.url = header(*answer, "location");
    if (!again.url.starts_with(settings_.api + "/")) co_return not_like_github();
    answer = co_await http_.send(std::move(again));
  }
  if (!answer) {
    if (answer.error().code == ErrorCode::too_large)
      co_return failure(ErrorCode::too_large, "The notebook is too large.");
    co_return failure(ErrorCode::unavailable, "GitHub cannot be reached from this server.");
  }
  if (is_rate_limit(*answer) || (with_token && answer->status == 401))
    co_return refusal(*answer, with_token);
  co_return answer;
}

Task<Result<net::Fetched>> Requests::get(Ask ask) {
  const bool with_token = !ask.token.empty();
  auto answer = co_await send(std::move(ask));
  if (answer && answer->status != 200) co_return refusal(*answer, with_token);
  co_return answer;
}

Task<Result<json::Value>> Requests::get_json(Ask ask) {
  const auto answer = co_await get(std::move(ask));
  if (!answer) co_return std::unexpected(answer.error());
  auto value = json::parse(answer->body, {.max_depth = 32, .allow_nan = false});
  if (!value) co_return not_like_github();
  co_return *std::move(value);
}

}  // namespace colibri::github
