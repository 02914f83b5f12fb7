#include "history/summary.hpp"

#include <algorithm>

#include "base/sha256.hpp"
#include "base/utf.hpp"

namespace colibri::history {
namespace {

void append_canonical(std::string& out, const json::Value& value) {
  if (const json::Array* array = value.if_array()) {
    out += '[';
    for (const json::Value& item : *array) {
      if (&item != array->data()) out += ',';
      append_canonical(out, item);
    }
    out += ']';
  } else if (const json::Object* object = value.if_object()) {
    std::vector<const json::Object::Member*> members;
    for (const auto& member : *object) members.push_back(&member);
    std::ranges::sort(members, {}, [](const auto* m) -> const std::string& { return m->first; });
    out += '{';
    for (const auto* member : members) {
      if (member != members.front()) out += ',';
      json::append_string(out, member->first);
      out += ':';
      append_canonical(out, member->second);
    }
    out += '}';
  } else {
    json::append(out, value, json::NanAs::python);
  }
}

json::Object file_form(const document::Output& output) {
  if (const auto* stream = std::get_if<document::Stream>(&output)) {
    json::Object object = stream->extra;
    object.set("output_type", "stream");
    object.set("name", stream->name);
    object.set("text", nbformat::stream_text(*stream));
    return object;
  }
  json::Object object = std::get<document::RichOutput>(output).object;
  object.erase("display_id");
  return object;
}

// What the reader of files takes out (nbformat's strip_transient).
json::Object without_trust(json::Object metadata) {
  metadata.erase("trusted");
  return metadata;
}

}  // namespace

std::string canonical(const json::Value& value) {
  std::string out;
  append_canonical(out, value);
  return out;
}

std::string hash_of_outputs(const document::Cell& cell) {
  if (cell.outputs.empty() && !cell.execution_count) return {};
  std::string text = cell.execution_count ? std::to_string(*cell.execution_count) : "";
  for (const document::Output& output : cell.outputs) {
    text += '\n';
    append_canonical(text, file_form(output));
  }
  return sha256_hex(text);
}

std::string hash_of_attachments(const document::Cell& cell) {
  return cell.attachments ? sha256_hex(canonical(*cell.attachments)) : std::string();
}

Summary summarise(const nbformat::Notebook& notebook) {
  Summary out{notebook.minor, notebook.metadata, {}};
  for (const document::Cell& cell : notebook.cells)
    out.cells.push_back({cell.id, cell.type, cell.source, without_trust(cell.metadata),
                         hash_of_attachments(cell), hash_of_outputs(cell)});
  return out;
}

json::Object to_json(const Summary& summary) {
  json::Array cells;
  for (const CellSummary& cell : summary.cells)
    cells.push_back(json::Object{{"id", cell.id.value},
                                 {"cell_type", document::to_string(cell.type)},
                                 {"source", to_utf8(cell.source)},
                                 {"metadata", cell.metadata},
                                 {"attachments", cell.attachments},
                                 {"outputs", cell.outputs}});
  return {{"minor", summary.minor}, {"metadata", summary.metadata}, {"cells", std::move(cells)}};
}

Result<Summary> summary_from_json(const json::Object& object) {
  const auto bad = [] { return failure(ErrorCode::corrupt, "a stored summary does not fit"); };
  const auto minor = json::integer_at(object, "minor");
  const auto* metadata = json::object_at(object, "metadata");
  const auto* cells = json::array_at(object, "cells");
  if (!minor || !metadata || !cells) return bad();
  Summary out{static_cast<int>(*minor), *metadata, {}};
  for (const json::Value& value : *cells) {
    const json::Object* cell = value.if_object();
    if (!cell) return bad();
    const auto id = json::string_at(*cell, "id"), source = json::string_at(*cell, "source");
    const auto type = document::parse_cell_type(json::string_at(*cell, "cell_type").value_or(""));
    const auto* own = json::object_at(*cell, "metadata");
    if (!id || !source || !type || !own) return bad();
    out.cells.push_back({{*id},
                         *type,
                         to_utf16(*source),
                         *own,
                         json::string_at(*cell, "attachments").value_or(""),
                         json::string_at(*cell, "outputs").value_or("")});
  }
  return out;
}

}  // namespace colibri::history
