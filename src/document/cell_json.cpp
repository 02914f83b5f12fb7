// Cells and outputs between C++ and the JSON of docs/protocol.md 1.1.
#include <algorithm>

#include "base/utf.hpp"
#include "document/cell.hpp"

namespace colibri::document {
namespace {

std::unexpected<Error> bad(const std::string& what) {
  return failure(ErrorCode::corrupt, "stored cell: bad " + what);
}

json::Object author_to_json(const Author& author) {
  return {{"user", author.user.value}, {"name", author.name}};
}

Author author_from_json(const json::Object& o) {
  return {{json::string_at(o, "user").value_or("")}, json::string_at(o, "name").value_or("")};
}

// Nobody in what was stored before there were several people.
Author by_at(const json::Object& o) {
  const json::Object* by = json::object_at(o, "by");
  return by ? author_from_json(*by) : Author();
}

json::Object run_to_json(const Run& run) {
  json::Object o{{"state", run.state == RunState::running ? "running" : "queued"},
                 {"execution", run.execution.value},
                 {"source", run.source},
                 {"queued_ms", run.queued_ms},
                 {"started_ms", run.started_ms},
                 {"by", author_to_json(run.by)},
                 {"lane", run.lane.value}};
  if (run.user_tz) o.set("user_tz", *run.user_tz);
  return o;
}

Run run_from_json(const json::Object& o) {
  const auto minutes = json::integer_at(o, "user_tz");
  return {json::string_at(o, "state") == "running" ? RunState::running : RunState::queued,
          {json::string_at(o, "execution").value_or("")},
          json::string_at(o, "source").value_or(""),
          json::integer_at(o, "queued_ms").value_or(0),
          json::integer_at(o, "started_ms").value_or(0),
          by_at(o),
          {json::string_at(o, "lane").value_or("")},
          minutes ? std::optional(static_cast<int>(*minutes)) : std::nullopt};
}

json::Object last_run_to_json(const LastRun& run) {
  return {{"execution", run.execution.value},
          {"status", to_string(run.status)},
          {"reason", run.reason},
          {"started_ms", run.started_ms},
          {"finished_ms", run.finished_ms},
          {"by", author_to_json(run.by)}};
}

LastRun last_run_from_json(const json::Object& o) {
  return {{json::string_at(o, "execution").value_or("")},
          parse_run_status(json::string_at(o, "status").value_or("")).value_or(RunStatus::ok),
          json::string_at(o, "reason").value_or(""),
          json::integer_at(o, "started_ms").value_or(0),
          json::integer_at(o, "finished_ms").value_or(0),
          by_at(o)};
}

json::Value confirmed_to_json(const std::map<std::string, Confirmed>& confirmed) {
  json::Object o;
  for (const auto& [client, known] : confirmed) o.set(client, known.updates);
  return o;
}

}  // namespace

json::Object without_execution_info(json::Object metadata) {
  metadata.erase(kExecutionInfo);
  return metadata;
}

std::string_view to_string(CellType type) {
  switch (type) {
    case CellType::code:
      return "code";
    case CellType::markdown:
      return "markdown";
    case CellType::raw:
      return "raw";
  }
  return "raw";
}

std::optional<CellType> parse_cell_type(std::string_view name) {
  if (name == "code") return CellType::code;
  if (name == "markdown") return CellType::markdown;
  if (name == "raw") return CellType::raw;
  return std::nullopt;
}

std::string_view to_string(RunStatus status) {
  switch (status) {
    case RunStatus::ok:
      return "ok";
    case RunStatus::error:
      return "error";
    case RunStatus::aborted:
      return "aborted";
  }
  return "aborted";
}

std::optional<RunStatus> parse_run_status(std::string_view name) {
  if (name == "ok") return RunStatus::ok;
  if (name == "error") return RunStatus::error;
  if (name == "aborted") return RunStatus::aborted;
  return std::nullopt;
}

json::Value to_json(const Output& output) {
  if (const auto* rich = std::get_if<RichOutput>(&output)) return rich->object;
  const auto& stream = std::get<Stream>(output);
  json::Object o{{"output_type", "stream"}, {"name", stream.name}, {"text", to_utf8(stream.text)}};
  if (stream.cut) {
    o.set("cut", json::Object{{"lines", stream.cut->lines}, {"bytes", stream.cut->bytes}});
    o.set("tail", to_utf8(stream.tail));
  }
  if (!stream.extra.empty()) o.set("extra", stream.extra);
  return o;
}

Result<Output> output_from_json(const json::Value& value) {
  const json::Object* o = value.if_object();
  if (!o) return failure(ErrorCode::invalid, "an output is not an object");
  const auto type = json::string_at(*o, "output_type");
  if (type == "stream") {
    Stream stream{json::string_at(*o, "name").value_or("stdout"),
                  to_utf16(json::string_at(*o, "text").value_or("")),
                  std::nullopt,
                  to_utf16(json::string_at(*o, "tail").value_or("")),
                  {}};
    if (const auto* extra = json::object_at(*o, "extra")) stream.extra = *extra;
    if (const auto* cut = json::object_at(*o, "cut"))
      stream.cut = Cut{static_cast<uint64_t>(json::integer_at(*cut, "lines").value_or(0)),
                       static_cast<uint64_t>(json::integer_at(*cut, "bytes").value_or(0))};
    return stream;
  }
  // Also kinds that a newer nbformat adds: kept as they are.
  if (type) return RichOutput{*o};
  return failure(ErrorCode::invalid, "an output has no output_type");
}

namespace {

json::Array outputs_to_json(const std::vector<Output>& outputs) {
  json::Array array;
  for (const Output& output : outputs) array.push_back(to_json(output));
  return array;
}

Result<std::vector<Output>> outputs_from_json(const json::Object& o) {
  std::vector<Output> outputs;
  if (const auto* array = json::array_at(o, "outputs"))
    for (const json::Value& value : *array) {
      auto output = output_from_json(value);
      if (!output) return bad("output");
      outputs.push_back(std::move(*output));
    }
  return outputs;
}

json::Value count_to_json(const std::optional<int64_t>& count) {
  return count ? json::Value(*count) : json::Value();
}

constexpr size_t kNode = 16;

size_t weight(const json::Value& value);

size_t weight(const json::Object& object) {
  size_t bytes = 0;
  for (const auto& [key, value] : object) bytes += key.size() + weight(value);
  return bytes;
}

size_t weight(const json::Value& value) {
  size_t bytes = kNode;
  if (const auto* text = value.if_string()) bytes += text->size();
  if (const auto* array = value.if_array())
    for (const json::Value& item : *array) bytes += weight(item);
  if (const auto* object = value.if_object()) bytes += weight(*object);
  return bytes;
}

}  // namespace

size_t weight(const std::vector<Output>& outputs) {
  size_t bytes = 0;
  for (const Output& output : outputs) {
    if (const auto* stream = std::get_if<Stream>(&output))
      bytes += 64 + 2 * (stream->text.size() + stream->tail.size()) + weight(stream->extra);
    else
      bytes += weight(std::get<RichOutput>(output).object);
  }
  return bytes;
}

size_t weight(const Cell& cell) {
  return 256 + 2 * cell.source.size() + weight(cell.metadata) + weight(cell.extra) +
         (cell.attachments ? weight(*cell.attachments) : 0) + weight(cell.outputs);
}

json::Object to_json(const OutputsOfCell& outputs) {
  return {{"cell", outputs.cell.value},
          {"outputs", outputs_to_json(outputs.outputs)},
          {"execution_count", count_to_json(outputs.execution_count)},
          {"dropped_outputs", outputs.dropped_outputs}};
}

Result<OutputsOfCell> outputs_of_cell_from_json(const json::Object& o) {
  const auto cell = json::string_at(o, "cell");
  auto outputs = outputs_from_json(o);
  if (!cell || !outputs) return bad("outputs");
  return OutputsOfCell{{*cell},
                       std::move(*outputs),
                       json::integer_at(o, "execution_count"),
                       static_cast<uint64_t>(json::integer_at(o, "dropped_outputs").value_or(0))};
}

json::Object to_json(const BinnedCell& binned) {
  return {{"cell", to_json(binned.cell)},
          {"after", binned.after ? json::Value(binned.after->value) : json::Value()},
          {"by", author_to_json(binned.by)},
          {"time_ms", binned.time_ms}};
}

json::Object to_list_json(const BinnedCell& binned) {
  constexpr size_t kMostUnits = 120;
  const std::u16string_view source = binned.cell.source;
  const size_t begin = std::min(source.find_first_not_of(u"\n"), source.size());
  size_t end = std::min({source.find(u'\n', begin), source.size(), begin + kMostUnits});
  if (end > begin && is_high_surrogate(source[end - 1])) --end;
  return {{"id", binned.cell.id.value},
          {"cell_type", to_string(binned.cell.type)},
          {"first_line", to_utf8(source.substr(begin, end - begin))},
          {"after", binned.after ? json::Value(binned.after->value) : json::Value()},
          {"outputs", static_cast<uint64_t>(binned.cell.outputs.size())},
          {"user", binned.by.user.value},
          {"name", binned.by.name},
          {"time_ms", binned.time_ms}};
}

Result<BinnedCell> binned_cell_from_json(const json::Object& o) {
  const auto* object = json::object_at(o, "cell");
  auto cell = object ? cell_from_json(*object) : bad("bin");
  if (!cell) return std::unexpected(cell.error());
  BinnedCell binned{std::move(*cell), std::nullopt, by_at(o),
                    json::integer_at(o, "time_ms").value_or(0), 0};
  if (const auto after = json::string_at(o, "after")) binned.after = CellId{*after};
  binned.bytes = weight(binned.cell);
  return binned;
}

json::Object to_json(const Cell& cell, bool with_outputs) {
  json::Object o{{"id", cell.id.value},
                 {"cell_type", to_string(cell.type)},
                 {"source", to_utf8(cell.source)},
                 {"version", cell.version()},
                 {"metadata", cell.metadata},
                 {"execution_count", count_to_json(cell.execution_count)},
                 {"outputs", with_outputs ? outputs_to_json(cell.outputs) : json::Array()},
                 {"dropped_outputs", cell.dropped_outputs}};
  if (cell.attachments) o.set("attachments", *cell.attachments);
  if (cell.run) o.set("run", run_to_json(*cell.run));
  if (cell.last_run) o.set("last_run", last_run_to_json(*cell.last_run));
  if (cell.input)
    o.set("input", json::Object{{"execution", cell.input->execution.value},
                                {"prompt", cell.input->prompt},
                                {"password", cell.input->password}});
  if (cell.clear_at_next_output) o.set("clear_at_next_output", true);
  if (!cell.confirmed.empty()) o.set("confirmed", confirmed_to_json(cell.confirmed));
  if (!cell.extra.empty()) o.set("extra", cell.extra);
  return o;
}

Result<Cell> cell_from_json(const json::Object& o) {
  Cell cell;
  const auto id = json::string_at(o, "id");
  const auto type = parse_cell_type(json::string_at(o, "cell_type").value_or(""));
  const auto source = json::string_at(o, "source");
  if (!id || !type || !source) return bad("id, type or source");
  cell.id = {*id};
  cell.type = *type;
  cell.source = to_utf16(*source);
  cell.first_version = static_cast<uint64_t>(json::integer_at(o, "version").value_or(0));
  if (const auto* metadata = json::object_at(o, "metadata")) cell.metadata = *metadata;
  if (const auto* attachments = json::object_at(o, "attachments")) cell.attachments = *attachments;
  cell.execution_count = json::integer_at(o, "execution_count");
  auto outputs = outputs_from_json(o);
  if (!outputs) return std::unexpected(outputs.error());
  cell.outputs = std::move(*outputs);
  cell.dropped_outputs = static_cast<uint64_t>(json::integer_at(o, "dropped_outputs").value_or(0));
  if (const auto* run = json::object_at(o, "run")) cell.run = run_from_json(*run);
  if (const auto* run = json::object_at(o, "last_run")) cell.last_run = last_run_from_json(*run);
  if (const auto* input = json::object_at(o, "input"))
    cell.input = InputRequest{{json::string_at(*input, "execution").value_or("")},
                              json::string_at(*input, "prompt").value_or(""),
                              json::bool_at(*input, "password").value_or(false)};
  cell.clear_at_next_output = json::bool_at(o, "clear_at_next_output").value_or(false);
  if (const auto* confirmed = json::object_at(o, "confirmed"))
    for (const auto& [client, count] : *confirmed)
      cell.confirmed[client].updates = static_cast<uint64_t>(count.if_integer().value_or(0));
  if (const auto* extra = json::object_at(o, "extra")) cell.extra = *extra;
  return cell;
}

}  // namespace colibri::document
