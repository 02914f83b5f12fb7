#include "supervisor/sandbox.hpp"

#include "base/log.hpp"
#include "supervisor/container.hpp"
#include "supervisor/host_sandbox.hpp"

namespace colibri::supervisor {

Task<Result<std::unique_ptr<Sandbox>>> start_sandbox(asio::any_io_executor executor,
                                                     const link::SupervisorConfig& config) {
  if (config.sandbox == "none") {
    auto host = std::make_unique<HostSandbox>(executor, config);
    if (auto started = host->start(); !started) {
      co_await host->stop();
      co_return std::unexpected(started.error());
    }
    co_return std::unique_ptr<Sandbox>(std::move(host));
  }
  auto container = std::make_unique<Container>(executor, config);
  const auto started = co_await container->start();
  if (!started) {
    co_await container->stop();
    co_return std::unexpected(started.error());
  }
  co_return std::unique_ptr<Sandbox>(std::move(container));
}

}  // namespace colibri::supervisor
