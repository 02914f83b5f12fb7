#pragma once
// Copies of a whole database: into a file of SQLite that can be kept, and from such a file into an
// empty database of either kind. Blocks; on any thread.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/address.hpp"

namespace colibri::store {

class Connection;

struct TableRows {
  std::string table;
  int64_t rows = 0;
};

// Told now and then how many rows are copied.
using CopyProgress = std::function<void(int64_t rows)>;

// Writes all that the database holds at one moment into the new file `file`, also while a server
// uses it, and brings the copy up to the newest version; the database itself stays as it is.
//
// not_found    there is no database yet
// unsupported  a newer Colibri has written it
// unavailable, corrupt, io  as Store::open()
[[nodiscard]] Result<std::vector<TableRows>> copy_to_file(const Address& from,
                                                          const std::string& file,
                                                          const CopyProgress& progress);

// Fills an empty database from a file that copy_to_file() wrote; there is nothing of it before
// finish(). The tables are made anew, so that the file gives rows and nothing else.
class Import {
 public:
  // Looks at the place first.
  //
  // conflict     a server uses it, or there is something in it
  // unavailable, unsupported, io  as Store::open()
  static Result<std::unique_ptr<Import>> begin(const Address& to);
  ~Import();
  Import(const Import&) = delete;
  Import& operator=(const Import&) = delete;

  // Once.
  //
  // corrupt      the file is damaged, or none of ours
  // unsupported  it is of a newer Colibri
  Result<std::vector<TableRows>> read(const std::string& file, const CopyProgress& progress);
  // Puts it in its place. On SQLite the old file, if any, must be away by now.
  Result<> finish();

 private:
  explicit Import(Address to);
  Result<> prepare(int version);

  Address to_;
  std::string temporary_;  // Of SQLite: beside the place.
  std::unique_ptr<Connection> connection_;
};

// For works on a copy before it is kept: opens the file, which nobody else uses, runs them in one
// transaction and leaves a single file behind.
[[nodiscard]] Result<> change_file(const std::string& file,
                                   const std::function<Result<>(soci::session&)>& work);

}  // namespace colibri::store
