#pragma once
// A document as a page gets it that opens it: first all but the bulk of its outputs, so that cells
// stand on the screen at once, then those outputs in pieces. Internal to this module.
#include <vector>

#include "document/document.hpp"
#include "notebooks/client.hpp"

namespace colibri::notebooks {

struct PageSnapshot {
  SharedText first;                 // docs/protocol.md 1.1
  std::vector<SharedText> outputs;  // Each a `cells` of docs/protocol.md 2.3 `outputs`.
};

[[nodiscard]] PageSnapshot page_snapshot(const document::Document& document);

}  // namespace colibri::notebooks
