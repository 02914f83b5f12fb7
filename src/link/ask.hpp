#pragma once
// What programs in a runtime ask for (docs/protocol.md 3.4): the lines of the agent's socket, and
// the frames that carry an ask to the server and its answer back. What comes out of the container
// is hostile: every member is checked.
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"

namespace colibri::link {

inline constexpr size_t kMaxAgentLine = 1u << 20;  // Bytes, without its end.
inline constexpr size_t kMaxAsks = 64;             // Of one runtime at a time,
inline constexpr size_t kMaxAskBytes = 4u << 20;   // and of all their lines together.
inline constexpr int64_t kAskTimeoutMs = 30'000;   // When a request names none.
inline constexpr int64_t kLongestAskMs = 24LL * 60 * 60 * 1000;

// `code` is a word for a program, `message` a sentence for a person.
struct AskError {
  std::string code, message;

  friend bool operator==(const AskError&, const AskError&) = default;
};
using AskResult = std::expected<json::Value, AskError>;

[[nodiscard]] inline std::unexpected<AskError> ask_failure(std::string code, std::string message) {
  return std::unexpected(AskError{std::move(code), std::move(message)});
}
[[nodiscard]] AskError to_ask_error(const Error& error);

// A line of the socket. `id` is the requester's own: a number or a string, given back as it is.
struct AgentRequest {
  json::Value id;
  std::string method;
  json::Object params;
  int64_t timeout_ms = kAskTimeoutMs;
};
// `id` as far as it could be read, else null: the answer names it.
struct BadAgentLine {
  json::Value id;
  AskError error;
};
[[nodiscard]] std::expected<AgentRequest, BadAgentLine> parse_agent_line(std::string_view line);
// With its end. An answer over kMaxAgentLine becomes the error `too_large`.
[[nodiscard]] std::string agent_reply(const json::Value& id, const AskResult& result);

// Supervisor -> server, unnumbered. `ask` names it in its runtime; sent again after each welcome,
// until it is over.
struct Ask {
  std::string ask, method;
  json::Object params;
  int64_t timeout_ms = 0;
};
// It was answered, or nobody waits for it any more.
struct AskOver {
  std::string ask;
};
// Server -> supervisor.
struct Answer {
  std::string ask;
  AskResult result;
};

// "GROUP.NAME" in lower case.
[[nodiscard]] bool is_ask_method(std::string_view method);

[[nodiscard]] json::Object to_json(Ask ask);
[[nodiscard]] json::Object to_json(const AskOver& over);
[[nodiscard]] json::Object to_json(Answer answer);
// `invalid` names what is missing or malformed.
[[nodiscard]] Result<Ask> ask_from_json(json::Object& object);
[[nodiscard]] Result<AskOver> ask_over_from_json(const json::Object& object);
[[nodiscard]] Result<Answer> answer_from_json(json::Object& object);

}  // namespace colibri::link
