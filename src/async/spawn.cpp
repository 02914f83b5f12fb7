#include "async/spawn.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <exception>

#include "base/log.hpp"

namespace colibri::async {

namespace {

void report(const std::exception_ptr& escaped, const char* what) {
  try {
    std::rethrow_exception(escaped);
  } catch (const boost::system::system_error& e) {
    // Its owner ended it; nothing went wrong.
    if (e.code() == asio::error::operation_aborted) return;
    log::error("{} failed: {}", what, e.what());
  } catch (const std::exception& e) {
    log::error("{} failed: {}", what, e.what());
  } catch (...) {
    log::error("{} failed with something that is no exception", what);
  }
}

}  // namespace

void spawn(asio::any_io_executor executor, Task<void> task, const char* what) {
  asio::co_spawn(std::move(executor), std::move(task), [what](const std::exception_ptr& escaped) {
    if (escaped) report(escaped, what);
  });
}

}  // namespace colibri::async
