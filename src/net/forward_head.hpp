#pragma once
// The heads of requests and answers that are carried on: without what is between us and either
// side, without cookies of ours, and with what makes frames of the notebook possible. Pure.
#include <boost/beast/http/message.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "net/request.hpp"

namespace colibri::net {

// How the body behind a head is delimited.
enum class BodyFrame { none, length, chunks };

struct ForwardedHead {
  std::string_view cookie;     // Ours.
  std::string_view framed_by;  // As Forward has it.
  bool upgrade = false;        // To WebSocket.
  BodyFrame body = BodyFrame::none;
};

// For the program. Host stays what the browser said; X-Forwarded-* say whence it came.
[[nodiscard]] std::string head_for_program(const http::request_header<>& header,
                                           const Request& request, const ForwardedHead& how);

// For the browser. A program can't set cookies for other hosts than its own, nor say who may show
// it in a frame: that is the notebook's page, and nobody else.
[[nodiscard]] std::string head_for_browser(const http::response_header<>& header, bool keep_alive,
                                           const ForwardedHead& how);

}  // namespace colibri::net
