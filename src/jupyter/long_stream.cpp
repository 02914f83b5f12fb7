#include "jupyter/long_stream.hpp"

#include <algorithm>
#include <charconv>

#include "base/json.hpp"
#include "base/utf.hpp"

namespace colibri::jupyter {
namespace {

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// Where the value of member `key` begins, behind its opening quote.
std::optional<size_t> string_start(std::string_view json, std::string_view key, size_t from) {
  const std::string quoted = "\"" + std::string(key) + "\"";
  size_t at = json.find(quoted, from);
  if (at == std::string_view::npos) return std::nullopt;
  at = json.find_first_not_of(" :", at + quoted.size());
  if (at == std::string_view::npos || json[at] != '"') return std::nullopt;
  return at + 1;
}

size_t utf8_size_of_escape(std::string_view digits) {
  unsigned code = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  if (code < 0x80) return 1;
  if (code < 0x800 || (code >= 0xD800 && code < 0xE000)) return 2;  // Half of a pair's four.
  return 3;
}

struct Scan {
  size_t end = 0;       // Of the string, at its closing quote.
  size_t head_end = 0;  // Where the head ends.
  uint64_t lines = 0, bytes = 0;
};

std::optional<Scan> scan_string(std::string_view json, size_t start, size_t head_bytes) {
  Scan scan;
  for (size_t at = start; at < json.size();) {
    const char c = json[at];
    if (c == '"') {
      scan.end = at;
      return scan;
    }
    if (scan.bytes <= head_bytes && !is_continuation(c)) scan.head_end = at;
    if (c != '\\') {
      ++scan.bytes;
      ++at;
    } else if (at + 6 <= json.size() && json[at + 1] == 'u') {
      scan.bytes += utf8_size_of_escape(json.substr(at + 2, 4));
      at += 6;
    } else {
      if (at + 1 < json.size() && json[at + 1] == 'n') ++scan.lines;
      ++scan.bytes;
      at += 2;
    }
  }
  return std::nullopt;
}

// A place at or after `at` where no escape and no character is cut: behind a line's end where one
// is near, else where the text before it holds no backslash.
size_t clean_start(std::string_view json, size_t at, size_t end) {
  const size_t near = std::min(end, at + 4096);
  for (size_t i = at + 1; i + 2 < near; ++i) {
    if (json[i] == '\\' && json[i + 1] == 'n' && json[i - 1] != '\\') return i + 2;
  }
  for (size_t plain = 0, i = at; i < end; ++i) {
    // Twelve: the two escapes of a surrogate pair.
    if (plain >= 12 && !is_continuation(json[i])) return i;
    plain = json[i] == '\\' ? 0 : plain + 1;
  }
  return end;
}

std::optional<std::string> unescape(std::string_view slice) {
  auto value = json::parse("\"" + make_valid_utf8(slice) + "\"");
  std::string* text = value ? value->if_string() : nullptr;
  return text ? std::optional(std::move(*text)) : std::nullopt;
}

}  // namespace

std::optional<LongStream> read_long_stream(std::string_view content, size_t head_bytes,
                                           size_t tail_bytes) {
  const auto start = string_start(content, "text", 0);
  if (!start) return std::nullopt;
  const auto scan = scan_string(content, *start, head_bytes);
  if (!scan || scan->end - scan->head_end <= tail_bytes) return std::nullopt;
  const size_t tail_start = clean_start(content, scan->end - tail_bytes, scan->end);
  auto head = unescape(content.substr(*start, scan->head_end - *start));
  auto tail = unescape(content.substr(tail_start, scan->end - tail_start));
  if (!head || !tail) return std::nullopt;
  auto name_start = string_start(content.substr(0, *start), "name", 0);
  if (!name_start) name_start = string_start(content, "name", scan->end);
  const bool error = name_start && content.substr(*name_start, 7) == "stderr\"";
  LongStream stream{error ? "stderr" : "stdout", std::move(*head), std::move(*tail)};
  const auto lines_of = [](const std::string& text) {
    return static_cast<uint64_t>(std::ranges::count(text, '\n'));
  };
  stream.dropped_bytes = scan->bytes - stream.head.size() - stream.tail.size();
  stream.dropped_lines = scan->lines - lines_of(stream.head) - lines_of(stream.tail);
  return stream;
}

}  // namespace colibri::jupyter
