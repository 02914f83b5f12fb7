#pragma once
// What the server sends to a page (docs/protocol.md 2.1 and 2.3), ready to go out. Records are
// serialised once (record_text) and joined for each client.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "document/record.hpp"
#include "document/role.hpp"

namespace colibri::wire {

struct Person {
  UserId id;
  std::string email, name;
};

// A runtime that the person may use.
struct RuntimeChoice {
  UserId owner;
  std::string name;
  bool alive = false, shared = false;
  std::vector<std::string> users;  // Names of the others who use it.
};

struct Meters {
  uint64_t memory_used = 0, memory_limit = 0, disk_used = 0, disk_total = 0;  // bytes
  double cpu = 0;                                                             // cores
};

// A notebook as the person finds it.
struct OpenNotebook {
  NotebookId id;
  std::string title;
  document::Role role = document::Role::viewer;
  Person author;
  bool playground = false, starred = false, trusted = false;
  std::string origin;  // Of a playground of what is in no Drive here: where that is from.
};

[[nodiscard]] std::string welcome(const Person& user, const OpenNotebook& notebook, bool resumed);
// What the person may do from now on.
[[nodiscard]] std::string role(document::Role role);
// Up to which record the person has seen the comments.
[[nodiscard]] std::string comments_read(uint64_t seq);
// Who has access has changed.
[[nodiscard]] std::string access();
// `snapshot` is the JSON text of Document::page_snapshot().
[[nodiscard]] std::string snapshot(std::string_view snapshot, std::span<const std::string> notes);
// `cells` is the JSON text of a list of {cell, outputs}.
[[nodiscard]] std::string outputs(std::string_view cells);
[[nodiscard]] std::string record_text(const document::Record& record);
[[nodiscard]] std::string records(std::string_view epoch,
                                  std::span<const std::shared_ptr<const std::string>> texts);
[[nodiscard]] std::string refused(uint64_t command, const Error& error);
[[nodiscard]] std::string lease(const std::optional<json::Object>& lease);
[[nodiscard]] std::string runtimes(const UserId& in_use, std::span<const RuntimeChoice> choices);
[[nodiscard]] std::string meters(const Meters& meters);
[[nodiscard]] std::string saved(uint64_t seq, int64_t time_ms, std::string_view error);
[[nodiscard]] std::string title(std::string_view title);
[[nodiscard]] std::string notice(std::string_view level, std::string_view code,
                                 std::string_view detail);
[[nodiscard]] std::string reply(std::string_view request, const Result<json::Object>& content);
// What a program in the person's runtime asks the page for; that this page alone is to answer it;
// that nobody waits for this page's answer any more.
[[nodiscard]] std::string ask(std::string_view ask, std::string_view name,
                              const json::Object& params);
[[nodiscard]] std::string ask_yours(std::string_view ask);
[[nodiscard]] std::string ask_over(std::string_view ask);
// Of what a tab runs by itself: one record of its own document, or all of that; none: there is
// none.
[[nodiscard]] std::string scratch_record(const document::Record& record);
[[nodiscard]] std::string scratch_snapshot(const std::optional<std::string>& snapshot);
// Where a run is: the line of its source, and the functions from there on inwards.
[[nodiscard]] std::string line(const ExecutionId& execution, int64_t line,
                               std::span<const std::string> calls);
[[nodiscard]] std::string pong(uint64_t n);

// A comm message without buffers is a text frame, one with buffers a binary frame.
[[nodiscard]] std::string comm(const json::Object& message);
[[nodiscard]] std::string comm_binary(const json::Object& message,
                                      std::span<const std::string> buffers);

}  // namespace colibri::wire
