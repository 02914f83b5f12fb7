#pragma once
// What a handler answers. The connection adds length, date and the security headers that the
// response does not set itself.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "async/byte_source.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "net/temporary_file.hpp"

namespace colibri::net {

struct Response {
  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  // Owned bytes, or bytes that live as long as the process.
  std::variant<std::string, std::string_view> body;
  // Instead of a body: sent piece by piece.
  std::shared_ptr<const TemporaryFile> file;
  // Instead of both: sent as it is made, in chunks. When it fails the connection is cut, so that
  // nobody takes what came for the whole.
  std::shared_ptr<async::ByteSource> source;
  std::optional<uint64_t> source_bytes;  // When it is known how much it gives: then not in chunks.
  std::string problem;                   // For the server's log (disk full); empty: nothing to log.

  // Replaces the header, or adds it.
  void set(std::string_view name, std::string value);
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] std::string_view bytes() const;
};

[[nodiscard]] Response json_response(unsigned status, const json::Object& object);
[[nodiscard]] Response no_content();
// {"error":{"code","detail"}}
[[nodiscard]] Response error_response(unsigned status, std::string_view code,
                                      std::string_view detail);
// With the status that fits the code: invalid 400, denied 403, not_found 404, conflict 409, …
[[nodiscard]] Response error_response(const Error& error);

}  // namespace colibri::net
