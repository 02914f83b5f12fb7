#pragma once
// Makes a data folder out of a backup, all or nothing: it is unpacked and checked beside the place
// first. Blocks.
#include <cstdint>
#include <string>

#include "backup/backup.hpp"
#include "base/result.hpp"
#include "store/address.hpp"

namespace colibri::backup {

struct Target {
  std::string data;         // The data folder, which nobody else uses; it is there.
  store::Address database;  // Where the restored server's database shall be.
  std::string scratch;      // An empty folder in the data folder.
  // What is in the folder is put aside, into "before-restore-…" in it. Else it must be empty.
  bool replace = false;
};

// As long as this file is in a data folder, a restore of it is not over: no server may use it, and
// the restore can be done again.
[[nodiscard]] std::string unfinished_mark(const std::string& data);

// Whether anything is in the folder that a restore would mix with; images may be there already.
[[nodiscard]] bool has_content(const std::string& data);

// Reads the archive from the descriptor, which may be a pipe. After an error nothing has changed.
//
// conflict     there is something in the folder or the database already
// corrupt      it is no backup, or not whole, or something in it is not what it was
// unsupported  a newer Colibri made it
// io           the disk is full, or another error of the system
[[nodiscard]] Result<Outcome> restore(int archive, const Target& target, int64_t now_ms,
                                      const Progress& progress);

}  // namespace colibri::backup
