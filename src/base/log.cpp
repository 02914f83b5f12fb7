#include "base/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>

#include <string>

namespace colibri::log {

void start(const char* program, bool verbose) {
  auto logger = spdlog::stderr_color_mt(program);
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %n: %v");
  logger->set_level(verbose ? spdlog::level::debug : spdlog::level::info);
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace colibri::log
