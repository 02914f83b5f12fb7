#pragma once
// A notebook as another program may have left it, boiled down to what one needs to tell later what
// was changed: texts and metadata in full, outputs by a hash.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "document/cell.hpp"
#include "nbformat/notebook.hpp"

namespace colibri::history {

struct CellSummary {
  CellId id;
  document::CellType type = document::CellType::code;
  std::u16string source;
  json::Object metadata;
  std::string attachments, outputs;  // Hashes; empty: there are none.
};

struct Summary {
  int minor = 5;
  json::Object metadata;
  std::vector<CellSummary> cells;
};

[[nodiscard]] Summary summarise(const nbformat::Notebook& notebook);

// The same hash for outputs that a file cannot tell apart: how a kernel's message was spelled,
// display ids, and where a stream was cut are no part of it. The execution count is.
[[nodiscard]] std::string hash_of_outputs(const document::Cell& cell);
[[nodiscard]] std::string hash_of_attachments(const document::Cell& cell);

// Compact JSON with sorted keys: equal for values that are equal but for the order of members.
[[nodiscard]] std::string canonical(const json::Value& value);

[[nodiscard]] json::Object to_json(const Summary& summary);
// `corrupt` when it is not what to_json wrote.
[[nodiscard]] Result<Summary> summary_from_json(const json::Object& object);

}  // namespace colibri::history
