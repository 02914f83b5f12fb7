#pragma once
// What goes over a terminal's socket besides bytes (docs/protocol.md 2.6). What comes from a page
// is untrusted: `invalid` names what is wrong with it.
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"

namespace colibri::wire {

struct TerminalAttach {
  uint64_t from = 0;
  int64_t columns = 80, rows = 24;
};
struct TerminalTaken {
  uint64_t to = 0;
};
struct TerminalResized {
  int64_t columns = 80, rows = 24;
};
using TerminalMessage = std::variant<TerminalAttach, TerminalTaken, TerminalResized>;

[[nodiscard]] Result<TerminalMessage> parse_terminal_message(std::string_view text);

[[nodiscard]] std::string terminal_attached(uint64_t from, uint64_t end);
[[nodiscard]] std::string terminal_ended(int64_t status, int64_t signal);
// A binary frame: where its bytes stand in all that the terminal printed, then these.
[[nodiscard]] std::string terminal_output(uint64_t from, std::string_view bytes);

}  // namespace colibri::wire
