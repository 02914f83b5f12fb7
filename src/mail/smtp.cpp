#include "mail/smtp.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <cstring>
#include <fstream>
#include <sstream>

#include "async/timer.hpp"
#include "base/random.hpp"
#include "net/curl_handle.hpp"

namespace colibri::mail {

namespace {

constexpr long kConnectSeconds = 15;
constexpr long kTotalSeconds = 60;
constexpr size_t kMaxPassword = 4096;

struct Source {
  std::string_view left;
};

size_t read_source(char* buffer, size_t size, size_t count, void* source) {
  auto& left = static_cast<Source*>(source)->left;
  const size_t n = std::min(left.size(), size * count);
  std::memcpy(buffer, left.data(), n);
  left.remove_prefix(n);
  return n;
}

Result<std::string> read_password(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    return failure(ErrorCode::invalid, "smtp.password_file: cannot read " + path);
  }
  std::string password = text.str();
  while (password.ends_with('\n') || password.ends_with('\r')) password.pop_back();
  if (password.empty() || password.size() > kMaxPassword) {
    return failure(ErrorCode::invalid, "smtp.password_file: " + path + " holds no password");
  }
  return password;
}

bool refused_for_good(CURLcode code, long reply) {
  switch (code) {
    case CURLE_LOGIN_DENIED:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_REMOTE_ACCESS_DENIED:
      return true;
    default:
      return reply >= 500 && reply < 600;
  }
}

void set_options(net::CurlHandle& curl, const Server& server, Source& source) {
  const bool implicit_tls = server.url.starts_with("smtps:");
  curl.set(CURLOPT_URL, server.url.c_str());
  curl.set(CURLOPT_PROTOCOLS_STR, implicit_tls ? "smtps" : "smtp");
  curl.set(CURLOPT_USE_SSL, static_cast<long>(server.starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  if (!server.ca_file.empty()) curl.set(CURLOPT_CAINFO, server.ca_file.c_str());
  if (!server.user.empty()) {
    curl.set(CURLOPT_USERNAME, server.user.c_str());
    curl.set(CURLOPT_PASSWORD, server.password.c_str());
  }
  curl.set(CURLOPT_MAIL_FROM, server.from.address.c_str());
  curl.set(CURLOPT_UPLOAD, 1L);
  curl.set(CURLOPT_READFUNCTION, &read_source);
  curl.set(CURLOPT_READDATA, &source);
  curl.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, kConnectSeconds);
}

}  // namespace

Result<Server> check_settings(const Settings& settings) {
  const auto bad = [](const std::string& what) { return failure(ErrorCode::invalid, what); };
  const auto url = boost::urls::parse_uri(settings.url);
  const bool shaped = url && (url->scheme() == "smtp" || url->scheme() == "smtps") &&
                      !url->encoded_host().empty() && !url->has_userinfo() && !url->has_query() &&
                      !url->has_fragment() &&
                      (url->encoded_path().empty() || url->encoded_path() == "/");
  if (!shaped) {
    return bad("smtp.url must be like smtps://mail.example.org:465 or smtp://mail.example.org:587");
  }
  auto from = parse_mailbox(settings.from);
  if (!from) return bad("smtp.from: " + from.error().detail);
  const bool encrypted = url->scheme() == "smtps" || settings.starttls;
  if (settings.user.empty() != settings.password_file.empty()) {
    return bad("smtp.user and smtp.password_file go together");
  }
  if (!settings.user.empty() && !encrypted &&
      !net::is_loopback_host(std::string(url->encoded_host()))) {
    return bad(
        "smtp: without TLS the password would be readable on its way; use smtps:// or "
        "starttls: true");
  }
  Server server{.url = settings.url,
                .starttls = settings.starttls,
                .user = settings.user,
                .from = *std::move(from),
                .ca_file = settings.ca_file};
  if (!settings.ca_file.empty() && !std::ifstream(settings.ca_file)) {
    return bad("smtp.ca_file: cannot read " + settings.ca_file);
  }
  if (!settings.password_file.empty()) {
    auto password = read_password(settings.password_file);
    if (!password) return std::unexpected(password.error());
    server.password = *std::move(password);
  }
  return server;
}

Result<> deliver(const Server& server, const Message& message, const std::atomic<bool>& stopping) {
  auto text = compose(message, server.from, async::now_ms(), random_id("m."));
  if (!text) return std::unexpected(text.error());
  net::CurlHandle curl(stopping, {kConnectSeconds, kTotalSeconds});
  if (curl.get() == nullptr) {
    return failure(ErrorCode::unavailable, "there is not enough memory for a mail");
  }
  Source source{*text};
  set_options(curl, server, source);
  curl.add(CURLOPT_MAIL_RCPT, message.to);
  const CURLcode code = curl.perform();
  if (code == CURLE_OK) return {};
  const long reply = curl.reply();
  std::string why = curl.words(code);
  if (reply >= 400) why += " (it replied " + std::to_string(reply) + ")";
  const bool signing_in = code == CURLE_LOGIN_DENIED;
  return failure(refused_for_good(code, reply) ? ErrorCode::denied : ErrorCode::unavailable,
                 std::string("the mail server ") +
                     (signing_in ? "refused the sign-in: " : "did not take it: ") + why);
}

}  // namespace colibri::mail
