#include "supervisor/server_dial.hpp"

#include "async/quiet.hpp"
#include "channel/tls.hpp"

namespace colibri::supervisor {

namespace {
constexpr auto kDialLimit = std::chrono::seconds(8);
}  // namespace

Task<Result<channel::Stream>> dial_server(asio::any_io_executor executor, std::string address,
                                          std::string certificate) {
  if (address.starts_with('/')) {
    channel::UnixSocket socket(executor);
    const auto [error] = co_await socket.async_connect(
        asio::local::stream_protocol::endpoint(address), async::kQuiet);
    if (error) co_return failure(ErrorCode::unavailable, error.message());
    co_return channel::Stream(std::move(socket));
  }
  auto endpoints = channel::look_up(address);
  if (!endpoints) co_return std::unexpected(endpoints.error());
  auto dialling = channel::dial(*std::move(endpoints), std::move(certificate), kDialLimit);
  co_return co_await std::move(dialling);
}

}  // namespace colibri::supervisor
