// Records between C++ and the JSON of docs/protocol.md 1.2: one overload pair per kind of fact.
#include "document/record.hpp"

namespace colibri::document {
namespace {

using json::Object;

json::Value ids(const std::vector<CellId>& cells) {
  json::Array array;
  for (const CellId& cell : cells) array.emplace_back(cell.value);
  return array;
}

json::Value after(const std::optional<CellId>& cell) {
  return cell ? json::Value(cell->value) : json::Value();
}

Object members(const TextChanged& f) {
  json::Array updates;
  for (const Update& u : f.updates)
    updates.push_back(Object{{"client", u.client}, {"changes", u.changes.to_json()}});
  return {{"type", "text_changed"},
          {"cell", f.cell.value},
          {"version", f.version},
          {"updates", std::move(updates)}};
}
Object members(const CellInserted& f) {
  return {{"type", "cell_inserted"}, {"after", after(f.after)}, {"cell", to_json(f.cell)}};
}
Object members(const CellDeleted& f) {
  return {{"type", "cell_deleted"}, {"cell", f.cell.value}, {"name", f.name}};
}
Object members(const CellSplit& f) {
  return {{"type", "cell_split"},
          {"cell", f.cell.value},
          {"version", f.version},
          {"changes", f.changes.to_json()},
          {"inserted", to_json(f.inserted)}};
}
Object members(const CellsMerged& f) {
  Object o{{"type", "cells_merged"},         {"cell", f.cell.value},    {"version", f.version},
           {"changes", f.changes.to_json()}, {"merged", ids(f.merged)}, {"name", f.name}};
  json::Array starts;
  for (const size_t start : f.starts) starts.emplace_back(static_cast<uint64_t>(start));
  o.set("starts", std::move(starts));
  if (f.attachments) o.set("attachments", *f.attachments);
  return o;
}
Object members(const CellMoved& f) {
  return {{"type", "cell_moved"}, {"cell", f.cell.value}, {"after", after(f.after)}};
}
Object members(const CellTypeChanged& f) {
  return {
      {"type", "cell_type_changed"}, {"cell", f.cell.value}, {"cell_type", to_string(f.cell_type)}};
}
Object members(const CellMetadataChanged& f) {
  return {{"type", "cell_metadata_changed"}, {"cell", f.cell.value}, {"metadata", f.metadata}};
}
Object members(const NotebookMetadataChanged& f) {
  Object o{{"type", "notebook_metadata_changed"}, {"metadata", f.metadata}};
  if (f.nbformat_minor) o.set("nbformat_minor", *f.nbformat_minor);
  return o;
}
Object members(const AttachmentsChanged& f) {
  return {{"type", "attachments_changed"}, {"cell", f.cell.value}, {"attachments", f.attachments}};
}
Object members(const OutputsCleared& f) {
  return {{"type", "outputs_cleared"}, {"cells", ids(f.cells)}};
}
Object members(const OutputsReplaced& f) {
  json::Array cells;
  for (const OutputsOfCell& outputs : f.cells) cells.push_back(to_json(outputs));
  return {{"type", "outputs_replaced"}, {"cells", std::move(cells)}};
}
Object members(const RunsQueued& f) {
  json::Array runs;
  for (const QueuedRun& run : f.runs)
    runs.push_back(Object{
        {"cell", run.cell.value}, {"execution", run.execution.value}, {"source", run.source}});
  Object o{
      {"type", "runs_queued"}, {"runs", std::move(runs)}, {"name", f.name}, {"lane", f.lane.value}};
  if (f.user_tz) o.set("user_tz", *f.user_tz);
  return o;
}
Object members(const RunStarted& f) {
  return {{"type", "run_started"}, {"cell", f.cell.value}, {"execution", f.execution.value}};
}
Object members(const ExecutionCounted& f) {
  return {{"type", "execution_counted"},
          {"cell", f.cell.value},
          {"execution", f.execution.value},
          {"count", f.count}};
}
Object members(const StreamAppended& f) {
  Object o{{"type", "stream_appended"},
           {"cell", f.cell.value},
           {"execution", f.execution.value},
           {"name", f.name},
           {"text", f.text}};
  if (f.cut)
    o.set("cut", Object{{"lines", f.cut->total.lines},
                        {"bytes", f.cut->total.bytes},
                        {"keep", static_cast<uint64_t>(f.cut->keep)}});
  return o;
}
Object members(const OutputAppended& f) {
  return {{"type", "output_appended"},
          {"cell", f.cell.value},
          {"execution", f.execution.value},
          {"output", to_json(f.output)}};
}
Object members(const OutputCleared& f) {
  return {{"type", "output_cleared"},
          {"cell", f.cell.value},
          {"execution", f.execution.value},
          {"wait", f.wait}};
}
Object members(const DisplayUpdated& f) {
  return {{"type", "display_updated"}, {"display_id", f.display_id}, {"data", f.data},
          {"metadata", f.metadata},    {"blobs", f.blobs},           {"lane", f.lane.value}};
}
Object members(const InputRequested& f) {
  return {{"type", "input_requested"},
          {"cell", f.cell.value},
          {"execution", f.execution.value},
          {"prompt", f.prompt},
          {"password", f.password}};
}
Object members(const InputAnswered& f) {
  return {{"type", "input_answered"},
          {"cell", f.cell.value},
          {"execution", f.execution.value},
          {"echo", f.echo}};
}
Object members(const RunFinished& f) {
  return {{"type", "run_finished"},
          {"cell", f.cell.value},
          {"execution", f.execution.value},
          {"status", to_string(f.status)},
          {"reason", f.reason},
          {"dropped_outputs", f.dropped_outputs},
          {"cancelled", ids(f.cancelled)}};
}
Object members(const RunsCancelled& f) {
  return {{"type", "runs_cancelled"}, {"cells", ids(f.cells)}};
}
Object members(const KernelLost& f) {
  return {{"type", "kernel_lost"},
          {"lane", f.lane.value},
          {"reason", f.reason},
          {"detail", f.detail},
          {"cancelled", ids(f.cancelled)}};
}
Object members(const CommentAdded& f) {
  Object o{{"type", "comment_added"},
           {"thread", f.thread.value},
           {"comment", f.comment.value},
           {"name", f.name},
           {"text", f.text}};
  if (f.begins)
    o.set("begins", Object{{"cell", f.begins->cell.value},
                           {"anchor", f.begins->anchor ? json::Value(to_json(*f.begins->anchor))
                                                       : json::Value()},
                           {"quote", f.begins->quote}});
  return o;
}
Object members(const CommentEdited& f) {
  return {{"type", "comment_edited"},
          {"thread", f.thread.value},
          {"comment", f.comment.value},
          {"text", f.text}};
}
Object members(const CommentDeleted& f) {
  return {{"type", "comment_deleted"}, {"thread", f.thread.value}, {"comment", f.comment.value}};
}
Object members(const ThreadResolved& f) {
  return {{"type", "thread_resolved"},
          {"thread", f.thread.value},
          {"resolved", f.resolved},
          {"name", f.name}};
}

// Reads members of a record that we wrote; the first one that does not fit marks it as bad.
class Reader {
 public:
  explicit Reader(const Object& object) : object_(object) {}

