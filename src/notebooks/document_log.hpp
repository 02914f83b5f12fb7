#pragma once
// A document's rows in the store: its snapshot, its records, and what is committed with them.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "base/id.hpp"
#include "drive/drive.hpp"
#include "notebooks/client.hpp"
#include "store/store.hpp"

namespace colibri::notebooks {

// The .ipynb as we last wrote or read it.
struct FileMark {
  std::string sha256;
  drive::Stamp stamp;
};

struct StoredDocument {
  std::string snapshot;
  uint64_t seq = 0;  // Of the snapshot.
  FileMark file;
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
  std::map<RuntimeId, uint64_t> frames;  // The last frame of each runtime that is taken in.

  [[nodiscard]] bool empty() const { return records.empty() && blobs.empty() && frames.empty(); }
};

class DocumentLog {
 public:
  DocumentLog(store::Store& store, NotebookId notebook)
      : store_(store), notebook_(std::move(notebook)) {}

  // Nothing when the notebook was never opened.
  Task<Result<std::optional<StoredDocument>>> load();
  Task<Result<>> append(Batch batch);
  // Replaces the snapshot and drops the records at or before `keep_after`.
  Task<Result<>> write_snapshot(std::string epoch, uint64_t seq, std::string text, FileMark file,
                                uint64_t keep_after);
  Task<Result<>> mark_file(FileMark file);

 private:
  store::Store& store_;
  NotebookId notebook_;
};

}  // namespace colibri::notebooks
