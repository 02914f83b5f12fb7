#pragma once
// Notebook files: read what Jupyter and Colab write, write what Jupyter would, byte for byte
// (nbformat 5.x's reader and writer are the truth: rejoin_lines, split_lines, strip_transient and
// json.dumps(indent=1, sort_keys=True, ensure_ascii=False)). Pure: ids and blobs come from the
// caller.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "document/cell.hpp"

namespace colibri::nbformat {

struct Notebook {
  std::vector<document::Cell> cells;
  json::Object metadata;
  int minor = 5;       // Of nbformat 4; below 5 cell ids are not written. -1: the file names none.
  json::Object extra;  // Members of the file that nbformat does not name.
};

struct Read {
  Notebook notebook;
  std::vector<std::string> notes;  // What was mended, a sentence each, for the person who opens it.
};

// A fresh cell id: [a-zA-Z0-9-_]{1,64}.
using MakeId = std::function<std::string()>;

// nbformat 4 as it is, 2 and 3 upgraded to 4.5. `invalid` in one sentence when the bytes are no
// notebook, `unsupported` for nbformat 1 and 5 upwards. Missing, malformed and repeated ids are
// replaced.
[[nodiscard]] Result<Read> read(std::string_view bytes, const MakeId& make_id);

// Gives the bytes of a blob by its sha256.
using LoadBlob = std::function<Result<std::string>(const std::string& sha256)>;

// The file's bytes. Fails only when `load` does.
[[nodiscard]] Result<std::string> write(const Notebook& notebook, const LoadBlob& load);

// What a file holds of a stream: head, a note of what was cut, tail.
[[nodiscard]] std::string stream_text(const document::Stream& stream);

// Keeps bytes and returns their sha256.
using StoreBlob = std::function<Result<std::string>(std::string_view bytes)>;

inline constexpr size_t kLargePayloadBytes = 256 << 10;

// Moves each payload of `data` over kLargePayloadBytes to `blobs` (docs/protocol.md 1.1), for the
// data of one output. A payload that could not be put back exactly stays.
[[nodiscard]] Result<> move_large_payloads(json::Object& data, json::Object& blobs,
                                           const StoreBlob& store);

// Python's str.splitlines(keepends=True).
[[nodiscard]] std::vector<std::string_view> split_lines(std::string_view text);

}  // namespace colibri::nbformat
