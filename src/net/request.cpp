#include "net/request.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cctype>

#include "base/assert.hpp"

namespace colibri::net {

namespace {

constexpr size_t kMaxSegments = 128;
constexpr size_t kMaxTarget = 8192;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Nothing for a bad escape, a control character or a NUL, however it is spelled.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return std::nullopt;
    out += c;
  }
  return out;
}

Result<> parse_query(std::string_view text, Request& into) {
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const size_t equals = pair.find('=');
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                  : percent_decode(pair.substr(equals + 1), true);
    if (!name || !value) return failure(ErrorCode::invalid, "the query is malformed");
    into.query.try_emplace(*std::move(name), *std::move(value));
  }
  return {};
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_';
  });
}

}  // namespace

std::string_view Request::header(http::field name) const {
  const auto it = fields.find(name);
  return it == fields.end() ? std::string_view() : std::string_view(it->value());
}

std::string_view Request::header(std::string_view name) const {
  const auto it = fields.find(boost::beast::string_view(name.data(), name.size()));
  return it == fields.end() ? std::string_view() : std::string_view(it->value());
}

std::string_view Request::cookie(std::string_view name) const {
  std::string_view found;
  int times = 0;
  const auto [first, last] = fields.equal_range(http::field::cookie);
  for (auto it = first; it != last; ++it) {
    std::string_view rest = it->value();
    while (!rest.empty()) {
      std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      if (pair.size() <= name.size() || !pair.starts_with(name) || pair[name.size()] != '=')
        continue;
      found = pair.substr(name.size() + 1);
      ++times;
    }
  }
  return times == 1 ? found : std::string_view();
}

const std::string& Request::parameter(std::string_view name) const {
  const auto it = parameters.find(name);
  COLIBRI_ASSERT(it != parameters.end());
  return it->second;
}

bool Request::is_loopback() const {
  const auto name = host_name(host);
  return name == "localhost" || name == "127.0.0.1" || name == "[::1]";
}

Result<> parse_target(std::string_view target, Request& into) {
  if (!target.starts_with('/') || target.size() > kMaxTarget) {
    return failure(ErrorCode::invalid, "the request's target is malformed");
  }
  const size_t question = target.find('?');
  const std::string_view path = target.substr(0, question);
  into.path = path;
  std::string_view rest = path.substr(1);
  for (;;) {
    const std::string_view raw = rest.substr(0, rest.find('/'));
    auto segment = percent_decode(raw, false);
    if (!segment || into.segments.size() == kMaxSegments) {
      return failure(ErrorCode::invalid, "the request's path is malformed");
    }
    into.segments.push_back(*std::move(segment));
    if (raw.size() == rest.size()) break;
    rest.remove_prefix(raw.size() + 1);
  }
  if (question == std::string_view::npos) return {};
  return parse_query(target.substr(question + 1), into);
}

std::optional<std::string> host_name(std::string_view host) {
  if (host.empty() || host.size() > 255) return std::nullopt;
  if (host.starts_with('[')) {
    const size_t end = host.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view rest = host.substr(end + 1);
    if (!rest.empty() && !(rest.starts_with(':') && is_port(rest.substr(1)))) return std::nullopt;
    boost::system::error_code error;
    const auto address = asio::ip::make_address_v6(std::string(host.substr(1, end - 1)), error);
    if (error) return std::nullopt;
    return "[" + address.to_string() + "]";
  }
  const size_t colon = host.find(':');
  if (colon != std::string_view::npos && !is_port(host.substr(colon + 1))) return std::nullopt;
  const std::string_view name = host.substr(0, colon);
  if (!is_name(name)) return std::nullopt;
  return lower(name);
}

}  // namespace colibri::net
