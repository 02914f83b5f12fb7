#pragma once
// Every message of the link, both directions, as a plain struct (docs/protocol.md 3). A struct of
// the numbered kind is an Event; its number stands beside it. Parsing is strict about types and
// lenient about unknown fields; `invalid` names the field.
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "link/ask.hpp"
#include "link/claim.hpp"
#include "link/drive_mount.hpp"
#include "link/frame.hpp"

namespace colibri::link {

inline constexpr int kProtocol = 1;

// --- supervisor -> server, numbered ---

struct RuntimeChanged {
  std::string state;  // starting, ready, ending, ended
  std::string reason, detail;
};
// A loss (state `restarting` or `dead`) comes before the `done aborted` of the runs that it ended,
// so that the server can empty the queue before it thinks of starting the next.
struct KernelChanged {
  std::string state;  // starting, idle, busy, restarting, dead
  std::string reason, detail;
  std::string language, name;
};
struct Counted {
  ExecutionId execution;
  int64_t count = 0;
};
struct StreamText {
  ExecutionId execution;
  std::string name, text;
  uint64_t dropped_lines = 0, dropped_bytes = 0;  // Left out before `text`.
};
struct OutputMade {
  ExecutionId execution;
  json::Object output;
};
struct DisplayUpdated {
  std::string display_id;
  json::Object data, metadata;
};
struct OutputCleared {
  ExecutionId execution;
  bool wait = false;
};
struct InputWanted {
  ExecutionId execution;
  std::string prompt;
  bool password = false;
};
struct Done {
  ExecutionId execution;
  std::string status;  // ok, error, aborted
  std::string reason;
};
// `message`: {type: comm_open|comm_msg|comm_close, content, metadata}. Both directions.
struct Comm {
  json::Object message;
  std::vector<std::string> buffers;
};

using Event = std::variant<RuntimeChanged, KernelChanged, Counted, StreamText, OutputMade,
                           DisplayUpdated, OutputCleared, InputWanted, Done, Comm>;

struct Numbered {
  uint64_t n = 0;
  Event event;
};

// --- supervisor -> server, unnumbered ---

struct Hello {
  RuntimeId runtime;
  std::string token;
  uint64_t next = 1;  // The number of the next new frame.
  uint64_t kept = 1;  // The oldest frame still kept; `next` when there is none.
  int protocol = kProtocol;
  int64_t left_ms = 0, idle_left_ms = 0;  // Of its life and its idle time; 0: not known.
};
struct AcceleratorMeter {
  std::string id, title;
  std::optional<uint64_t> memory_used;  // bytes; nothing: it can't tell.
  uint64_t memory_total = 0;            // bytes; 0: unknown.
  std::optional<double> utilization;    // 0 to 1; nothing: it can't tell, which is not 0.
  uint64_t shared_with = 0;             // How many others use the same one.
};
// What the person who has the accelerators should know: `accelerator_unused` since since_ms, or
// `accelerator_reclaim`, that the runtime will end at ends_ms for want of use.
struct MeterNotice {
  std::string kind;
  int64_t since_ms = 0, ends_ms = 0;

  friend bool operator==(const MeterNotice&, const MeterNotice&) = default;
};
struct Meters {
  uint64_t memory_used = 0, memory_limit = 0, disk_used = 0, disk_total = 0;  // bytes
  double cpu = 0;                                                             // cores
  std::vector<AcceleratorMeter> accelerators;
  std::optional<MeterNotice> notice;
  std::vector<MountedDrive> drives = {};
};
// `content` answers Complete with {matches, start, end, metadata}, places in code points, and
// Inspect with {found, data}. A kernel that runs a cell is not asked: the error says "busy: …" at
// once. What the terminals' questions are answered with is in docs/protocol.md 3.
struct Reply {
  std::string request;
  std::optional<json::Object> content;  // Either this or `error`.
  std::optional<Error> error;
  std::vector<std::string> buffers = {};
};
// The first message of a line beside the link, for files or to a port (docs/protocol.md 3.5, 3.6).
struct LineHello {
  RuntimeId runtime;
  std::string token;
};
// Where a run of more than a moment is now. Lost without harm.
struct LineRuns {
  static constexpr size_t kMostCalls = 20, kMostCallBytes = 120;

  ExecutionId execution;
  int64_t line = 0;                // Of the run's own source, from 1; 0: not known.
  std::vector<std::string> calls;  // Names of the functions from there on inwards.
};
struct Pong {
  int64_t n = 0;
};

using FromSupervisor =
    std::variant<Numbered, Hello, LineHello, Meters, Reply, LineRuns, Ask, AskOver, Pong>;

// --- server -> supervisor ---

struct Welcome {
  uint64_t acknowledged = 0;
};
struct Refused {
  std::string reason;
};
struct Ack {
  uint64_t n = 0;
};
struct Execute {
  ExecutionId execution;
  std::string code;
  bool stop_on_error = true;
};
struct Interrupt {};
struct Restart {
  std::string command;  // Any string that is new for a new wish.
};
struct AnswerInput {
  ExecutionId execution;
  std::string value;
};
struct Complete {
  std::string request, code;
  int64_t cursor = 0;  // in code points
};
struct Inspect {
  std::string request, code;
  int64_t cursor = 0;
  int64_t detail = 0;
};
// How long its life still lasts (0: for ever), its idle time (0: never idle), and what is left of
// that.
struct Deadlines {
  int64_t left_ms = 0, idle_ms = 0, idle_left_ms = 0;
};
// In characters.
struct TerminalSize {
  static constexpr int kMost = 1000;

  int columns = 80, rows = 24;

  friend bool operator==(const TerminalSize&, const TerminalSize&) = default;
};
// Within what a terminal may be.
[[nodiscard]] TerminalSize clamped(int64_t columns, int64_t rows);

struct TerminalOpen {
  std::string request, title;
  TerminalSize size;
};
struct TerminalList {
  std::string request;
};
struct TerminalRead {
  std::string request, terminal;
  uint64_t from = 0;
  bool wait = true;  // Until there is something; else the answer comes at once.
};
struct TerminalInput {
  std::string request, terminal;
  std::string bytes;  // As a buffer.
};
struct TerminalResize {
  std::string terminal;
  TerminalSize size;
};
struct TerminalRename {
  std::string terminal, title;
};
struct TerminalClose {
  std::string terminal;
};
struct ReadLog {
  std::string request;
};
// A files line is wanted: to be dialled with this token, which is good once, within seconds.
struct FilesWanted {
  std::string token;
};
// A line to this port of the runtime is wanted, likewise.
struct PortWanted {
  std::string token;
  int64_t port = 0;
};
struct Shutdown {
  std::string reason;
};
struct Ping {
  int64_t n = 0;
};

using FromServer =
    std::variant<Welcome, Refused, Ack, Execute, Interrupt, Restart, AnswerInput, Complete, Inspect,
                 Comm, Deadlines, Claim, TerminalOpen, TerminalList, TerminalRead, TerminalInput,
                 TerminalResize, TerminalRename, TerminalClose, ReadLog, Answer, FilesWanted,
                 PortWanted, DriveMount, DriveUnmount, Shutdown, Ping>;

[[nodiscard]] Frame to_frame(FromSupervisor message);
[[nodiscard]] Frame to_frame(FromServer message);
[[nodiscard]] Result<FromSupervisor> parse_from_supervisor(Frame frame);
[[nodiscard]] Result<FromServer> parse_from_server(Frame frame);

}  // namespace colibri::link