  std::string string(std::string_view key) { return need(json::string_at(object_, key)); }
  uint64_t number(std::string_view key) {
    return static_cast<uint64_t>(need(json::integer_at(object_, key)));
  }
  // Not in records of before it was said.
  std::string name() { return json::string_at(object_, "name").value_or(""); }
  std::optional<int> user_tz() const {
    const auto minutes = json::integer_at(object_, "user_tz");
    return minutes ? std::optional(static_cast<int>(*minutes)) : std::nullopt;
  }
  Lane lane() { return {json::string_at(object_, "lane").value_or("")}; }
  ChangeSet changes() {
    const json::Value* value = object_.find("changes");
    return take(ChangeSet::from_json(value ? *value : json::Value()));
  }
  bool boolean(std::string_view key) { return need(json::bool_at(object_, key)); }
  CellId cell() { return {string("cell")}; }
  ExecutionId execution() { return {string("execution")}; }
  Object object(std::string_view key) {
    const Object* found = json::object_at(object_, key);
    if (!found) good_ = false;
    return found ? *found : Object{};
  }
  json::Array array(std::string_view key) {
    const json::Array* found = json::array_at(object_, key);
    if (!found) good_ = false;
    return found ? *found : json::Array{};
  }
  std::vector<CellId> cells(std::string_view key) {
    std::vector<CellId> out;
    for (const json::Value& value : array(key)) {
      if (const auto* id = value.if_string())
        out.push_back({*id});
      else
        good_ = false;
    }
    return out;
  }
  std::vector<size_t> sizes(std::string_view key) {
    std::vector<size_t> out;
    for (const json::Value& value : array(key))
      out.push_back(static_cast<size_t>(need(value.if_integer())));
    return out;
  }
  ThreadId thread() { return {string("thread")}; }
  CommentId comment() { return {string("comment")}; }
  std::optional<CellId> after() {
    const json::Value* value = object_.find("after");
    if (!value || value->is_null()) return std::nullopt;
    return CellId{string("after")};
  }
  template <class T>
  T take(Result<T> result) {
    if (result) return std::move(*result);
    good_ = false;
    return T{};
  }
  template <class T>
  T need(std::optional<T> value) {
    if (!value) good_ = false;
    return value.value_or(T{});
  }
  [[nodiscard]] bool good() const { return good_; }

