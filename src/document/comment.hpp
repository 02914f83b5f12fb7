#pragma once
// Comments on a cell or on a part of its text, in threads. Plain values, in the terms of
// docs/protocol.md 1.1. They live in the Document and its log, never in the file.
#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace colibri::document {

struct Comment {
  CommentId id;
  UserId user;
  std::string name;  // Of the author, at that time.
  std::string text;  // UTF-8
  int64_t time_ms = 0;
  int64_t edited_ms = 0;  // 0: never.
  uint64_t seq = 0;       // Of the record that brought it.

  friend bool operator==(const Comment&, const Comment&) = default;
};

// A part of a cell's text as it is now, in UTF-16 units. A point (from == to) when all of it was
// deleted.
struct Anchor {
  size_t from = 0;
  size_t to = 0;

  friend bool operator==(const Anchor&, const Anchor&) = default;
};

struct Resolution {
  UserId user;
  std::string name;
  int64_t time_ms = 0;

  friend bool operator==(const Resolution&, const Resolution&) = default;
};

struct Thread {
  // Where a thread stood before its cell was merged into another: it goes back there with the cell.
  struct Home {
    CellId cell;
    std::optional<Anchor> anchor;

    friend bool operator==(const Home&, const Home&) = default;
  };

  ThreadId id;
  CellId cell;                   // In the notebook, in the bin, or gone for good.
  std::optional<Anchor> anchor;  // Without: on the cell as a whole.
  std::string quote;             // What the anchor held when the thread began.
  std::optional<Resolution> resolved;
  std::optional<Home> home;
  std::vector<Comment> comments;  // Never empty; the first one began the thread.

  friend bool operator==(const Thread&, const Thread&) = default;
};

[[nodiscard]] json::Object to_json(const Anchor& anchor);
[[nodiscard]] std::optional<Anchor> anchor_from_json(const json::Object& object);

[[nodiscard]] json::Object to_json(const Thread& thread);
// `corrupt` when it is not what to_json wrote.
[[nodiscard]] Result<Thread> thread_from_json(const json::Object& object);

// The addresses that a text mentions as @ada@example.org or +ada@example.org: in lower case, each
// once, at most kMostMentions.
[[nodiscard]] std::vector<std::string> mentions_of(std::string_view text);
inline constexpr size_t kMostMentions = 20;

}  // namespace colibri::document
