#pragma once
// JSON as notebooks need it: numbers keep their spelling (1.0, 1e-07, integers of any size), NaN
// and Infinity are read as Python writes them, lone surrogates survive, and objects keep their
// order. Boost.JSON 1.81 and the other Debian libraries refuse or rewrite these; docs/adr/0006 has
// the comparison. Values are plain; no I/O, no locale, no exceptions.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace colibri::json {

class Value;
using Array = std::vector<Value>;

// A number by its spelling. Made from a C++ number it has the shortest spelling that reads back.
struct Number {
  std::string text;

  friend bool operator==(const Number&, const Number&) = default;
};

// Members in the order of the text. A key that comes twice keeps its first place and last value, as
// in Python.
class Object {
 public:
  using Member = std::pair<std::string, Value>;

  Object();
  Object(std::initializer_list<Member> members);
  Object(const Object&);
  Object(Object&&) noexcept;
  Object& operator=(const Object&);
  Object& operator=(Object&&) noexcept;
  ~Object();

  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] Value* find(std::string_view key);
  [[nodiscard]] bool contains(std::string_view key) const { return find(key) != nullptr; }
  Value& set(std::string key, Value value);  // Replaces in place, or appends.
  bool erase(std::string_view key);

  [[nodiscard]] size_t size() const { return members_.size(); }
  [[nodiscard]] bool empty() const { return members_.empty(); }
  [[nodiscard]] auto begin() const { return members_.begin(); }
  [[nodiscard]] auto end() const { return members_.end(); }
  [[nodiscard]] auto begin() { return members_.begin(); }
  [[nodiscard]] auto end() { return members_.end(); }

  friend bool operator==(const Object&, const Object&);

 private:
  friend class Parser;
  std::vector<Member> members_;
};

class Value {
 public:
  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool b) : value_(b) {}
  Value(int n) : Value(static_cast<int64_t>(n)) {}
  Value(unsigned n) : Value(static_cast<uint64_t>(n)) {}
  Value(int64_t n);
  Value(uint64_t n);
  Value(long long n) : Value(static_cast<int64_t>(n)) {}
  Value(unsigned long long n) : Value(static_cast<uint64_t>(n)) {}
  Value(double n);
  Value(Number n) : value_(std::move(n)) {}
  Value(std::string s) : value_(std::move(s)) {}
  Value(std::string_view s) : value_(std::string(s)) {}
  Value(const char* s) : value_(std::string(s)) {}
  Value(Array a) : value_(std::move(a)) {}
  Value(Object o) : value_(std::move(o)) {}

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  [[nodiscard]] const bool* if_bool() const { return std::get_if<bool>(&value_); }
  [[nodiscard]] const Number* if_number() const { return std::get_if<Number>(&value_); }
  [[nodiscard]] const std::string* if_string() const { return std::get_if<std::string>(&value_); }
  [[nodiscard]] const Array* if_array() const { return std::get_if<Array>(&value_); }
  [[nodiscard]] const Object* if_object() const { return std::get_if<Object>(&value_); }
  [[nodiscard]] std::string* if_string() { return std::get_if<std::string>(&value_); }
  [[nodiscard]] Array* if_array() { return std::get_if<Array>(&value_); }
  [[nodiscard]] Object* if_object() { return std::get_if<Object>(&value_); }

  // The number as an integer, when it is one and fits.
  [[nodiscard]] std::optional<int64_t> if_integer() const;
  [[nodiscard]] std::optional<double> if_double() const;

  // Member `key` when this is an object that has it, else null pointer.
  [[nodiscard]] const Value* find(std::string_view key) const;

  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<std::monostate, bool, Number, std::string, Array, Object> value_;
};

// Typed members of untrusted objects: nothing when absent or of another type.
[[nodiscard]] std::optional<std::string> string_at(const Object& object, std::string_view key);
[[nodiscard]] std::optional<int64_t> integer_at(const Object& object, std::string_view key);
[[nodiscard]] std::optional<bool> bool_at(const Object& object, std::string_view key);
[[nodiscard]] const Object* object_at(const Object& object, std::string_view key);
[[nodiscard]] const Array* array_at(const Object& object, std::string_view key);

struct ParseOptions {
  size_t max_depth = 256;
  size_t max_values = static_cast<size_t>(-1);  // A value takes some 40 bytes, "0," takes two.
  bool allow_nan = true;                        // NaN, Infinity, -Infinity
};

// Reads one JSON text (a byte order mark before it is skipped). `invalid` with line and column, or
// the byte offset of invalid UTF-8.
[[nodiscard]] Result<Value> parse(std::string_view text, const ParseOptions& options = {});
// The same, which must be an object.
[[nodiscard]] Result<Object> parse_object(std::string_view text, const ParseOptions& options = {});

enum class NanAs {
  python,  // NaN, Infinity: what Python's json writes and reads.
  null,    // For browsers: JSON.parse refuses the names.
};

// Compact text. A lone surrogate is escaped (\ud83d), so the result is always valid UTF-8.
[[nodiscard]] std::string serialize(const Value& value, NanAs nan = NanAs::null);
void append(std::string& out, const Value& value, NanAs nan = NanAs::null);
void append(std::string& out, const Object& object, NanAs nan = NanAs::null);  // Without a copy.
// `text` quoted and escaped as a JSON string: only " \ and characters below 0x20.
void append_string(std::string& out, std::string_view text);

}  // namespace colibri::json
