#pragma once
// How the lines beside the link reach the server: by the address and the certificate of the link.
#include <boost/asio/any_io_executor.hpp>
#include <string>

#include "async/task.hpp"
#include "base/result.hpp"
#include "channel/stream.hpp"

namespace colibri::supervisor {

// `address` is a socket's path, or "host:port", whose name is looked up: that blocks.
//
// unavailable, timeout, denied  as channel::dial() says
[[nodiscard]] Task<Result<channel::Stream>> dial_server(asio::any_io_executor executor,
                                                        std::string address,
                                                        std::string certificate);

}  // namespace colibri::supervisor
