#pragma once
// All that a server keeps, in one archive, also while it runs: the database as of one moment, then
// the files of the Drives and the large outputs. Where a notebook's file is newer than the
// database in the backup, the database counts. Blocks.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "backup/manifest.hpp"
#include "backup/tar.hpp"
#include "base/result.hpp"
#include "store/address.hpp"

namespace colibri::backup {

struct Source {
  std::string data;         // The data folder.
  store::Address database;  // Of the server.
  std::string scratch;      // An empty folder, for as much as the database holds.
  std::string program;      // The version that stands in the backup.
};

// What is under way, for a person: called now and then; and whether the person wants it stopped.
struct Progress {
  std::function<bool()> stopped;
  std::function<void(int64_t rows)> database;
  std::function<void(int64_t files, int64_t bytes)> files;
};

struct Outcome {
  Head head;
  int64_t accounts = 0;
  int64_t notebooks = 0;
  int64_t files = 0;               // In Drives and outputs.
  int64_t bytes = 0;               // Of these and of the database.
  std::vector<std::string> notes;  // What a person should know of, a sentence each.
};

// not_found    no server has used the folder yet
// unsupported  a newer Colibri has written it
// io           a file cannot be read, or the sink said so
[[nodiscard]] Result<Outcome> write_backup(const Source& source, const TarWriter::Sink& sink,
                                           Packing packing, int64_t now_ms,
                                           const Progress& progress);

}  // namespace colibri::backup
