#include "api/files_request.hpp"

#include <charconv>
#include <optional>

#include "base/sha256.hpp"

namespace colibri::api {
namespace {

constexpr uint64_t kMostBytes = uint64_t{1} << 53;  // As far as a page counts.

std::optional<uint64_t> byte_count_in(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() ||
      number > kMostBytes)
    return std::nullopt;
  return number;
}

std::optional<std::string> bytes_of_hex(std::string_view hex) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit(hex[i]), low = digit(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

std::unexpected<Error> malformed_field(const char* what) {
  return failure(ErrorCode::invalid, std::string(what) + " is malformed");
}

std::optional<std::string> path_in(const std::optional<std::string>& path,
                                   const std::optional<std::string>& hex) {
  return hex ? bytes_of_hex(*hex) : path;
}

}  // namespace

Result<link::FileRequest> file_request(const net::Request& request, std::string op) {
  const auto asked = [&](const char* name) -> std::optional<std::string> {
    const auto found = request.query.find(name);
    return found == request.query.end() ? std::nullopt : std::optional(found->second);
  };
  const auto path = path_in(asked("path"), asked("path_hex"));
  const auto offset = byte_count_in(asked("offset").value_or("0"));
  const auto size = byte_count_in(asked("size").value_or("0"));
  const std::string sha256 = asked("sha256").value_or("");
  if (!path) return malformed_field("path");
  if (!offset) return malformed_field("offset");
  if (!size) return malformed_field("size");
  if (!sha256.empty() && !is_sha256(sha256)) return malformed_field("sha256");
  return link::FileRequest{.op = std::move(op),
                           .path = *path,
                           .upload = asked("upload").value_or(""),
                           .sha256 = sha256,
                           .offset = *offset,
                           .size = *size,
                           .whole = asked("whole") == "1"};
}

std::optional<uint64_t> body_bytes(const net::Request& request) {
  return byte_count_in(request.header("Content-Length"));
}

Result<link::FileRequest> file_request_of_body(const net::Request& request, std::string op) {
  const json::Object& body = request.json;
  const auto text = [&](const char* name) { return json::string_at(body, name); };
  const auto path = path_in(text("path"), text("path_hex"));
  const int64_t size = json::integer_at(body, "size").value_or(0);
  const std::string sha256 = text("sha256").value_or("");
  if (!path) return malformed_field("path");
  if (size < 0) return malformed_field("size");
  if (!sha256.empty() && !is_sha256(sha256)) return malformed_field("sha256");
  return link::FileRequest{.op = std::move(op),
                           .path = *path,
                           .to = text("to").value_or(""),
                           .upload = text("upload").value_or(""),
                           .collision = text("collision").value_or("ask"),
                           .sha256 = sha256,
                           .size = static_cast<uint64_t>(size),
                           .modified_ms = json::integer_at(body, "modified_ms").value_or(0)};
}

}  // namespace colibri::api
