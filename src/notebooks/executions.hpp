#pragma once
// What people see of what ran in a notebook.
#include <cstdint>
#include <string>

#include "base/id.hpp"
#include "document/cell.hpp"

namespace colibri::notebooks {

struct ExecutionEntry {
  ExecutionId execution;
  RuntimeId runtime;  // The session that it ran in.
  CellId cell;        // May be gone.
  document::Author by;
  std::string source;
  int64_t source_bytes = 0;  // More than `source` has: it was cut.
  int64_t queued_ms = 0, started_ms = 0, finished_ms = 0;
  std::string status;  // ok, error, aborted; empty: it runs.
  std::string reason;
  int64_t count = 0;  // 0: none.
};

}  // namespace colibri::notebooks