 private:
  const Object& object_;
  bool good_ = true;
};

Fact read_text_changed(Reader& r) {
  TextChanged f{r.cell(), r.number("version"), {}};
  for (const json::Value& value : r.array("updates")) {
    const Object* o = value.if_object();
    const json::Value* changes = value.find("changes");
    if (!o || !changes) {
      r.need(std::optional<bool>{});
      continue;
    }
    f.updates.push_back(
        {json::string_at(*o, "client").value_or(""), r.take(ChangeSet::from_json(*changes))});
  }
  return f;
}

Fact read_runs_queued(Reader& r) {
  RunsQueued f;
  for (const json::Value& value : r.array("runs")) {
    static const Object kNone;
    Reader run(value.if_object() ? *value.if_object() : kNone);
    f.runs.push_back({run.cell(), run.execution(), run.string("source")});
    if (!run.good()) r.need(std::optional<bool>{});
  }
  f.name = r.name();
  f.lane = r.lane();
  f.user_tz = r.user_tz();
  return f;
}

Fact read_cells_merged(Reader& r, const Object& object) {
  CellsMerged f{r.cell(),          r.number("version"), r.changes(),
                r.cells("merged"), r.sizes("starts"),   {},
                r.name()};
  if (object.contains("attachments")) f.attachments = r.object("attachments");
  return f;
}

Fact read_outputs_replaced(Reader& r) {
  OutputsReplaced f;
  for (const json::Value& value : r.array("cells")) {
    static const Object kNone;
    f.cells.push_back(
        r.take(outputs_of_cell_from_json(value.if_object() ? *value.if_object() : kNone)));
  }
  return f;
}

Fact read_stream_appended(Reader& r, const Object& object) {
  StreamAppended f{r.cell(), r.execution(), r.string("name"), r.string("text"), std::nullopt};
  if (const Object* cut = json::object_at(object, "cut")) {
    Reader c(*cut);
    f.cut = StreamCut{{c.number("lines"), c.number("bytes")}, c.number("keep")};
  }
  return f;
}

std::optional<Fact> read_output_fact(const std::string& type, Reader& r, const Object& o) {
  if (type == "stream_appended") return read_stream_appended(r, o);
  if (type == "output_appended") {
    OutputAppended f{r.cell(), r.execution(), RichOutput{}};
    f.output = r.take(output_from_json(r.object("output")));
    return f;
  }
  if (type == "outputs_replaced") return read_outputs_replaced(r);
  if (type == "output_cleared") return OutputCleared{r.cell(), r.execution(), r.boolean("wait")};
  if (type == "display_updated")
    return DisplayUpdated{r.string("display_id"), r.object("data"), r.object("metadata"),
                          r.object("blobs"), r.lane()};
  if (type == "input_requested")
    return InputRequested{r.cell(), r.execution(), r.string("prompt"), r.boolean("password")};
  if (type == "input_answered") return InputAnswered{r.cell(), r.execution(), r.string("echo")};
  return std::nullopt;
}

std::optional<Fact> read_run_fact(const std::string& type, Reader& r) {
  if (type == "runs_queued") return read_runs_queued(r);
  if (type == "run_started") return RunStarted{r.cell(), r.execution()};
  if (type == "execution_counted")
    return ExecutionCounted{r.cell(), r.execution(), static_cast<int64_t>(r.number("count"))};
  if (type == "run_finished")
    return RunFinished{r.cell(),
                       r.execution(),
                       r.need(parse_run_status(r.string("status"))),
                       r.string("reason"),
                       r.number("dropped_outputs"),
                       r.cells("cancelled")};
  if (type == "runs_cancelled") return RunsCancelled{r.cells("cells")};
  if (type == "kernel_lost")
    return KernelLost{r.lane(), r.string("reason"), r.string("detail"), r.cells("cancelled")};
  return std::nullopt;
}

std::optional<Fact> read_edit_fact(const std::string& type, Reader& r, const Object& o) {
  if (type == "text_changed") return read_text_changed(r);
  if (type == "cell_inserted")
    return CellInserted{r.after(), r.take(cell_from_json(r.object("cell")))};
  if (type == "cell_deleted") return CellDeleted{r.cell(), r.name()};
  if (type == "cell_split")
    return CellSplit{r.cell(), r.number("version"), r.changes(),
                     r.take(cell_from_json(r.object("inserted")))};
  if (type == "cells_merged") return read_cells_merged(r, o);
  if (type == "cell_moved") return CellMoved{r.cell(), r.after()};
  if (type == "cell_type_changed")
    return CellTypeChanged{r.cell(), r.need(parse_cell_type(r.string("cell_type")))};
  if (type == "cell_metadata_changed") return CellMetadataChanged{r.cell(), r.object("metadata")};
  if (type == "notebook_metadata_changed") {
    NotebookMetadataChanged f{r.object("metadata"), std::nullopt};
    if (const auto minor = json::integer_at(o, "nbformat_minor"))
      f.nbformat_minor = static_cast<int>(*minor);
    return f;
  }
  if (type == "attachments_changed") return AttachmentsChanged{r.cell(), r.object("attachments")};
  if (type == "outputs_cleared") return OutputsCleared{r.cells("cells")};
  return std::nullopt;
}

Fact read_comment_added(Reader& r, const Object& object) {
  CommentAdded f{r.thread(), r.comment(), r.name(), r.string("text"), std::nullopt};
  if (const Object* begins = json::object_at(object, "begins")) {
    Reader b(*begins);
    f.begins = CommentAdded::Beginning{b.cell(), std::nullopt, b.string("quote")};
    if (const Object* anchor = json::object_at(*begins, "anchor"))
      f.begins->anchor = b.need(anchor_from_json(*anchor));
    if (!b.good()) r.need(std::optional<bool>{});
  }
  return f;
}

std::optional<Fact> read_comment_fact(const std::string& type, Reader& r, const Object& object) {
  if (type == "comment_added") return read_comment_added(r, object);
  if (type == "comment_edited") return CommentEdited{r.thread(), r.comment(), r.string("text")};
  if (type == "comment_deleted") return CommentDeleted{r.thread(), r.comment()};
  if (type == "thread_resolved") return ThreadResolved{r.thread(), r.boolean("resolved"), r.name()};
  return std::nullopt;
}

}  // namespace

json::Object to_json(const Record& record) {
  Object o{{"seq", record.seq}, {"time_ms", record.time_ms}, {"user", record.user.value}};
  if (record.command) {
    o.set("client", record.client.value);
    o.set("command", record.command);
  }
  Object fact = std::visit([](const auto& f) { return members(f); }, record.fact);
  for (auto& [key, value] : fact) o.set(key, std::move(value));
  return o;
}

Result<Record> record_from_json(const json::Object& object) {
  Reader r(object);
  Record record;
  record.seq = r.number("seq");
  record.time_ms = static_cast<int64_t>(r.number("time_ms"));
  record.user = {r.string("user")};
  if (object.contains("command")) {
    record.client = {r.string("client")};
    record.command = r.number("command");
  }
  const std::string type = r.string("type");
  auto fact = read_edit_fact(type, r, object);
  if (!fact) fact = read_output_fact(type, r, object);
  if (!fact) fact = read_run_fact(type, r);
  if (!fact) fact = read_comment_fact(type, r, object);
  if (!fact || !r.good())
    return failure(ErrorCode::corrupt, "stored record of type \"" + type + "\" does not fit");
  record.fact = std::move(*fact);
  return record;
}

}  // namespace colibri::document
