#pragma once
// Reads what the supervisor asks of colibri-init (docs/protocol.md 3.1). Only libc, no allocation:
// the strings stay where they are in the datagram and are unescaped in place. Anything that is not
// exactly a spawn or a signal request is refused as a whole.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>

namespace colibri::init {

constexpr size_t kMessageLimit = 64 * 1024;
constexpr size_t kArgumentLimit = 4096;  // argv and env each, with the closing null pointer.

enum class Request { spawn, signal };

struct Message {
  Request request;
  uint32_t id;
  char* argv[kArgumentLimit];
  char* env[kArgumentLimit];
  char* cwd;
  int signal;
  bool group;
};

class MessageReader {
 public:
  // `text` must be writable up to and including text[size].
  MessageReader(char* text, size_t size) : at_(text), end_(text + size) { *end_ = '\0'; }

  // False when it is no request; then `out` holds nothing to use.
  bool read(Message& out) {
    out.request = Request::spawn;
    out.id = 0;
    out.argv[0] = nullptr;
    out.env[0] = nullptr;
    out.cwd = nullptr;
    out.signal = 0;
    out.group = false;
    bool typed = false;
    if (!members(out, typed) || !skip_space() || at_ != end_) return false;
    if (!typed || out.id == 0) return false;
    if (out.request == Request::spawn) return out.argv[0] != nullptr;
    return out.signal > 0 && out.signal <= 64;
  }

 private:
  bool members(Message& out, bool& typed) {
    if (!take('{')) return false;
    if (take('}')) return true;
    do {
      char* name = nullptr;
      if (!string(name) || !take(':') || !member(name, out, typed)) return false;
    } while (take(','));
    return take('}');
  }

  bool member(const char* name, Message& out, bool& typed) {
    if (strcmp(name, "argv") == 0) return strings(out.argv);
    if (strcmp(name, "env") == 0) return strings(out.env);
    if (strcmp(name, "cwd") == 0) return string(out.cwd);
    if (strcmp(name, "group") == 0) return boolean(out.group);
    int64_t number = 0;
    if (strcmp(name, "id") == 0) {
      if (!integer(number) || number <= 0 || number > UINT32_MAX) return false;
      out.id = static_cast<uint32_t>(number);
      return true;
    }
    if (strcmp(name, "signal") == 0) {
      if (!integer(number) || number <= 0 || number > 64) return false;
      out.signal = static_cast<int>(number);
      return true;
    }
    if (strcmp(name, "type") != 0) return skip_scalar();
    char* type = nullptr;
    if (!string(type)) return false;
    typed = true;
    if (strcmp(type, "spawn") == 0) {
      out.request = Request::spawn;
    } else if (strcmp(type, "signal") == 0) {
      out.request = Request::signal;
    } else {
      return false;
    }
    return true;
  }

  // An unknown field is ignored when it is a string, number or word; the protocol has no others.
  bool skip_scalar() {
    skip_space();
    if (at_ < end_ && *at_ == '"') {
      char* ignored = nullptr;
      return string(ignored);
    }
    const char* start = at_;
    while (at_ < end_ && strchr("+-.0123456789abcdefghijklmnopqrstuvwxyzE", *at_) && *at_) ++at_;
    return at_ > start;
  }

  bool strings(char* (&out)[kArgumentLimit]) {
    size_t count = 0;
    out[0] = nullptr;
    if (!take('[')) return false;
    if (take(']')) return true;
    do {
      if (count + 1 == kArgumentLimit || !string(out[count])) return false;
      out[++count] = nullptr;
    } while (take(','));
    return take(']');
  }

  bool boolean(bool& out) {
    skip_space();
    for (const bool value : {true, false}) {
      const char* word = value ? "true" : "false";
      if (strncmp(at_, word, strlen(word)) != 0) continue;
      at_ += strlen(word);
      out = value;
      return true;
    }
    return false;
  }

  bool integer(int64_t& out) {
    skip_space();
    const char* start = at_;
    int64_t value = 0;
    while (at_ < end_ && *at_ >= '0' && *at_ <= '9' && at_ - start < 12) {
      value = value * 10 + (*at_++ - '0');
    }
    out = value;
    return at_ > start;
  }

  // The closing quote becomes the terminating zero; a zero inside is refused.
  bool string(char*& out) {
    skip_space();
    if (at_ >= end_ || *at_ != '"') return false;
    char* to = out = ++at_;
    while (at_ < end_ && *at_ != '"') {
      if (static_cast<unsigned char>(*at_) < 0x20) return false;
      if (*at_ != '\\') {
        *to++ = *at_++;
      } else if (!escape(to)) {
        return false;
      }
    }
    if (at_ >= end_) return false;
    ++at_;
    *to = '\0';
    return true;
  }

  bool escape(char*& to) {
    static const char kNames[] = "\"\\/bfnrt";
    static const char kValues[] = "\"\\/\b\f\n\r\t";
    const char name = *++at_;
    if (name == 'u') return unicode(to);
    const char* found = name == '\0' ? nullptr : strchr(kNames, name);
    if (found == nullptr) return false;
    *to++ = kValues[found - kNames];
    ++at_;
    return true;
  }

  bool unicode(char*& to) {
    uint32_t code = 0;
    if (!hex4(code) || code == 0) return false;
    if (code >= 0xd800 && code < 0xe000) {
      uint32_t low = 0;
      if (code >= 0xdc00 || *at_ != '\\' || at_[1] != 'u') return false;
      ++at_;
      if (!hex4(low) || low < 0xdc00 || low >= 0xe000) return false;
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    // At most four bytes in the place of six or twelve.
    if (code < 0x80) {
      *to++ = static_cast<char>(code);
      return true;
    }
    const int tail = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned char kLead[] = {0, 0xc0, 0xe0, 0xf0};
    *to++ = static_cast<char>(kLead[tail] | (code >> (6 * tail)));
    for (int i = tail - 1; i >= 0; --i) {
      *to++ = static_cast<char>(0x80 | ((code >> (6 * i)) & 0x3f));
    }
    return true;
  }

  // Reads the four digits behind the `u` that at_ stands on.
  bool hex4(uint32_t& out) {
    if (end_ - at_ < 5) return false;
    ++at_;
    out = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = *at_;
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return false;
      out = out * 16 + static_cast<uint32_t>(digit);
    }
    return true;
  }

  bool take(char c) {
    skip_space();
    if (at_ >= end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  bool skip_space() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r')) ++at_;
    return true;
  }

  char* at_;
  char* end_;
};

}  // namespace colibri::init
