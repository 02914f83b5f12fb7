#include "history/revision.hpp"

#include <charconv>

#include "base/sha256.hpp"
#include "base/utf.hpp"
#include "document/cell.hpp"
#include "history/summary.hpp"

namespace colibri::history {
namespace {

using document::Cell;

std::unexpected<Error> damaged() {
  return failure(ErrorCode::corrupt, "This revision is damaged.");
}

std::string put(Revision& revision, json::Value value, std::vector<std::string> blobs = {}) {
  std::string text = canonical(value);
  std::string name = sha256_hex(text);
  revision.parts.try_emplace(name, Part{std::move(text), std::move(blobs)});
  return name;
}

json::Object body_of(const Cell& cell) {
  json::Object body{{"cell_type", document::to_string(cell.type)},
                    {"source", to_utf8(cell.source)},
                    {"metadata", document::without_execution_info(cell.metadata)}};
  if (cell.attachments) body.set("attachments", *cell.attachments);
  if (!cell.extra.empty()) body.set("extra", cell.extra);
  return body;
}

std::string put_outputs(Revision& revision, const Cell& cell) {
  const json::Value* info = cell.metadata.find(document::kExecutionInfo);
  if (cell.outputs.empty() && !cell.execution_count && !info) return {};
  json::Array outputs;
  std::vector<std::string> blobs;
  for (const document::Output& output : cell.outputs) {
    outputs.push_back(document::to_json(output));
    json::Object* object = outputs.back().if_object();
    if (object) object->erase("display_id");  // Of a kernel that is gone, and never in a file.
    if (const json::Object* named = object ? json::object_at(*object, "blobs") : nullptr)
      for (const auto& [mime, blob] : *named)
        if (blob.if_object())
          blobs.push_back(json::string_at(*blob.if_object(), "sha256").value_or(""));
  }
  json::Object part{{"execution_count",
                     cell.execution_count ? json::Value(*cell.execution_count) : json::Value()},
                    {"dropped_outputs", cell.dropped_outputs},
                    {"outputs", std::move(outputs)}};
  if (info) part.set(std::string(document::kExecutionInfo), *info);
  return put(revision, std::move(part), std::move(blobs));
}

// Lists end where the name of a part says so, not after a fixed number: so a cell that is inserted
// changes one list, and the others stay the same.
bool ends_list(const std::string& body, size_t length) {
  unsigned first = 0;
  std::from_chars(body.data(), body.data() + 2, first, 16);
  return length >= 64 || first % 16 == 0;
}

Result<json::Array> read_list(const std::string& name, const LoadPart& load) {
  const auto text = load(name);
  if (!text) return std::unexpected(text.error());
  const auto value = json::parse(*text);
  if (!value || !value->if_array()) return damaged();
  return *value->if_array();
}

Result<RevisionCell> read_cell(const json::Value& value) {
  const json::Object* cell = value.if_object();
  if (!cell) return damaged();
  const auto id = json::string_at(*cell, "id"), body = json::string_at(*cell, "body");
  if (!id || !body) return damaged();
  return RevisionCell{{*id},
                      *body,
                      json::string_at(*cell, "outputs").value_or(""),
                      json::bool_at(*cell, "running").value_or(false)};
}

Result<json::Object> load_object(const std::string& name, const LoadPart& load) {
  const auto text = load(name);
  if (!text) return std::unexpected(text.error());
  auto object = json::parse_object(*text);
  if (!object) return damaged();
  return object;
}

Result<> read_body(Cell& cell, const std::string& name, const LoadPart& load) {
  const auto body = load_object(name, load);
  if (!body) return std::unexpected(body.error());
  const auto type = document::parse_cell_type(json::string_at(*body, "cell_type").value_or(""));
  const auto source = json::string_at(*body, "source");
  if (!type || !source) return damaged();
  cell.type = *type;
  cell.source = to_utf16(*source);
  if (const auto* metadata = json::object_at(*body, "metadata")) cell.metadata = *metadata;
  if (const auto* held = json::object_at(*body, "attachments")) cell.attachments = *held;
  if (const auto* extra = json::object_at(*body, "extra")) cell.extra = *extra;
  return {};
}

Result<> read_outputs(Cell& cell, const std::string& name, const LoadPart& load) {
  const auto part = load_object(name, load);
  if (!part) return std::unexpected(part.error());
  const auto* outputs = json::array_at(*part, "outputs");
  if (!outputs) return damaged();
  cell.execution_count = json::integer_at(*part, "execution_count");
  cell.dropped_outputs =
      static_cast<uint64_t>(json::integer_at(*part, "dropped_outputs").value_or(0));
  if (const auto* info = part->find(document::kExecutionInfo))
    cell.metadata.set(std::string(document::kExecutionInfo), *info);
  for (const json::Value& value : *outputs) {
    auto output = document::output_from_json(value);
    if (!output) return damaged();
    cell.outputs.push_back(std::move(*output));
  }
  return {};
}

}  // namespace

Revision make_revision(const nbformat::Notebook& notebook, KeepOutputs keep) {
  Revision revision;
  json::Array lists, list;
  const auto end_list = [&] {
    if (!list.empty()) lists.emplace_back(put(revision, std::exchange(list, {})));
  };
  for (const Cell& cell : notebook.cells) {
    const std::string body = put(revision, body_of(cell));
    json::Object entry{{"id", cell.id.value}, {"body", body}};
    const bool runs = cell.run && cell.run->state == document::RunState::running;
    if (keep == KeepOutputs::complete && runs)
      entry.set("running", true);
    else if (keep != KeepOutputs::none)
      if (std::string outputs = put_outputs(revision, cell); !outputs.empty())
        entry.set("outputs", std::move(outputs));
    list.emplace_back(std::move(entry));
    if (ends_list(body, list.size())) end_list();
  }
  end_list();
  revision.cells = notebook.cells.size();
  json::Object manifest{{"minor", notebook.minor},
                        {"metadata", notebook.metadata},
                        {"with_outputs", keep != KeepOutputs::none},
                        {"lists", std::move(lists)}};
  if (!notebook.extra.empty()) manifest.set("extra", notebook.extra);
  revision.manifest = canonical(manifest);
  return revision;
}

Result<RevisionHead> read_head(const std::string& manifest, const LoadPart& load) {
  const auto object = json::parse_object(manifest);
  if (!object) return damaged();
  const auto* lists = json::array_at(*object, "lists");
  const auto* metadata = json::object_at(*object, "metadata");
  if (!lists || !metadata) return damaged();
  RevisionHead head;
  head.minor = static_cast<int>(json::integer_at(*object, "minor").value_or(5));
  head.metadata = *metadata;
  if (const auto* extra = json::object_at(*object, "extra")) head.extra = *extra;
  head.with_outputs = json::bool_at(*object, "with_outputs").value_or(true);
  for (const json::Value& name : *lists) {
    if (!name.if_string()) return damaged();
    const auto list = read_list(*name.if_string(), load);
    if (!list) return std::unexpected(list.error());
    for (const json::Value& value : *list) {
      auto cell = read_cell(value);
      if (!cell) return std::unexpected(cell.error());
      head.cells.push_back(std::move(*cell));
    }
  }
  return head;
}

Result<nbformat::Notebook> read_revision(const RevisionHead& head, const LoadPart& load,
                                         bool with_outputs) {
  nbformat::Notebook notebook;
  notebook.minor = head.minor;
  notebook.metadata = head.metadata;
  notebook.extra = head.extra;
  for (const RevisionCell& entry : head.cells) {
    Cell cell;
    cell.id = entry.id;
    if (auto read = read_body(cell, entry.body, load); !read) return std::unexpected(read.error());
    if (with_outputs && !entry.outputs.empty())
      if (auto read = read_outputs(cell, entry.outputs, load); !read)
        return std::unexpected(read.error());
    notebook.cells.push_back(std::move(cell));
  }
  return notebook;
}

Result<std::vector<std::string>> parts_of(const std::string& manifest, const LoadPart& load) {
  const auto object = json::parse_object(manifest);
  const auto* lists = object ? json::array_at(*object, "lists") : nullptr;
  if (!lists) return damaged();
  const auto head = read_head(manifest, load);
  if (!head) return std::unexpected(head.error());
  std::vector<std::string> out;
  for (const json::Value& name : *lists) out.push_back(*name.if_string());
  for (const RevisionCell& cell : head->cells) {
    out.push_back(cell.body);
    if (!cell.outputs.empty()) out.push_back(cell.outputs);
  }
  return out;
}

}  // namespace colibri::history
