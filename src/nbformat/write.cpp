#include <fmt/format.h>

#include <algorithm>

#include "base/utf.hpp"
#include "nbformat/base64.hpp"
#include "nbformat/mime.hpp"
#include "nbformat/notebook.hpp"

namespace colibri::nbformat {
namespace {

using json::Array;
using json::Object;
using json::Value;

Value lines(std::string_view text) {
  Array array;
  for (const std::string_view line : split_lines(text)) array.emplace_back(line);
  return array;
}

void split_bundle(Object& data) {
  for (auto& [mime, value] : data)
    if (is_split_mime(mime) && value.if_string()) value = lines(*value.if_string());
}

std::string size_in_words(uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  if (bytes < 1'000'000) return fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3);
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

Object stream_object(const document::Stream& stream) {
  Object object = stream.extra;
  object.set("output_type", "stream");
  object.set("name", stream.name);
  object.set("text", lines(stream_text(stream)));
  return object;
}

// Puts the payloads that are kept as blobs back into `data`.
Result<> inline_blobs(Object& data, const Object& blobs, const LoadBlob& load) {
  for (const auto& [mime, value] : blobs) {
    const Object* blob = value.if_object();
    if (!blob) continue;
    auto bytes = load(json::string_at(*blob, "sha256").value_or(""));
    if (!bytes) return std::unexpected(bytes.error());
    const std::string encoding = json::string_at(*blob, "encoding").value_or("text");
    if (encoding == "base64") {
      std::string text = base64_encode(*bytes);
      if (json::bool_at(*blob, "newline").value_or(false)) text += '\n';
      data.set(mime, std::move(text));
    } else if (encoding == "json") {
      auto parsed = json::parse(*bytes);
      if (!parsed) return failure(ErrorCode::corrupt, "A stored output is damaged.");
      data.set(mime, std::move(*parsed));
    } else {
      data.set(mime, std::move(*bytes));
    }
  }
  return {};
}

Result<Object> output_object(const document::Output& output, const LoadBlob& load) {
  if (const auto* stream = std::get_if<document::Stream>(&output)) return stream_object(*stream);
  Object object = std::get<document::RichOutput>(output).object;
  Value* data = object.find("data");
  if (data && data->if_object()) {
    if (const Object* blobs = json::object_at(object, "blobs"))
      if (auto good = inline_blobs(*data->if_object(), *blobs, load); !good)
        return std::unexpected(good.error());
    if (is_display(json::string_at(object, "output_type").value_or("")))
      split_bundle(*data->if_object());
  }
  Object extra;
  if (const Object* kept = json::object_at(object, "extra")) extra = *kept;
  for (const std::string_view name : kOurMembers) object.erase(name);
  for (const std::string_view name : kOurMembers)
    if (Value* value = extra.find(name)) object.set(std::string(name), std::move(*value));
  return object;
}

Result<Object> cell_object(const document::Cell& cell, int minor, const LoadBlob& load) {
  Object object = cell.extra;
  const bool unknown = object.contains("cell_type");  // Of a newer nbformat: as it was.
  if (!unknown) object.set("cell_type", document::to_string(cell.type));
  if (!unknown || object.contains("source")) object.set("source", lines(to_utf8(cell.source)));
  if (!unknown || object.contains("metadata")) object.set("metadata", cell.metadata);
  if (minor >= 5) object.set("id", cell.id.value);
  if (cell.attachments) {
    Object attachments = *cell.attachments;
    for (auto& [name, bundle] : attachments)
      if (bundle.if_object()) split_bundle(*bundle.if_object());
    object.set("attachments", std::move(attachments));
  }
  if (cell.type != document::CellType::code) return object;
  object.set("execution_count", cell.execution_count ? Value(*cell.execution_count) : Value());
  Array outputs;
  for (const document::Output& output : cell.outputs) {
    auto made = output_object(output, load);
    if (!made) return std::unexpected(made.error());
    outputs.emplace_back(std::move(*made));
  }
  object.set("outputs", std::move(outputs));
  return object;
}

// json.dumps(indent=1, sort_keys=True, separators=(",", ": "), ensure_ascii=False)
void append_indented(std::string& out, const Value& value, size_t depth) {
  const auto new_line = [&](size_t n) {
    out += '\n';
    out.append(n, ' ');
  };
  if (const Array* array = value.if_array(); array && !array->empty()) {
    out += '[';
    for (size_t i = 0; i < array->size(); ++i) {
      if (i) out += ',';
      new_line(depth + 1);
      append_indented(out, (*array)[i], depth + 1);
    }
    new_line(depth);
    out += ']';
  } else if (const Object* object = value.if_object(); object && !object->empty()) {
    std::vector<const Object::Member*> members;
    for (const auto& member : *object) members.push_back(&member);
    std::ranges::sort(members, {},
                      [](const auto* member) -> const std::string& { return member->first; });
    out += '{';
    for (size_t i = 0; i < members.size(); ++i) {
      if (i) out += ',';
      new_line(depth + 1);
      json::append_string(out, members[i]->first);
      out += ": ";
      append_indented(out, members[i]->second, depth + 1);
    }
    new_line(depth);
    out += '}';
  } else {
    json::append(out, value, json::NanAs::python);
  }
}

}  // namespace

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> out;
  size_t from = 0;
  for (size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    size_t length = 0;  // Of the line end at i.
    if (c == '\r')
      length = i + 1 < text.size() && text[i + 1] == '\n' ? 2 : 1;
    else if (c == '\n' || c == 0x0B || c == 0x0C || (c >= 0x1C && c <= 0x1E))
      length = 1;
    else if (c == 0xC2 && text.substr(i, 2) == "\xC2\x85")
      length = 2;
    else if (c == 0xE2 &&
             (text.substr(i, 3) == "\xE2\x80\xA8" || text.substr(i, 3) == "\xE2\x80\xA9"))
      length = 3;
    if (length == 0) {
      ++i;
      continue;
    }
    i += length;
    out.push_back(text.substr(from, i - from));
    from = i;
  }
  if (from < text.size()) out.push_back(text.substr(from));
  return out;
}

