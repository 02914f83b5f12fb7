#pragma once
// The only place that starts a coroutine from plain code. asio::detached would swallow what escapes
// from it; here it is logged.
#include <boost/asio/any_io_executor.hpp>

#include "async/task.hpp"

namespace colibri::async {

// Starts `task` on `executor`. An exception that escapes is logged as "`what` failed: …"; the
// process goes on. `what` must be a literal (it is kept by pointer). A capturing lambda must not be
// the coroutine: its captures die before its frame does.
void spawn(asio::any_io_executor executor, Task<void> task, const char* what);

}  // namespace colibri::async
