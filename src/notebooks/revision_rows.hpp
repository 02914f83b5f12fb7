#pragma once
// The revisions of a notebook in the store: rows, and the parts that they share. Internal to this
// module.
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "base/id.hpp"
#include "document/cell.hpp"
#include "history/revision.hpp"
#include "history/thinning.hpp"
#include "notebooks/revisions.hpp"
#include "store/store.hpp"

namespace colibri::notebooks {

// A revision on its way into the store, with those of its parts that are not there yet.
struct RevisionDraft {
  int64_t time_ms = 0;
  std::string kind, name;
  bool pinned = false, kept = false;
  std::vector<document::Author> authors;  // A name that is missing is looked up.
  uint64_t seq = 0;
  size_t cells = 0;
  std::string manifest_sha256, manifest;  // Packed, as the data of the parts.
  struct PackedPart {
    std::string sha256, data, blobs;
  };
  std::vector<PackedPart> parts;
};

// Blocks for as long as it takes to compress what is new.
[[nodiscard]] RevisionDraft make_draft(const nbformat::Notebook& notebook,
                                       history::KeepOutputs keep,
                                       const std::set<std::string>& known_parts);

// Inside a transaction. When the newest revision holds the same, that one is pinned and named as
// the draft says, and no other is made. Returns the number.
int64_t insert_revision(soci::session& sql, const std::string& notebook,
                        const RevisionDraft& draft);

struct StoredRevision {
  RevisionEntry entry;
  history::RevisionHead head;
  nbformat::Notebook notebook;
};

class RevisionRows {
 public:
  RevisionRows(store::Store& store, NotebookId notebook)
      : store_(store), notebook_(std::move(notebook)) {}

  // Newest first, all of them, without what changed.
  Task<Result<std::vector<RevisionEntry>>> list();
  // A part of the list, each with what changed since the one before it.
  Task<Result<RevisionPage>> page(RevisionQuery query);
  // The seq of the document that the newest revision holds; nothing: there is none.
  Task<Result<std::optional<uint64_t>>> newest_seq();
  Task<Result<std::set<std::string>>> parts();
  Task<Result<int64_t>> insert(RevisionDraft draft);
  Task<Result<StoredRevision>> load(int64_t number, bool with_outputs);
  Task<Result<std::string>> part(std::string sha256);
  // not_found, or conflict when too many are pinned.
  Task<Result<>> change(int64_t number, RevisionChange change);
  // Removes what is too old, once there are `at_least` of these, and the parts that only those had.
  // Nobody may add a revision to this notebook meanwhile.
  Task<Result<>> thin(int64_t now_ms, history::Keeping keeping, size_t at_least);

 private:
  store::Store& store_;
  NotebookId notebook_;
};

}  // namespace colibri::notebooks
