#include "cli/run_parameters.hpp"

#include <algorithm>
#include <cctype>

#include "base/utf.hpp"

namespace colibri::cli {

namespace {

// How a language spells what JSON has.
struct Spelling {
  const char* assign;
  const char* null_word;
  const char* true_word;
  const char* false_word;
  const char* not_a_number;
  const char* infinity;
  const char* array_open;
  const char* array_close;
  const char* object_open;
  const char* object_close;
  const char* pair;
};

constexpr Spelling kPython = {" = ", "None", "True", "False", "float('nan')", "float('inf')", "[",
                              "]",   "{",    "}",    ": "};
constexpr Spelling kR = {" <- ",  "NULL", "TRUE",  "FALSE", "NaN", "Inf",
                         "list(", ")",    "list(", ")",     " = "};
constexpr Spelling kJulia = {" = ", "nothing", "true",  "false", "NaN", "Inf",
                             "[",   "]",       "Dict(", ")",     " => "};

const Spelling* spelling_of(std::string_view language) {
  if (language == "python") return &kPython;
  if (language == "R" || language == "r") return &kR;
  if (language == "julia") return &kJulia;
  return nullptr;
}

// Between double quotes all three languages read \\, \", \n and \uXXXX alike; a $ is special in
// Julia, and a code point above FFFF is written as itself.
std::string quoted(std::string_view text, const Spelling& spelling) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\' || (c == '$' && &spelling == &kJulia)) {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      constexpr char kHex[] = "0123456789abcdef";
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

void append_literal(std::string& out, const json::Value& value, const Spelling& spelling) {
  if (value.is_null()) {
    out += spelling.null_word;
  } else if (const bool* flag = value.if_bool()) {
    out += *flag ? spelling.true_word : spelling.false_word;
  } else if (const json::Number* number = value.if_number()) {
    if (number->text == "NaN")
      out += spelling.not_a_number;
    else if (number->text == "Infinity")
      out += spelling.infinity;
    else if (number->text == "-Infinity")
      out += std::string("-") + spelling.infinity;
    else
      out += number->text;
  } else if (const std::string* text = value.if_string()) {
    out += quoted(*text, spelling);
  } else if (const json::Array* array = value.if_array()) {
    out += spelling.array_open;
    for (size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ", ";
      append_literal(out, (*array)[i], spelling);
    }
    out += spelling.array_close;
  } else if (const json::Object* object = value.if_object()) {
    out += spelling.object_open;
    bool first = true;
    for (const auto& [key, member] : *object) {
      if (!std::exchange(first, false)) out += ", ";
      out += quoted(key, spelling) + spelling.pair;
      append_literal(out, member, spelling);
    }
    out += spelling.object_close;
  }
}

bool is_name(std::string_view name) {
  const auto letter = [](unsigned char c) { return std::isalpha(c) || c == '_' || c >= 0x80; };
  const auto inner = [&](unsigned char c) { return letter(c) || std::isdigit(c); };
  return !name.empty() && letter(static_cast<unsigned char>(name.front())) &&
         std::ranges::all_of(name, inner) && !find_invalid_utf8(name);
}

bool has_tag(const document::Cell& cell, std::string_view tag) {
  const json::Array* tags = json::array_at(cell.metadata, "tags");
  return tags && std::ranges::any_of(*tags, [&](const json::Value& value) {
           return value.if_string() && *value.if_string() == tag;
         });
}

}  // namespace

Result<Parameter> parse_parameter(std::string_view text) {
  const size_t equals = text.find('=');
  const std::string name(text.substr(0, std::min(equals, text.size())));
  if (equals == std::string_view::npos)
    return failure(ErrorCode::invalid, "-p takes name=value, not \"" + std::string(text) + "\".");
  if (!is_name(name))
    return failure(ErrorCode::invalid, "\"" + name + "\" is no name for a parameter.");
  const std::string_view value = text.substr(equals + 1);
  if (find_invalid_utf8(value))
    return failure(ErrorCode::invalid, "The value of " + name + " is not valid UTF-8.");
  auto parsed = json::parse(value);
  return Parameter{name, parsed ? *std::move(parsed) : json::Value(std::string(value))};
}

Result<std::string> assignments(const std::vector<Parameter>& parameters,
                                std::string_view language) {
  const Spelling* spelling = spelling_of(language);
  if (!spelling)
    return failure(ErrorCode::unsupported,
                   "Parameters can't be written in the language " + std::string(language) + ".");
  std::string out = "# Parameters\n";
  for (const auto& [name, value] : parameters) {
    out += name + spelling->assign;
    append_literal(out, value, *spelling);
    out += '\n';
  }
  return out;
}

Result<> inject_parameters(nbformat::Notebook& notebook, const std::vector<Parameter>& parameters,
                           std::string cell_id) {
  if (parameters.empty()) return {};
  auto source = assignments(parameters, language_of(notebook.metadata));
  if (!source) return std::unexpected(source.error());
  document::Cell cell;
  cell.id = {std::move(cell_id)};
  cell.source = to_utf16(*source);
  cell.metadata.set("tags", json::Array{"injected-parameters"});

  auto& cells = notebook.cells;
  const auto earlier = std::ranges::find_if(
      cells, [](const document::Cell& c) { return has_tag(c, "injected-parameters"); });
  if (earlier != cells.end()) {
    *earlier = std::move(cell);
    return {};
  }
  auto place =
      std::ranges::find_if(cells, [](const document::Cell& c) { return has_tag(c, "parameters"); });
  place = place == cells.end() ? cells.begin() : place + 1;
  cells.insert(place, std::move(cell));
  return {};
}

std::string language_of(const json::Object& metadata) {
  if (const auto* info = json::object_at(metadata, "language_info"))
    if (auto name = json::string_at(*info, "name")) return *name;
  if (const auto* kernel = json::object_at(metadata, "kernelspec"))
    if (auto name = json::string_at(*kernel, "language")) return *name;
  return "python";
}

}  // namespace colibri::cli
