#pragma once
// What a request about a runtime's files asks for. Internal to this module.
#include <optional>
#include <string>

#include "link/file_request.hpp"
#include "net/request.hpp"

namespace colibri::api {

// From the query: path (or path_hex, for names that are no UTF-8), upload, offset, size, sha256.
[[nodiscard]] Result<link::FileRequest> file_request(const net::Request& request, std::string op);
// From the body's JSON likewise, with to, collision and modified_ms.
[[nodiscard]] Result<link::FileRequest> file_request_of_body(const net::Request& request,
                                                             std::string op);

// What the request says of its body's length; nothing when it says nothing.
[[nodiscard]] std::optional<uint64_t> body_bytes(const net::Request& request);

}  // namespace colibri::api
