#include "nbformat/upgrade.hpp"

#include <algorithm>
#include <array>

#include "nbformat/notebook.hpp"

namespace colibri::nbformat {
namespace {

using json::Array;
using json::Object;
using json::Value;

constexpr std::array<std::pair<const char*, const char*>, 8> kMimeOfAlias{{
    {"text", "text/plain"},
    {"html", "text/html"},
    {"svg", "image/svg+xml"},
    {"png", "image/png"},
    {"jpeg", "image/jpeg"},
    {"latex", "text/latex"},
    {"json", "application/json"},
    {"javascript", "application/javascript"},
}};

// Takes a member out of an object; null when there is none.
Value take_or(Object& object, std::string_view key, Value otherwise = {}) {
  Value* found = object.find(key);
  if (!found) return otherwise;
  Value value = std::move(*found);
  object.erase(key);
  return value;
}

void use_mime_keys(Object& object) {
  for (const auto& [alias, mime] : kMimeOfAlias)
    if (object.contains(alias)) object.set(mime, take_or(object, alias));
}

// Old notebooks were written by splitlines() as well as by splitlines(True): lines without their
// ends are joined by them.
void join_old_lines(Value& value) {
  Array* lines = value.if_array();
  if (!lines || lines->empty()) return join_lines(value);
  const std::string* first = lines->front().if_string();
  if (first && !first->ends_with('\n') && !first->ends_with('\r'))
    for (size_t i = 0; i + 1 < lines->size(); ++i)
      if (std::string* line = (*lines)[i].if_string()) *line += '\n';
  join_lines(value);
}

void upgrade_display(Object& output, bool is_result) {
  Value metadata = take_or(output, "metadata", Object{});
  if (Object* members = metadata.if_object()) use_mime_keys(*members);
  Value count = take_or(output, "prompt_number");
  take_or(output, "output_type");
  Object data = std::move(output);
  for (auto& [key, value] : data) join_old_lines(value);
  use_mime_keys(data);
  if (Value* text = data.find("application/json"); text && text->if_string())
    if (auto parsed = json::parse(*text->if_string())) *text = std::move(*parsed);
  output = Object{{"output_type", is_result ? "execute_result" : "display_data"},
                  {"data", std::move(data)},
                  {"metadata", std::move(metadata)}};
  if (is_result) output.set("execution_count", std::move(count));
}

void upgrade_output(Object& output) {
  const std::string type = json::string_at(output, "output_type").value_or("");
  if (type == "pyout" || type == "display_data") {
    upgrade_display(output, type == "pyout");
  } else if (type == "pyerr") {
    output.set("output_type", "error");
  } else if (type == "stream") {
    output.set("name", take_or(output, "stream", "stdout"));
    if (Value* text = output.find("text")) join_old_lines(*text);
  }
}

void upgrade_code(Object& cell) {
  take_or(cell, "language");
  if (cell.contains("collapsed")) {
    Value collapsed = take_or(cell, "collapsed");
    if (Object* metadata = cell.find("metadata")->if_object())
      metadata->set("collapsed", std::move(collapsed));
  }
  Value source = take_or(cell, "input", "");
  join_old_lines(source);
  cell.set("source", std::move(source));
  cell.set("execution_count", take_or(cell, "prompt_number"));
  Value outputs = take_or(cell, "outputs", Array{});
  if (Array* list = outputs.if_array())
    for (Value& output : *list)
      if (Object* object = output.if_object()) upgrade_output(*object);
  cell.set("outputs", std::move(outputs));
}

std::string_view without_line_end(std::string_view line) {
  for (const std::string_view end : {"\r\n", "\n", "\r", "\x0B", "\x0C", "\x1C", "\x1D", "\x1E",
                                     "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"})
    if (line.ends_with(end)) return line.substr(0, line.size() - end.size());
  return line;
}

void upgrade_heading(Object& cell) {
  cell.set("cell_type", "markdown");
  const auto level = take_or(cell, "level", 1).if_integer().value_or(1);
  Value source = take_or(cell, "source", "");
  join_old_lines(source);
  std::string text(static_cast<size_t>(std::clamp<int64_t>(level, 1, 6)), '#');
  if (const std::string* lines = source.if_string())
    for (std::string_view line : split_lines(*lines)) {
      text += ' ';
      text += without_line_end(line);
    }
  if (text.find(' ') == std::string::npos) text += ' ';
  cell.set("source", std::move(text));
}

void upgrade_cell(Object& cell) {
  if (!json::object_at(cell, "metadata")) cell.set("metadata", Object{});
  const std::string type = json::string_at(cell, "cell_type").value_or("");
  if (type == "code")
    upgrade_code(cell);
  else if (type == "heading")
    upgrade_heading(cell);
  else if (type == "html")
    cell.set("cell_type", "markdown");
  for (const char* key : {"source", "rendered"})
    if (Value* text = cell.find(key); text && type != "code") join_old_lines(*text);
}

}  // namespace

void join_lines(Value& value) {
  const Array* lines = value.if_array();
  if (!lines) return;
  std::string joined;
  for (const Value& line : *lines) {
    if (!line.if_string()) return;
    joined += *line.if_string();
  }
  value = std::move(joined);
}

Result<Object> upgrade_from_3(Object notebook) {
  Array cells;
  Value worksheets = take_or(notebook, "worksheets", Array{});
  Array* sheets = worksheets.if_array();
  if (!sheets) return failure(ErrorCode::invalid, "The notebook's worksheets are not a list.");
  for (Value& sheet : *sheets) {
    Object* object = sheet.if_object();
    Value* list = object ? object->find("cells") : nullptr;
    if (!list || !list->if_array())
      return failure(ErrorCode::invalid, "A worksheet of the notebook has no cells.");
    for (Value& cell : *list->if_array()) {
      if (Object* members = cell.if_object()) upgrade_cell(*members);
      cells.push_back(std::move(cell));
    }
  }
  take_or(notebook, "orig_nbformat");
  take_or(notebook, "orig_nbformat_minor");
  if (!json::object_at(notebook, "metadata")) notebook.set("metadata", Object{});
  Object& metadata = *notebook.find("metadata")->if_object();
  metadata.erase("name");
  notebook.set("nbformat", 4);
  notebook.set("nbformat_minor", 5);
  notebook.set("cells", std::move(cells));
  return notebook;
}

}  // namespace colibri::nbformat
