#pragma once
// A version of a notebook as content-addressed parts: what a cell says, what its outputs are, and
// lists of cells. Two versions share the parts that are the same, so that an unchanged cell costs
// nothing in the next one. docs/protocol.md 1.3.
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "nbformat/notebook.hpp"

namespace colibri::history {

struct Part {
  std::string text;                // Compact JSON.
  std::vector<std::string> blobs;  // Outputs beside the store that it names.
};

struct Revision {
  std::string manifest;               // Compact JSON: it names lists, and these the cells' parts.
  std::map<std::string, Part> parts;  // By sha-256 of their text.
  size_t cells = 0;
};

// Which outputs a revision keeps. Those of a cell that runs now are of no use to anybody before
// they are complete, and differ in each revision: hours of them would grow the store without end.
enum class KeepOutputs { none, complete, all };

[[nodiscard]] Revision make_revision(const nbformat::Notebook& notebook, KeepOutputs keep);

using LoadPart = std::function<Result<std::string>(const std::string& sha256)>;

// What stands for one cell in a revision.
struct RevisionCell {
  CellId id;
  std::string body, outputs;  // Hashes; `outputs` is empty when there are none.
  bool running = false;       // It ran just then, and its outputs are no part of the revision.
};

struct RevisionHead {
  int minor = 5;
  json::Object metadata, extra;
  bool with_outputs = true;
  std::vector<RevisionCell> cells;
};

// `corrupt` when the texts are not what make_revision() made; else the error of `load`.
[[nodiscard]] Result<RevisionHead> read_head(const std::string& manifest, const LoadPart& load);

// The notebook again. Without `with_outputs` the cells' outputs are not loaded.
[[nodiscard]] Result<nbformat::Notebook> read_revision(const RevisionHead& head,
                                                       const LoadPart& load, bool with_outputs);

// All parts that a revision needs, its lists among them.
[[nodiscard]] Result<std::vector<std::string>> parts_of(const std::string& manifest,
                                                        const LoadPart& load);

}  // namespace colibri::history
