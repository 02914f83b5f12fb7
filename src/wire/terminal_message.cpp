#include "wire/terminal_message.hpp"

#include "base/json.hpp"

namespace colibri::wire {
namespace {

constexpr size_t kLongest = 4096;

std::unexpected<Error> bad(const char* what) {
  std::string detail = "a terminal's message: ";
  detail += what;
  return failure(ErrorCode::invalid, std::move(detail));
}

Result<uint64_t> place_at(const json::Object& object, const char* key) {
  const auto number = json::integer_at(object, key);
  if (!number || *number < 0) return bad("a place is a number from 0 on");
  return static_cast<uint64_t>(*number);
}

}  // namespace

Result<TerminalMessage> parse_terminal_message(std::string_view text) {
  if (text.size() > kLongest) return bad("it is too long");
  const auto object = json::parse_object(text, {.max_depth = 4, .max_values = 100});
  if (!object) return std::unexpected(object.error());
  const std::string type = json::string_at(*object, "type").value_or("");
  if (type == "taken") {
    const auto to = place_at(*object, "to");
    if (!to) return std::unexpected(to.error());
    return TerminalTaken{*to};
  }
  if (type != "attach" && type != "resize") return bad("its type is not known");
  const auto columns = json::integer_at(*object, "columns");
  const auto rows = json::integer_at(*object, "rows");
  if (!columns || !rows) return bad("columns and rows are numbers");
  if (type == "resize") return TerminalResized{*columns, *rows};
  const auto from = place_at(*object, "from");
  if (!from) return std::unexpected(from.error());
  return TerminalAttach{*from, *columns, *rows};
}

std::string terminal_attached(uint64_t from, uint64_t end) {
  return json::serialize(json::Object{{"type", "attached"}, {"from", from}, {"end", end}});
}

std::string terminal_ended(int64_t status, int64_t signal) {
  return json::serialize(json::Object{{"type", "ended"}, {"status", status}, {"signal", signal}});
}

std::string terminal_output(uint64_t from, std::string_view bytes) {
  std::string out(sizeof from, '\0');
  for (size_t i = 0; i < sizeof from; ++i) out[i] = static_cast<char>(from >> (8 * i) & 0xff);
  out += bytes;
  return out;
}

}  // namespace colibri::wire
