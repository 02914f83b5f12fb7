#pragma once
// Contents of the requests that we send to a kernel. The type stands in the function's name.
#include <cstdint>
#include <string>

#include "base/json.hpp"

namespace colibri::jupyter {

[[nodiscard]] json::Object execute_request(std::string code, bool stop_on_error);
// Of ours, not of the person's: it counts nothing and shows nothing.
[[nodiscard]] json::Object silent_request(std::string code);
// `cursor` in code points.
[[nodiscard]] json::Object complete_request(std::string code, int64_t cursor);
[[nodiscard]] json::Object inspect_request(std::string code, int64_t cursor, int64_t detail);
[[nodiscard]] json::Object input_reply(std::string value);
[[nodiscard]] json::Object shutdown_request(bool restart);

}  // namespace colibri::jupyter
