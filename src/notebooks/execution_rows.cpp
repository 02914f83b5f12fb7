#include "notebooks/execution_rows.hpp"

#include <soci/soci.h>

#include <algorithm>

#include "document/document.hpp"

namespace colibri::notebooks {
namespace {

constexpr long long kMaxExecutions = 1'000;
constexpr long long kMaxSourceBytes = 64 << 10, kMaxAllSourceBytes = 4 << 20;

template <class... F>
struct Cases : F... {
  using F::operator()...;
};

// At most so many bytes, no half characters, and no zeros, which the store does not take.
std::string cut_source(std::string source) {
  std::ranges::replace(source, '\0', ' ');
  if (source.size() <= kMaxSourceBytes) return source;
  size_t end = kMaxSourceBytes;
  while (end > 0 && (static_cast<unsigned char>(source[end]) & 0xC0) == 0x80) --end;
  source.resize(end);
  return source;
}

std::vector<ExecutionChange> queued(const document::Record& record,
                                    const document::RunsQueued& fact) {
  std::vector<ExecutionChange> out;
  for (size_t i = 0; i < fact.runs.size(); ++i) {
    const document::QueuedRun& run = fact.runs[i];
    ExecutionEntry entry{.execution = run.execution,
                         .runtime = {},
                         .cell = run.cell,
                         .by = {record.user, fact.name},
                         .source = cut_source(run.source),
                         .source_bytes = static_cast<int64_t>(run.source.size()),
                         .queued_ms = record.time_ms};
    out.emplace_back(ExecutionQueued{std::move(entry), record.seq, i});
  }
  return out;
}

ExecutionsLeft left(const document::Record& record, const document::Document& document,
                    std::string reason) {
  ExecutionsLeft change{{}, std::move(reason), record.time_ms};
  for (const document::Cell& cell : document.cells())
    if (cell.run) change.living.push_back(cell.run->execution);
  return change;
}

void write(soci::session& sql, const std::string& notebook, const ExecutionQueued& change) {
  const ExecutionEntry& e = change.entry;
  const long long seq = static_cast<long long>(change.seq), bytes = e.source_bytes,
                  queued = e.queued_ms, place = static_cast<long long>(change.place);
  sql << "INSERT INTO executions (notebook_id, execution, seq, place, runtime, cell, user_id,"
         " user_name, source, source_bytes, queued_ms, started_ms, finished_ms, status, reason,"
         " count) VALUES (:id, :execution, :seq, :place, '', :cell, :user, :name, :source, :bytes,"
         " :queued, 0, 0, '', '', 0) ON CONFLICT (notebook_id, execution) DO NOTHING",
      soci::use(notebook), soci::use(e.execution.value), soci::use(seq), soci::use(place),
      soci::use(e.cell.value), soci::use(e.by.user.value), soci::use(e.by.name),
      soci::use(e.source), soci::use(bytes), soci::use(queued);
}

void write(soci::session& sql, const std::string& notebook, const ExecutionStarted& change) {
  const long long time = change.time_ms;
  sql << "UPDATE executions SET runtime = :runtime, started_ms = :time"
         " WHERE notebook_id = :id AND execution = :execution",
      soci::use(change.runtime.value), soci::use(time), soci::use(notebook),
      soci::use(change.execution.value);
}

void write(soci::session& sql, const std::string& notebook, const ExecutionNumbered& change) {
  const long long count = change.count;
  sql << "UPDATE executions SET count = :count WHERE notebook_id = :id AND execution = :execution",
      soci::use(count), soci::use(notebook), soci::use(change.execution.value);
}

void write(soci::session& sql, const std::string& notebook, const ExecutionEnded& change) {
  const long long time = change.time_ms;
  sql << "UPDATE executions SET status = :status, reason = :reason, finished_ms = :time"
         " WHERE notebook_id = :id AND execution = :execution",
      soci::use(change.status), soci::use(change.reason), soci::use(time), soci::use(notebook),
      soci::use(change.execution.value);
}

void write(soci::session& sql, const std::string& notebook, const ExecutionsLeft& change) {
  std::vector<std::pair<std::string, long long>> over;
  std::string execution;
  long long started = 0;
  soci::statement rows = (sql.prepare << "SELECT execution, started_ms FROM executions"
                                         " WHERE notebook_id = :id AND status = ''",
                          soci::use(notebook), soci::into(execution), soci::into(started));
  rows.execute();
  while (rows.fetch())
    if (std::ranges::find(change.living, ExecutionId{execution}) == change.living.end())
      over.emplace_back(execution, started);
  for (const auto& [name, started_ms] : over) {
    if (started_ms > 0)
      write(sql, notebook, ExecutionEnded{{name}, "aborted", change.reason, change.time_ms});
    else
      sql << "DELETE FROM executions WHERE notebook_id = :id AND execution = :execution",
          soci::use(notebook), soci::use(name);
  }
}

}  // namespace

std::vector<ExecutionChange> executions_of(const document::Record& record,
                                           const document::Document& document,
                                           const RuntimeId& runtime) {
  using Changes = std::vector<ExecutionChange>;
  const auto rest = [&](std::string reason) {
    return Changes{left(record, document, std::move(reason))};
  };
  return std::visit(
      Cases{[&](const document::RunsQueued& f) { return queued(record, f); },
            [&](const document::RunStarted& f) {
              return Changes{ExecutionStarted{f.execution, runtime, record.time_ms}};
            },
            [&](const document::ExecutionCounted& f) {
              return Changes{ExecutionNumbered{f.execution, f.count}};
            },
            [&](const document::RunFinished& f) {
              Changes out{ExecutionEnded{f.execution, std::string(to_string(f.status)), f.reason,
                                         record.time_ms}};
              if (!f.cancelled.empty()) out.emplace_back(left(record, document, f.reason));
              return out;
            },
            [&](const document::KernelLost& f) { return rest(f.reason); },
            [&](const document::RunsCancelled&) { return rest(""); },
            [&](const document::CellDeleted&) { return rest("cell_deleted"); },
            [&](const document::CellsMerged&) { return rest("cell_deleted"); },
            [&](const document::CellTypeChanged&) { return rest("cell_deleted"); },
            [](const auto&) { return Changes(); }},
      record.fact);
}

void write_executions(soci::session& sql, const std::string& notebook,
                      const std::vector<ExecutionChange>& changes) {
  for (const ExecutionChange& change : changes)
    std::visit([&](const auto& each) { write(sql, notebook, each); }, change);
}

void trim_executions(soci::session& sql, const std::string& notebook) {
  long long seq = 0, place = 0, bytes = 0, number = 0, all_bytes = 0;
  bool over = false;
  {
    soci::statement rows =
        (sql.prepare << "SELECT seq, place, LENGTH(source) FROM executions"
                        " WHERE notebook_id = :id ORDER BY seq DESC, place DESC",
         soci::use(notebook), soci::into(seq), soci::into(place), soci::into(bytes));
    rows.execute();
    while (!over && rows.fetch()) {
      all_bytes += bytes;
      over = ++number > kMaxExecutions || (number > 1 && all_bytes > kMaxAllSourceBytes);
    }
  }
  if (!over) return;
  sql << "DELETE FROM executions WHERE notebook_id = :id AND status <> ''"
         " AND (seq < :seq OR (seq = :same AND place <= :place))",
      soci::use(notebook), soci::use(seq), soci::use(seq), soci::use(place);
}

Task<Result<std::vector<ExecutionEntry>>> list_executions(store::Store& store,
                                                          NotebookId notebook) {
  using Entries = std::vector<ExecutionEntry>;
  auto work = [id = notebook.value](soci::session& sql) -> Result<Entries> {
    Entries out;
    ExecutionEntry e;
    long long bytes = 0, queued = 0, started = 0, finished = 0, count = 0;
    soci::statement rows =
        (sql.prepare << "SELECT execution, runtime, cell, user_id, user_name, source,"
                        " source_bytes, queued_ms, started_ms, finished_ms, status, reason, count"
                        " FROM executions WHERE notebook_id = :id AND started_ms > 0"
                        " ORDER BY seq DESC, place DESC",
         soci::use(id), soci::into(e.execution.value), soci::into(e.runtime.value),
         soci::into(e.cell.value), soci::into(e.by.user.value), soci::into(e.by.name),
         soci::into(e.source), soci::into(bytes), soci::into(queued), soci::into(started),
         soci::into(finished), soci::into(e.status), soci::into(e.reason), soci::into(count));
    rows.execute();
    while (rows.fetch()) {
      e.source_bytes = bytes;
      e.queued_ms = queued;
      e.started_ms = started;
      e.finished_ms = finished;
      e.count = count;
      out.push_back(e);
    }
    return out;
  };
  co_return co_await store.read<Entries>(std::move(work));
}

}  // namespace colibri::notebooks
