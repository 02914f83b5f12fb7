#pragma once
// A mail as its sender thinks of it, and as the bytes that go over SMTP. Pure: time
// and id come in.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace colibri::mail {

struct Message {
  std::string to;  // An address: "ada@example.org".
  std::string subject;
  std::string text;  // Plain text, lines end in \n.
};

// Who a mail comes from: "Colibri <colibri@example.org>" or an address alone.
struct Mailbox {
  std::string name;
  std::string address;
};

// Whether it is an address that can stand in a header and in an SMTP command without quoting:
// ASCII, one @, none of the characters that mean something there.
[[nodiscard]] bool is_address(std::string_view text);

// `invalid` with a sentence when it is neither form.
[[nodiscard]] Result<Mailbox> parse_mailbox(std::string_view text);

// RFC 5322 with CRLF. Whatever stands in subject, text and name, no header and no line can be
// forged: they go as RFC 2047 words and as base64. `id` is the part of the Message-ID before the @.
// `invalid` for an address that is none, `too_large` for a text over 256 KiB.
[[nodiscard]] Result<std::string> compose(const Message& message, const Mailbox& from,
                                          int64_t time_ms, std::string_view id);

}  // namespace colibri::mail
