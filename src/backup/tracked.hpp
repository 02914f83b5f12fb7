#pragma once
// The notebooks that a database knows, and what becomes of them in a backup. Internal to this
// module.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "drive/drive.hpp"
#include "store/address.hpp"
#include "store/connection.hpp"

namespace colibri::backup {

// A notebook with a file.
struct Tracked {
  std::string id, owner, path;
  bool has_log = false;      // The database holds all of it.
  drive::Stamp stamp;        // Of the file as the database knows it,
  std::string sha256, next;  // and of what it was about to become.
};

// A database that is being used by others, looked at again and again.
class Database {
 public:
  static Result<Database> open(const store::Address& address);

  [[nodiscard]] Result<std::vector<std::string>> users();
  [[nodiscard]] Result<std::vector<Tracked>> notebooks();
  // As it is now; nothing when it is gone, or the tables are of an older version.
  [[nodiscard]] Result<std::optional<Tracked>> find(const std::string& id);

 private:
  Database(std::unique_ptr<store::Connection> connection, bool knows)
      : connection_(std::move(connection)), knows_(knows) {}

  std::unique_ptr<store::Connection> connection_;
  bool knows_;
};

// A notebook whose file in the backup is not what its log in there says: the log counts.
struct Overruled {
  std::string id;
  std::string sha256;  // Of the file in the backup.
};

// Makes the copy of a database one that a new server can begin with: what only the old one could
// go on with is over (runtimes, sessions, one-time links), and the files that came later are known
// for what they are.
[[nodiscard]] Result<> settle(const std::string& file, const std::vector<Overruled>& overruled,
                              int64_t now_ms);

}  // namespace colibri::backup
