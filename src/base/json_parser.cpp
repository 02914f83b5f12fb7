#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/json.hpp"
#include "base/utf.hpp"

namespace colibri::json {

// Recursive descent over one text; the first error ends it.
class Parser {
 public:
  Parser(std::string_view text, const ParseOptions& options) : text_(text), options_(options) {}

  Result<Value> run() {
    if (const auto bad = find_invalid_utf8(text_))
      return failure(ErrorCode::invalid,
                     fmt::format("not UTF-8: byte {} at offset {}",
                                 static_cast<unsigned char>(text_[*bad]), *bad));
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    Value value;
    skip_space();
    if (!read_value(value, 0)) return error();
    skip_space();
    if (at_ != text_.size()) {
      fail("text after the end");
      return error();
    }
    return value;
  }

 private:
  bool fail(std::string_view what) {
    if (what_.empty()) what_ = what;
    return false;
  }

  std::unexpected<Error> error() const {
    const auto before = text_.substr(0, std::min(at_, text_.size()));
    const size_t line = std::count(before.begin(), before.end(), '\n') + 1;
    const size_t column = before.size() - (before.rfind('\n') + 1) + 1;
    return failure(ErrorCode::invalid,
                   fmt::format("not JSON: {} at line {}, column {}", what_, line, column));
  }

  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool take_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  bool read_value(Value& out, size_t depth) {
    if (depth > options_.max_depth) return fail("nested too deeply");
    if (++values_ > options_.max_values) return fail("too many values");
    if (at_ >= text_.size()) return fail("unexpected end");
    switch (text_[at_]) {
      case '{':
        return read_object(out, depth);
      case '[':
        return read_array(out, depth);
      case '"': {
        std::string s;
        if (!read_string(s)) return false;
        out = Value(std::move(s));
        return true;
      }
      case 't':
        return take_word("true") ? (out = Value(true), true) : fail("unknown word");
      case 'f':
        return take_word("false") ? (out = Value(false), true) : fail("unknown word");
      case 'n':
        return take_word("null") ? (out = Value(), true) : fail("unknown word");
      default:
        return read_number(out);
    }
  }

  using Index = std::unordered_map<std::string, size_t>;

  // Past a few members a linear search per key would make a hostile object quadratic.
  static Value* find_member(Object& object, Index& index, const std::string& key) {
    auto& members = object.members_;
    if (members.size() < 32) return object.find(key);
    for (size_t i = index.size(); i < members.size(); ++i) index.emplace(members[i].first, i);
    const auto found = index.find(key);
    return found == index.end() ? nullptr : &members[found->second].second;
  }

  bool read_object(Value& out, size_t depth) {
    ++at_;
    Object object;
    Index index;
    skip_space();
    if (take('}')) return out = Value(std::move(object)), true;
    for (;;) {
      skip_space();
      if (at_ >= text_.size() || text_[at_] != '"') return fail("expected a key");
      std::string key;
      if (!read_string(key)) return false;
      skip_space();
      if (!take(':')) return fail("expected ':'");
      skip_space();
      Value value;
      if (!read_value(value, depth + 1)) return false;
      if (Value* earlier = find_member(object, index, key))
        *earlier = std::move(value);
      else
        object.members_.emplace_back(std::move(key), std::move(value));
      skip_space();
      if (take('}')) break;
      if (!take(',')) return fail("expected ',' or '}'");
    }
    out = Value(std::move(object));
    return true;
  }

  bool read_array(Value& out, size_t depth) {
    ++at_;
    Array array;
    skip_space();
    if (take(']')) return out = Value(std::move(array)), true;
    for (;;) {
      skip_space();
      if (!read_value(array.emplace_back(), depth + 1)) return false;
      skip_space();
      if (take(']')) break;
      if (!take(',')) return fail("expected ',' or ']'");
    }
    out = Value(std::move(array));
    return true;
  }

  bool read_hex(char32_t& out) {
    if (text_.size() - at_ < 4) return fail("bad \\u escape");
    out = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = text_[at_++];
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return fail("bad \\u escape");
      out = out << 4 | static_cast<char32_t>(digit);
    }
    return true;
  }

  bool read_escape(std::string& out) {
    if (at_ >= text_.size()) return fail("unexpected end");
    switch (const char c = text_[at_++]) {
      case '"':
      case '\\':
      case '/':
        out += c;
        return true;
      case 'n':
        out += '\n';
        return true;
      case 'r':
        out += '\r';
        return true;
      case 't':
        out += '\t';
        return true;
      case 'b':
        out += '\b';
        return true;
      case 'f':
        out += '\f';
        return true;
      case 'u': {
        char32_t unit = 0;
        if (!read_hex(unit)) return false;
        if (is_high_surrogate(unit) && text_.substr(at_).starts_with("\\u")) {
          const size_t back = at_;
          at_ += 2;
          char32_t low = 0;
          if (!read_hex(low)) return false;
          if (is_low_surrogate(low))
            unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
          else
            at_ = back;
        }
        append_utf8(out, unit);
        return true;
      }
      default:
        return fail("unknown escape");
    }
  }

  bool read_string(std::string& out) {
    ++at_;
    for (;;) {
      const size_t from = at_;
      while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
             static_cast<unsigned char>(text_[at_]) >= 0x20)
        ++at_;
      out.append(text_.substr(from, at_ - from));
      if (at_ >= text_.size()) return fail("string without an end");
      if (take('"')) return true;
      if (!take('\\')) return fail("control character in a string");
      if (!read_escape(out)) return false;
    }
  }

  size_t take_digits() {
    const size_t from = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return at_ - from;
  }

  bool read_number(Value& out) {
    const size_t from = at_;
    take('-');
    if (options_.allow_nan && (take_word("Infinity") || (from == at_ && take_word("NaN")))) {
      out = Value(Number{std::string(text_.substr(from, at_ - from))});
      return true;
    }
    const bool zero = at_ < text_.size() && text_[at_] == '0';
    const size_t digits = take_digits();
    if (digits == 0) return fail("expected a value");
    if (zero && digits > 1) return fail("number with a leading zero");
    if (take('.') && take_digits() == 0) return fail("number without digits after the point");
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (take_digits() == 0) return fail("number without an exponent");
    }
    out = Value(Number{std::string(text_.substr(from, at_ - from))});
    return true;
  }

  std::string_view text_;
  const ParseOptions& options_;
  size_t at_ = 0;
  size_t values_ = 0;
  std::string what_;
};

Result<Value> parse(std::string_view text, const ParseOptions& options) {
  return Parser(text, options).run();
}

Result<Object> parse_object(std::string_view text, const ParseOptions& options) {
  auto value = parse(text, options);
  if (!value) return std::unexpected(value.error());
  if (Object* object = value->if_object()) return std::move(*object);
  return failure(ErrorCode::invalid, "not a JSON object");
}

}  // namespace colibri::json
