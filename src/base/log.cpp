#include "base/log.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <chrono>
#include <mutex>

namespace colibri::log {
namespace {

class Teller final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit Teller(std::function<void(Line)> listener) : listener_(std::move(listener)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    using std::chrono::milliseconds;
    const auto since = std::chrono::duration_cast<milliseconds>(message.time.time_since_epoch());
    const char* level = message.level >= spdlog::level::err    ? "error"
                        : message.level == spdlog::level::warn ? "warning"
                        : message.level == spdlog::level::info ? "info"
                                                               : "debug";
    listener_({since.count(), level, {message.payload.begin(), message.payload.end()}});
  }
  void flush_() override {}

  std::function<void(Line)> listener_;
};

}  // namespace

void start(const char* program, bool verbose) {
  auto logger = spdlog::stderr_color_mt(program);
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %n: %v");
  logger->set_level(verbose ? spdlog::level::debug : spdlog::level::info);
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

void also_tell(std::function<void(Line)> listener) {
  // Before other threads log: a logger's sinks may not change under them.
  spdlog::default_logger()->sinks().push_back(std::make_shared<Teller>(std::move(listener)));
}

}  // namespace colibri::log
