#include "mail/message.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>

#include "base/utf.hpp"

namespace colibri::mail {

namespace {

constexpr size_t kMaxText = 256u << 10;
constexpr size_t kMaxSubject = 1000;
constexpr size_t kMaxAddress = 254;
constexpr size_t kPlainWord = 60;     // A longer header value goes in pieces.
constexpr size_t kBytesPerWord = 45;  // 60 characters of base64 in an encoded word of 72.
constexpr size_t kBytesPerLine = 57;  // 76 characters of base64.

std::string base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<size_t>(size));
  return out;
}

bool is_plain(std::string_view text) {
  return text.size() <= kPlainWord && !text.contains("=?") &&
         std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
}

// Valid UTF-8 in one line.
std::string one_line(std::string_view text) {
  std::string out = make_valid_utf8(text.substr(0, kMaxSubject));
  std::ranges::replace_if(
      out, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return out;
}

// RFC 2047: each word decodes by itself, so none ends inside a character.
std::string encoded_words(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    size_t size = std::min(text.size(), kBytesPerWord);
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + base64(text.substr(0, size)) + "?=";
    text.remove_prefix(size);
  }
  return out;
}

std::string header_text(std::string_view text) {
  const std::string line = one_line(text);
  return is_plain(line) ? line : encoded_words(line);
}

std::string from_header(const Mailbox& from) {
  const std::string address = "<" + from.address + ">";
  if (from.name.empty()) return address;
  const std::string name = one_line(from.name);
  const bool quotable = is_plain(name) && !name.contains('"') && !name.contains('\\');
  return (quotable ? "\"" + name + "\"" : encoded_words(name)) + "\r\n " + address;
}

std::string mail_date(int64_t time_ms) {
  const auto seconds = static_cast<std::time_t>(time_ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S +0000", &parts);
  return text.data();
}

std::string with_crlf(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\r') continue;
    if (c == '\n') out += '\r';
    out += c;
  }
  if (!out.ends_with("\r\n")) out += "\r\n";
  return out;
}

std::string body_of(std::string_view text) {
  const std::string lines = with_crlf(make_valid_utf8(text));
  std::string out;
  for (size_t at = 0; at < lines.size(); at += kBytesPerLine) {
    out += base64(std::string_view(lines).substr(at, kBytesPerLine)) + "\r\n";
  }
  return out;
}

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

bool is_address(std::string_view text) {
  const size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size()) return false;
  if (text.size() > kMaxAddress || text.find('@', at + 1) != std::string_view::npos) return false;
  constexpr std::string_view kSpecial = "<>()[],;:\\\"";
  return std::ranges::all_of(text, [&](unsigned char c) {
    return c > 0x20 && c < 0x7f && !kSpecial.contains(static_cast<char>(c));
  });
}

Result<Mailbox> parse_mailbox(std::string_view text) {
  text = trim(text);
  Mailbox mailbox{.name = "", .address = std::string(text)};
  if (const size_t open = text.find('<'); open != std::string_view::npos && text.ends_with('>')) {
    std::string_view name = trim(text.substr(0, open));
    if (name.size() >= 2 && name.starts_with('"') && name.ends_with('"')) {
      name = name.substr(1, name.size() - 2);
    }
    mailbox.name = name;
    mailbox.address = text.substr(open + 1, text.size() - open - 2);
  }
  if (!is_address(mailbox.address)) {
    return failure(ErrorCode::invalid,
                   "\"" + std::string(text) + "\" is no address like Colibri <mail@example.org>");
  }
  return mailbox;
}

Result<std::string> compose(const Message& message, const Mailbox& from, int64_t time_ms,
                            std::string_view id) {
  if (!is_address(message.to) || !is_address(from.address)) {
    return failure(ErrorCode::invalid, "that is no address that mail can be sent to");
  }
  if (message.text.size() > kMaxText) {
    return failure(ErrorCode::too_large, "the text of a mail may have 256 KiB");
  }
  const std::string domain = from.address.substr(from.address.find('@') + 1);
  std::string out = "Date: " + mail_date(time_ms) + "\r\n";
  out += "From: " + from_header(from) + "\r\n";
  out += "To: <" + message.to + ">\r\n";
  out += "Subject: " + header_text(message.subject) + "\r\n";
  out += "Message-ID: <" + std::string(id) + "@" + domain + ">\r\n";
  out +=
      "MIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\n"
      "Content-Transfer-Encoding: base64\r\n"
      // RFC 3834: no answering machine shall answer.
      "Auto-Submitted: auto-generated\r\n"
      "\r\n";
  out += body_of(message.text);
  return out;
}

}  // namespace colibri::mail
