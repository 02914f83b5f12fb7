#pragma once
// What ran in a notebook, session by session. Changes are made in the commit of the records that
// they come from. Internal to this module.
#include <cstdint>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "async/task.hpp"
#include "base/id.hpp"
#include "document/document.hpp"
#include "notebooks/executions.hpp"
#include "store/store.hpp"

namespace colibri::notebooks {

struct ExecutionQueued {
  ExecutionEntry entry;
  uint64_t seq = 0;
  size_t place = 0;
};
struct ExecutionStarted {
  ExecutionId execution;
  RuntimeId runtime;
  int64_t time_ms = 0;
};
struct ExecutionNumbered {
  ExecutionId execution;
  int64_t count = 0;
};
struct ExecutionEnded {
  ExecutionId execution;
  std::string status, reason;
  int64_t time_ms = 0;
};
// Of those that have not ended only these go on: the others were aborted, or never ran.
struct ExecutionsLeft {
  std::vector<ExecutionId> living;
  std::string reason;
  int64_t time_ms = 0;
};
using ExecutionChange = std::variant<ExecutionQueued, ExecutionStarted, ExecutionNumbered,
                                     ExecutionEnded, ExecutionsLeft>;

// What a record changes. `document` is as the record has left it.
[[nodiscard]] std::vector<ExecutionChange> executions_of(const document::Record& record,
                                                         const document::Document& document,
                                                         const RuntimeId& runtime);

// Inside a transaction.
void write_executions(soci::session& sql, const std::string& notebook,
                      const std::vector<ExecutionChange>& changes);

// Removes the oldest past a number and a size.
void trim_executions(soci::session& sql, const std::string& notebook);

// Newest first, those that ran or run.
[[nodiscard]] Task<Result<std::vector<ExecutionEntry>>> list_executions(store::Store& store,
                                                                        NotebookId notebook);

}  // namespace colibri::notebooks
