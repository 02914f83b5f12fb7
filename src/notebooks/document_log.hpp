#pragma once
// A document's rows in the store: its snapshot, its records, and what is committed with them.
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.hpp"
#include "base/id.hpp"
#include "drive/drive.hpp"
#include "notebooks/client.hpp"
#include "notebooks/execution_rows.hpp"
#include "notebooks/revision_rows.hpp"
#include "store/store.hpp"

namespace colibri::notebooks {

// The .ipynb as we last wrote or read it: bytes, and which state of the document they are.
struct FileMark {
  std::string sha256;
  drive::Stamp stamp;
  int64_t seq = -1;  // The document was like this then; -1: not known.
  std::string base;  // Else a packed history::Summary of what it holds; empty: as `seq` says.
};

struct StoredDocument {
  std::string snapshot;
  uint64_t seq = 0;     // Of the snapshot.
  FileMark file, next;  // `next`: what the file was about to become, without a stamp.
  std::vector<std::pair<uint64_t, SharedText>>
      records;  // Also some at or before `seq`, for resume.
};

struct BlobRow {
  std::string sha256;
  uint64_t bytes = 0;
  std::string media_type;
};

// What one commit holds.
struct Batch {
  std::vector<std::pair<uint64_t, SharedText>> records;
  std::vector<BlobRow> blobs;
  std::vector<ExecutionChange> executions;
  std::vector<RevisionDraft> revisions;
  std::optional<FileMark> file;          // The file is this now.
  std::map<RuntimeId, uint64_t> frames;  // The last frame of each runtime that is taken in.

  [[nodiscard]] bool empty() const {
    return records.empty() && blobs.empty() && executions.empty() && revisions.empty() && !file &&
           frames.empty();
  }
};

// A snapshot as it is stored, and the blobs that it names.
struct PackedSnapshot {
  std::string text;
  std::set<std::string> blobs;
};

// Blocks for as long as it takes to compress it.
[[nodiscard]] PackedSnapshot pack_snapshot(std::string_view text);

class DocumentLog {
 public:
  DocumentLog(store::Store& store, NotebookId notebook)
      : store_(store), notebook_(std::move(notebook)) {}

  // Nothing when the notebook was never opened.
  Task<Result<std::optional<StoredDocument>>> load();
  Task<Result<>> append(Batch batch);
  // Replaces the snapshot and drops the records at or before `keep_after`, and the rows about blobs
  // that nothing names any more: returns these. `file` must be the document at `seq` or later, or
  // have a base.
  Task<Result<std::vector<std::string>>> write_snapshot(std::string epoch, uint64_t seq,
                                                        PackedSnapshot snapshot, FileMark file,
                                                        uint64_t keep_after);
  Task<Result<>> mark_file(FileMark file);
  // The file is `file` and about to become `next`.
  Task<Result<>> announce_file(FileMark file, FileMark next);

 private:
  store::Store& store_;
  NotebookId notebook_;
};

}  // namespace colibri::notebooks
