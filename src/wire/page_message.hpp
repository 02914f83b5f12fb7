#pragma once
// What a page may send (docs/protocol.md 2.1 and 2.2), checked to the last member. Everything here
// is untrusted: a message that does not fit is `invalid` with what was wrong.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "document/command.hpp"

namespace colibri::wire {

struct Hello {
  ClientId client;
  // What the page has already: together or not at all.
  std::string epoch;
  std::optional<uint64_t> seq;
  std::string language;        // Of the page's words; empty when it did not say.
  bool asks = false;           // It answers what programs in its person's runtime ask for.
  std::optional<int> user_tz;  // Minutes from the person's clock to UTC, if they told.
};
// `op` is one that people send. RunCells comes without executions: the server makes the ids.
struct CommandMessage {
  uint64_t command = 0;
  document::Op op;
};
struct Connect {
  std::string flavor, image;  // Empty: the notebook's, or the default.
  std::string kernel;         // Of the image, by its kernelspec's name; empty as above.
  std::string meanwhile;      // Flavor to work on while one waits; empty: none.
};
struct Disconnect {};
// Of one's own runtime: put its end off, take what the queue offers, leave the queue.
struct Keep {};
struct Claim {};
struct LeaveQueue {};
// Of one's own runtime, to other editors.
struct ShareRuntime {
  bool shared = false;
};
struct UseRuntime {
  UserId owner;
};
struct Interrupt {
  uint64_t command = 0;
};
struct Restart {
  uint64_t command = 0;
};
struct AnswerInput {
  uint64_t command = 0;
  ExecutionId execution;
  std::string value;
};
struct Complete {
  std::string request, code;
  size_t cursor = 0;  // UTF-16 units
};
struct Inspect {
  std::string request, code;
  size_t cursor = 0;  // UTF-16 units
  int detail = 0;     // 0 or 1
};
struct Comm {
  json::Object message;  // type, content, metadata
  std::vector<std::string> buffers;
};
// The person has seen all comments up to this record.
struct ReadComments {
  uint64_t seq = 0;
};
// Where the person is: docs/protocol.md 2.4.
struct Presence {
  std::optional<CellId> cell;
  std::vector<std::pair<uint32_t, uint32_t>> selection;  // anchor, head
  uint64_t version = 0;
  bool editing = false;
};
// Of what programs in the person's runtime ask for: this page wants to be the one that answers.
struct TakeAsk {
  std::string ask;
};
struct AnswerAsk {
  std::string ask;
  std::optional<json::Value> result;  // Else an error:
  std::string code, detail;
};
// What the tab runs by itself: docs/protocol.md 2.8.
struct ScratchRun {
  CellId cell;
  std::string code;
};
struct ScratchCancel {
  CellId cell;
};
struct ScratchClose {
  CellId cell;
};
struct ScratchAnswer {
  ExecutionId execution;
  std::string value;
};
struct Ping {
  uint64_t n = 0;
};

using PageMessage =
    std::variant<Hello, CommandMessage, Connect, Disconnect, Keep, Claim, LeaveQueue, ShareRuntime,
                 UseRuntime, Interrupt, Restart, AnswerInput, Complete, Inspect, Comm, ReadComments,
                 Presence, TakeAsk, AnswerAsk, ScratchRun, ScratchCancel, ScratchClose,
                 ScratchAnswer, Ping>;

inline constexpr int kProtocol = 1;
inline constexpr size_t kMaxMessageBytes = 16u << 20;

// A text frame.
[[nodiscard]] Result<PageMessage> parse_page_text(std::string_view text);
// A binary frame: a comm message with its buffers.
[[nodiscard]] Result<PageMessage> parse_page_binary(std::string_view bytes);

}  // namespace colibri::wire
