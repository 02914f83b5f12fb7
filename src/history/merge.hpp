#pragma once
// Brings what changed between two versions of a notebook into a document that people may have
// changed meanwhile: a file that another program wrote, or a revision that is restored. Both sides'
// changes stay; nothing is decided by who was last.
#include <set>
#include <vector>

#include "document/document.hpp"
#include "history/summary.hpp"

namespace colibri::history {

struct Theirs {
  nbformat::Notebook notebook;
  Summary summary;          // Of `notebook`.
  bool has_outputs = true;  // False: outputs are no part of it; those of the document stay.
  bool ids_last = false;    // Ids say which cell is which; what the cells say does not matter.
  std::set<CellId> without_outputs;  // Cells of which the same is true.
};

// The commands that bring the changes from `base` to `theirs` into `document`, to be decided one
// after the other, each by the document as those before left it.
//
// Cells of `theirs` are found in `base` by id, then by text, and are the document's by the id in
// `base`. Text merges by position. Of metadata each member, of attachments, type, outputs and place
// the whole goes by three rules: what only one side changed counts; what both changed is the
// document's; a cell that one side deleted and the other changed stays.
[[nodiscard]] std::vector<document::Op> merge(const Summary& base,
                                              const document::Document& document,
                                              const Theirs& theirs);

}  // namespace colibri::history
