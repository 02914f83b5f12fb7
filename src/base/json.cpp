#include "base/json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/assert.hpp"

namespace colibri::json {

Object::Object() = default;
Object::Object(std::initializer_list<Member> members) : members_(members) {}
Object::Object(const Object&) = default;
Object::Object(Object&&) noexcept = default;
Object& Object::operator=(const Object&) = default;
Object& Object::operator=(Object&&) noexcept = default;
Object::~Object() = default;

const Value* Object::find(std::string_view key) const {
  for (const Member& member : members_)
    if (member.first == key) return &member.second;
  return nullptr;
}

Value* Object::find(std::string_view key) {
  return const_cast<Value*>(std::as_const(*this).find(key));
}

Value& Object::set(std::string key, Value value) {
  if (Value* found = find(key)) return *found = std::move(value);
  return members_.emplace_back(std::move(key), std::move(value)).second;
}

bool Object::erase(std::string_view key) {
  return std::erase_if(members_, [&](const Member& m) { return m.first == key; }) > 0;
}

bool operator==(const Object& a, const Object& b) {
  return a.members_ == b.members_;
}

namespace {

template <class T>
std::string spelled(T n) {
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, n).ptr;
  return {buffer, end};
}

std::string spelled_double(double n) {
  if (std::isnan(n)) return "NaN";
  if (std::isinf(n)) return n > 0 ? "Infinity" : "-Infinity";
  return spelled(n);
}

}  // namespace

Value::Value(int64_t n) : value_(Number{spelled(n)}) {}
Value::Value(uint64_t n) : value_(Number{spelled(n)}) {}
Value::Value(double n) : value_(Number{spelled_double(n)}) {}

std::optional<int64_t> Value::if_integer() const {
  const Number* number = if_number();
  if (!number) return std::nullopt;
  int64_t n = 0;
  const char* end = number->text.data() + number->text.size();
  const auto [at, error] = std::from_chars(number->text.data(), end, n);
  if (error != std::errc{} || at != end) return std::nullopt;
  return n;
}

std::optional<double> Value::if_double() const {
  const Number* number = if_number();
  if (!number) return std::nullopt;
  double n = 0;
  const char* end = number->text.data() + number->text.size();
  const auto [at, error] = std::from_chars(number->text.data(), end, n);
  if (error != std::errc{} || at != end) return std::nullopt;
  return n;
}

const Value* Value::find(std::string_view key) const {
  const Object* object = if_object();
  return object ? object->find(key) : nullptr;
}

std::optional<std::string> string_at(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  if (!value || !value->if_string()) return std::nullopt;
  return *value->if_string();
}

std::optional<int64_t> integer_at(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  return value ? value->if_integer() : std::nullopt;
}

std::optional<bool> bool_at(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  if (!value || !value->if_bool()) return std::nullopt;
  return *value->if_bool();
}

const Object* object_at(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  return value ? value->if_object() : nullptr;
}

const Array* array_at(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  return value ? value->if_array() : nullptr;
}

namespace {

// The length of a WTF-8 encoded surrogate at `i` (ED A0..BF xx), else 0.
bool is_encoded_surrogate(std::string_view s, size_t i) {
  return i + 2 < s.size() && static_cast<unsigned char>(s[i]) == 0xED &&
         static_cast<unsigned char>(s[i + 1]) >= 0xA0;
}

}  // namespace

namespace {

// Whether the next eight bytes are ASCII that stands in a JSON string as it is.
bool is_plain_word(const char* at) {
  constexpr uint64_t kOnes = 0x0101010101010101, kHigh = 0x8080808080808080;
  uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  const auto has_zero = [](uint64_t w) { return (w - kOnes) & ~w & kHigh; };
  const uint64_t control = (word - kOnes * 0x20) & ~word & kHigh;
  return ((word & kHigh) | control | has_zero(word ^ (kOnes * '"')) |
          has_zero(word ^ (kOnes * '\\'))) == 0;
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  size_t from = 0;
  const auto flush = [&](size_t to) { out.append(text.substr(from, to - from)); };
  for (size_t i = 0; i < text.size(); ++i) {
    // Pictures are megabytes of base64.
    while (i + 8 <= text.size() && is_plain_word(text.data() + i)) i += 8;
    if (i == text.size()) break;
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\' && c != 0xED) continue;
    if (c == 0xED) {
      if (!is_encoded_surrogate(text, i)) continue;
      flush(i);
      const unsigned unit = 0xD000u | (static_cast<unsigned char>(text[i + 1]) & 0x3Fu) << 6 |
                            (static_cast<unsigned char>(text[i + 2]) & 0x3Fu);
      out += "\\u";
      for (int shift = 12; shift >= 0; shift -= 4) out += kHex[unit >> shift & 15];
      from = i + 3;
      i += 2;
      continue;
    }
    flush(i);
    from = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
    }
  }
  flush(text.size());
  out += '"';
}

void append(std::string& out, const Value& value, NanAs nan) {
  if (const auto* s = value.if_string()) return append_string(out, *s);
  if (const auto* b = value.if_bool()) {
    out += *b ? "true" : "false";
  } else if (const auto* n = value.if_number()) {
    const bool special = n->text.find_first_of("Nn") != std::string::npos;
    out += special && nan == NanAs::null ? "null" : n->text;
  } else if (const auto* array = value.if_array()) {
    out += '[';
    for (size_t i = 0; i < array->size(); ++i) {
      if (i) out += ',';
      append(out, (*array)[i], nan);
    }
    out += ']';
  } else if (const auto* object = value.if_object()) {
    append(out, *object, nan);
  } else {
    out += "null";
  }
}

void append(std::string& out, const Object& object, NanAs nan) {
  out += '{';
  bool first = true;
  for (const auto& [key, member] : object) {
    if (!first) out += ',';
    first = false;
    append_string(out, key);
    out += ':';
    append(out, member, nan);
  }
  out += '}';
}

std::string serialize(const Value& value, NanAs nan) {
  std::string out;
  append(out, value, nan);
  return out;
}

}  // namespace colibri::json