std::string stream_text(const document::Stream& stream) {
  std::string text = to_utf8(stream.text);
  if (stream.cut && stream.cut->bytes > 0)
    text += fmt::format("\n… {} lines ({}) not kept …\n", stream.cut->lines,
                        size_in_words(stream.cut->bytes));
  return text + to_utf8(stream.tail);
}

Result<std::string> write(const Notebook& notebook, const LoadBlob& load) {
  Array cells;
  for (const document::Cell& cell : notebook.cells) {
    auto object = cell_object(cell, notebook.minor, load);
    if (!object) return std::unexpected(object.error());
    cells.emplace_back(std::move(*object));
  }
  Object object = notebook.extra;
  object.set("cells", std::move(cells));
  object.set("metadata", notebook.metadata);
  object.set("nbformat", 4);
  if (notebook.minor >= 0) object.set("nbformat_minor", notebook.minor);
  std::string out;
  append_indented(out, object, 0);
  out += '\n';
  return out;
}

Result<> move_large_payloads(Object& data, Object& blobs, const StoreBlob& store) {
  std::vector<std::string> moved;
  for (auto& [mime, value] : data) {
    std::string bytes, encoding = "text";
    bool newline = false;
    if (const std::string* text = value.if_string()) {
      if (text->size() <= kLargePayloadBytes) continue;
      newline = text->ends_with('\n');
      const auto body = std::string_view(*text).substr(0, text->size() - (newline ? 1 : 0));
      const bool binary = mime.starts_with("image/") && mime != "image/svg+xml";
      auto decoded = binary ? base64_decode(body) : std::nullopt;
      if (decoded && base64_encode(*decoded) == body) {
        bytes = std::move(*decoded);
        encoding = "base64";
      } else {
        if (find_invalid_utf8(*text)) continue;  // A lone surrogate: no browser could fetch it.
        bytes = *text;
        newline = false;
      }
    } else {
      bytes = json::serialize(value, json::NanAs::python);
      if (bytes.size() <= kLargePayloadBytes) continue;
      encoding = "json";
    }
    auto sha256 = store(bytes);
    if (!sha256) return std::unexpected(sha256.error());
    Object blob{{"sha256", *sha256},
                {"bytes", static_cast<uint64_t>(bytes.size())},
                {"encoding", encoding}};
    if (newline) blob.set("newline", true);
    blobs.set(mime, std::move(blob));
    moved.push_back(mime);
  }
  for (const std::string& mime : moved) data.erase(mime);
  return {};
}

}  // namespace colibri::nbformat
