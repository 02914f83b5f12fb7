#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/utf.hpp"
#include "nbformat/mime.hpp"
#include "nbformat/notebook.hpp"
#include "nbformat/upgrade.hpp"

namespace colibri::nbformat {
namespace {

using document::Cell;
using json::Array;
using json::Object;
using json::Value;

bool is_cell_id(const std::string& id) {
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

void join_bundle(Object& data) {
  for (auto& [mime, value] : data)
    if (!is_json_mime(mime)) join_lines(value);
}

std::optional<Value> take(Object& object, std::string_view key) {
  Value* found = object.find(key);
  if (!found) return std::nullopt;
  Value value = std::move(*found);
  object.erase(key);
  return value;
}

Result<document::Output> read_stream(Object output) {
  Value text = take(output, "text").value_or(Value());
  join_lines(text);
  if (!text.if_string()) return failure(ErrorCode::invalid, "a stream output has no text");
  const auto name = take(output, "name");
  if (name && !name->if_string()) return failure(ErrorCode::invalid, "a stream's name is no text");
  output.erase("output_type");
  return document::Stream{name ? *name->if_string() : "stdout",
                          to_utf16(*text.if_string()),
                          std::nullopt,
                          {},
                          std::move(output)};
}

Result<document::Output> read_output(Object output) {
  const std::string type = json::string_at(output, "output_type").value_or("");
  if (type == "stream") return read_stream(std::move(output));
  if (is_display(type)) {
    if (Value* data = output.find("data"); data && data->if_object())
      join_bundle(*data->if_object());
  } else if (Value* text = output.find("text")) {
    join_lines(*text);
  }
  Object extra;
  for (const std::string_view name : kOurMembers)
    if (auto value = take(output, name)) extra.set(std::string(name), std::move(*value));
  if (!extra.empty()) output.set("extra", std::move(extra));
  return document::output_from_json(std::move(output));
}

// Reads the cells of one file; what was mended is counted for the notes.
class CellReader {
 public:
  CellReader(int minor, const MakeId& make_id) : minor_(minor), make_id_(make_id) {}

  Result<Cell> read(Object object) {
    Cell cell;
    const auto type = document::parse_cell_type(json::string_at(object, "cell_type").value_or(""));
    if (!type) return read_unknown(std::move(object));
    cell.type = *type;
    Value source = take(object, "source").value_or("");
    join_lines(source);
    if (!source.if_string()) return failure(ErrorCode::invalid, "its source is no text");
    cell.source = to_utf16(*source.if_string());
    read_id(cell, object);
    if (auto good = read_metadata(cell, object); !good) return std::unexpected(good.error());
    if (cell.type == document::CellType::code) {
      if (auto good = read_outputs(cell, object); !good) return std::unexpected(good.error());
    }
    object.erase("cell_type");
    cell.extra = std::move(object);
    return cell;
  }

  // A cell of a kind that we do not know (a newer nbformat's): shown as raw text and written as it
  // was.
  Result<Cell> read_unknown(Object object) {
    if (!json::string_at(object, "cell_type"))
      return failure(ErrorCode::invalid, "it has no cell_type");
    ++unknown_;
    Cell cell;
    cell.type = document::CellType::raw;
    if (Value* source = object.find("source")) {
      join_lines(*source);
      if (source->if_string()) cell.source = to_utf16(*source->if_string());
    }
    read_id(cell, object);
    if (const Object* metadata = json::object_at(object, "metadata")) cell.metadata = *metadata;
    cell.metadata.erase("trusted");
    cell.extra = std::move(object);
    return cell;
  }

  void add_notes(std::vector<std::string>& notes) const {
    if (missing_ > 0) notes.push_back(fmt::format("{} cells without an id got one.", missing_));
    if (bad_ > 0) notes.push_back(fmt::format("{} malformed cell ids were replaced.", bad_));
    if (unknown_ > 0)
      notes.push_back(fmt::format("{} cells of an unknown type are shown as raw text.", unknown_));
    if (uncounted_ > 0)
      notes.push_back(fmt::format("{} malformed execution counts were dropped.", uncounted_));
    if (doubled_ > 0)
      notes.push_back(fmt::format("Cell ids that stood twice were replaced: {}.", doubled_));
  }

 private:
  void read_id(Cell& cell, Object& object) {
    const Value* given = object.find("id");
    const std::string id = given && given->if_string() ? *given->if_string() : "";
    const bool good = is_cell_id(id);
    if (good && ids_.insert(id).second) {
      cell.id = {id};
    } else {
      if (minor_ >= 5) ++(!given ? missing_ : good ? doubled_ : bad_);
      do {
        cell.id = {make_id_()};
      } while (!ids_.insert(cell.id.value).second);
    }
    // Below 4.5 an id is a member like any other, and stays one.
    if (minor_ >= 5) object.erase("id");
  }

  static Result<> read_metadata(Cell& cell, Object& object) {
    if (auto metadata = take(object, "metadata")) {
      if (!metadata->if_object()) return failure(ErrorCode::invalid, "its metadata is no object");
      cell.metadata = std::move(*metadata->if_object());
    }
    cell.metadata.erase("trusted");
    const Value* attachments = object.find("attachments");
    if (!attachments || !attachments->if_object()) return {};
    cell.attachments = std::move(*take(object, "attachments")->if_object());
    for (auto& [name, bundle] : *cell.attachments)
      if (bundle.if_object()) join_bundle(*bundle.if_object());
    return {};
  }

  Result<> read_outputs(Cell& cell, Object& object) {
    if (const auto count = take(object, "execution_count"))
      if (!(cell.execution_count = count->if_integer()) && !count->is_null()) ++uncounted_;
    auto outputs = take(object, "outputs");
    if (!outputs) return {};
    if (!outputs->if_array()) return failure(ErrorCode::invalid, "its outputs are not a list");
    for (Value& value : *outputs->if_array()) {
      if (!value.if_object()) return failure(ErrorCode::invalid, "an output is not an object");
      auto output = read_output(std::move(*value.if_object()));
      if (!output) return std::unexpected(output.error());
      cell.outputs.push_back(std::move(*output));
    }
    return {};
  }

  int minor_;
  const MakeId& make_id_;
  std::set<std::string> ids_;
  int missing_ = 0, bad_ = 0, doubled_ = 0, unknown_ = 0, uncounted_ = 0;
};

// The notebook as nbformat 4, upgraded when it is older.
Result<Object> as_version_4(Object notebook, std::vector<std::string>& notes) {
  const Value* version = notebook.find("nbformat");
  if (!version && !notebook.contains("cells") && !notebook.contains("worksheets"))
    return failure(ErrorCode::invalid, "This is JSON, but no notebook: it has no \"nbformat\".");
  const auto major = version ? version->if_integer() : 1;
  if (!major || *major < 1)
    return failure(ErrorCode::invalid, "This is no notebook: its \"nbformat\" is no version.");
  if (*major == 4) return notebook;
  if (*major == 2 || *major == 3) {
    notes.push_back(fmt::format("Upgraded from nbformat {}.", *major));
    return upgrade_from_3(std::move(notebook));
  }
  return failure(ErrorCode::unsupported,
                 fmt::format("This notebook is nbformat {}; Colibri reads nbformat 2, 3 and 4.{}",
                             *major, *major > 4 ? " It was written by a newer program." : ""));
}

}  // namespace

Result<Read> read(std::string_view bytes, const MakeId& make_id) {
  auto object = json::parse_object(bytes);
  if (!object)
    return failure(ErrorCode::invalid, "This file is no notebook: " + object.error().detail + ".");
  Read out;
  auto notebook = as_version_4(std::move(*object), out.notes);
  if (!notebook) return std::unexpected(notebook.error());

  if (const Value* minor = notebook->find("nbformat_minor")) {
    const auto number = minor->if_integer();
    if (!number || *number < 0 || *number > 9999)
      return failure(ErrorCode::invalid, "This notebook's \"nbformat_minor\" is no version.");
    out.notebook.minor = static_cast<int>(*number);
  } else {
    out.notebook.minor = -1;
  }
  if (Value* metadata = notebook->find("metadata")) {
    if (!metadata->if_object())
      return failure(ErrorCode::invalid, "This notebook's metadata is no object.");
    out.notebook.metadata = std::move(*metadata->if_object());
  }
  for (const char* transient : {"orig_nbformat", "orig_nbformat_minor", "signature"})
    out.notebook.metadata.erase(transient);

  Value* cells = notebook->find("cells");
  if (!cells || !cells->if_array())
    return failure(ErrorCode::invalid, "This notebook has no list of cells.");
  CellReader reader(out.notebook.minor, make_id);
  size_t number = 0;
  for (Value& value : *cells->if_array()) {
    ++number;
    auto cell = value.if_object()
                    ? reader.read(std::move(*value.if_object()))
                    : Result<Cell>(failure(ErrorCode::invalid, "it is not an object"));
    if (!cell)
      return failure(ErrorCode::invalid, fmt::format("Cell {} of this notebook cannot be read: {}.",
                                                     number, cell.error().detail));
    out.notebook.cells.push_back(std::move(*cell));
  }
  reader.add_notes(out.notes);
  for (const char* key : {"nbformat", "nbformat_minor", "metadata", "cells"}) notebook->erase(key);
  out.notebook.extra = std::move(*notebook);
  return out;
}

}  // namespace colibri::nbformat
