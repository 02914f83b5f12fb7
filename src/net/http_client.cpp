#include "net/http_client.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <cctype>

#include "net/curl_handle.hpp"

namespace colibri::net {

namespace {

struct Answer {
  std::string body;
  size_t limit = 0;
};

size_t take_bytes(char* bytes, size_t size, size_t count, void* answer) {
  auto& into = *static_cast<Answer*>(answer);
  if (into.body.size() + size * count > into.limit) return 0;  // Ends the request.
  into.body.append(bytes, size * count);
  return size * count;
}

constexpr size_t kMostHeaders = 100;

size_t take_header(char* bytes, size_t size, size_t count, void* headers) {
  auto& into = *static_cast<std::map<std::string, std::string, std::less<>>*>(headers);
  const std::string_view line(bytes, size * count);
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || into.size() >= kMostHeaders) return size * count;
  std::string value(line.substr(colon + 1));
  boost::algorithm::trim(value);
  into.insert_or_assign(boost::algorithm::to_lower_copy(std::string(line.substr(0, colon))),
                        std::move(value));
  return size * count;
}

// `fetch` must outlive the request.
void set_body(CurlHandle& curl, const Fetch& fetch) {
  const std::string& body = fetch.json.empty() ? fetch.form : fetch.json;
  if (!body.empty()) {
    curl.set(CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl.set(CURLOPT_POSTFIELDS, body.c_str());
  }
  if (!fetch.json.empty()) {
    curl.add(CURLOPT_HTTPHEADER, "Content-Type: application/json");
    curl.add(CURLOPT_HTTPHEADER, "Expect:");  // No wait for a "100 Continue" that few servers say.
  }
  if (!fetch.method.empty()) curl.set(CURLOPT_CUSTOMREQUEST, fetch.method.c_str());
}

Result<Fetched> fetch_now(const Fetch& fetch, const std::atomic<bool>& stopping) {
  CurlHandle curl(stopping, {.connect_seconds = 5, .total_seconds = fetch.total_seconds});
  if (curl.get() == nullptr) return failure(ErrorCode::unavailable, "there is not enough memory");
  Answer answer{.body = "", .limit = fetch.answer_limit};
  Fetched fetched;
  curl.set(CURLOPT_URL, fetch.url.c_str());
  curl.set(CURLOPT_PROTOCOLS_STR, fetch.url.starts_with("https:") ? "https" : "http");
  if (!fetch.url.starts_with("https:")) curl.set(CURLOPT_NOPROXY, "*");  // This machine itself.
  curl.set(CURLOPT_FOLLOWLOCATION, 0L);
  curl.set(CURLOPT_USERAGENT, "Colibri");
  curl.set(CURLOPT_WRITEFUNCTION, &take_bytes);
  curl.set(CURLOPT_WRITEDATA, &answer);
  curl.set(CURLOPT_HEADERFUNCTION, &take_header);
  curl.set(CURLOPT_HEADERDATA, &fetched.headers);
  for (const auto& [name, value] : fetch.headers) curl.add(CURLOPT_HTTPHEADER, name + ": " + value);
  set_body(curl, fetch);
  const CURLcode code = curl.perform();
  if (code == CURLE_WRITE_ERROR) return failure(ErrorCode::too_large, "the answer is too long");
  if (code != CURLE_OK) return failure(ErrorCode::unavailable, curl.words(code));
  fetched.status = static_cast<unsigned>(curl.reply());
  fetched.body = std::move(answer.body);
  return fetched;
}

}  // namespace

bool is_safe_url(std::string_view url) {
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed || parsed->has_userinfo() || parsed->encoded_host().empty()) return false;
  if (parsed->scheme() == "https") return true;
  return parsed->scheme() == "http" && is_loopback_host(std::string(parsed->encoded_host()));
}

std::string percent_encode(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const unsigned char c : text) {
    if (std::isalnum(c) != 0 || std::string_view("-._~").contains(static_cast<char>(c))) {
      out += static_cast<char>(c);
    } else {
      out += {'%', kHex[c >> 4], kHex[c & 15]};
    }
  }
  return out;
}

Task<Result<Fetched>> HttpClient::send(Fetch fetch) {
  if (!is_safe_url(fetch.url)) {
    co_return failure(ErrorCode::invalid, "\"" + fetch.url + "\" is no https address");
  }
  auto work = [&] { return fetch_now(fetch, stopping_); };
  co_return co_await pool_.run(std::move(work));
}

}  // namespace colibri::net
