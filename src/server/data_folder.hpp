#pragma once
// The folder that holds all of a server's state, held by one server at a time.
#include <optional>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "drive/file_lock.hpp"

namespace colibri::server {

class DataFolder {
 public:
  // Makes the folder (mode 0700) when it is missing and takes its lock.
  //
  // conflict  another server runs on it, or a restore of it is not over
  // denied    it belongs to somebody else
  // io        it cannot be made or written
  static Result<DataFolder> open(const std::string& path);
  // The same without the lock, for commands that may run beside the server.
  static Result<DataFolder> open_shared(const std::string& path);
  // As open(), also when an earlier restore is not over.
  static Result<DataFolder> open_to_restore(const std::string& path);

  [[nodiscard]] const std::string& path() const { return path_; }  // Absolute, links resolved.
  // The database, where the settings name no other: server::store_address().
  [[nodiscard]] std::string database() const { return path_ + "/colibri.db"; }
  [[nodiscard]] std::string uploads() const { return path_ + "/tmp"; }
  // Key and certificate of the link with other machines.
  [[nodiscard]] std::string link_certificate() const { return path_ + "/link.pem"; }
  // The key of what people keep secret.
  [[nodiscard]] std::string secrets_key() const { return path_ + "/secrets.key"; }
  // A short folder for sockets, the same whenever this data folder is used:
  // /run/colibri/<8 hex>, or under $XDG_RUNTIME_DIR for who is not root.
  [[nodiscard]] std::string run_directory() const;

 private:
  static Result<DataFolder> lock(std::string path);
  DataFolder(std::string path, std::optional<drive::FileLock> lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  std::optional<drive::FileLock> lock_;
};

}  // namespace colibri::server
