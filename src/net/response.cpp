#include "net/response.hpp"

#include <algorithm>
#include <cctype>

namespace colibri::net {

namespace {

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

unsigned status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid:
    case ErrorCode::stale_base:
    case ErrorCode::no_such_cell:
      return 400;
    case ErrorCode::denied:
      return 403;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::conflict:
      return 409;
    case ErrorCode::too_large:
      return 413;
    case ErrorCode::unsupported:
      return 422;
    case ErrorCode::too_many:
      return 429;
    case ErrorCode::unavailable:
      return 503;
    case ErrorCode::timeout:
      return 504;
    case ErrorCode::io:
    case ErrorCode::corrupt:
      return 500;
  }
  return 500;
}

}  // namespace

void Response::set(std::string_view name, std::string value) {
  for (auto& [existing, old] : headers) {
    if (same_name(existing, name)) {
      old = std::move(value);
      return;
    }
  }
  headers.emplace_back(name, std::move(value));
}

bool Response::has(std::string_view name) const {
  return std::ranges::any_of(headers, [&](const auto& h) { return same_name(h.first, name); });
}

std::string_view Response::bytes() const {
  return std::visit([](const auto& b) { return std::string_view(b); }, body);
}

Response json_response(unsigned status, const json::Object& object) {
  Response out{.status = status, .body = json::serialize(object)};
  out.set("Content-Type", "application/json");
  return out;
}

Response no_content() {
  return Response{.status = 204};
}

Response error_response(unsigned status, std::string_view code, std::string_view detail) {
  return json_response(status,
                       json::Object{{"error", json::Object{{"code", code}, {"detail", detail}}}});
}

Response error_response(const Error& error) {
  Response out = error_response(status_of(error.code), to_string(error.code), error.detail);
  if (error.code == ErrorCode::io || error.code == ErrorCode::corrupt) out.problem = error.detail;
  return out;
}

}  // namespace colibri::net
