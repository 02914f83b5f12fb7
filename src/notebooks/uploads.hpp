#pragma once
// Files that people bring into their Drives, piece by piece: what came is kept, over a lost
// connection and a killed server, and goes on where it stopped. And how much room a Drive has. On
// the reactor thread.
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "async/byte_source.hpp"
#include "async/lock.hpp"
#include "drive/drive.hpp"
#include "notebooks/notebooks.hpp"

namespace colibri::notebooks {

struct Upload {
  std::string id;
  std::string path;
  int64_t bytes = 0;     // That the file shall have.
  int64_t received = 0;  // The next byte that is wanted.
  bool replaces = false;
};

struct Space {
  int64_t used = 0;
  int64_t quota = 0;  // 0: none.
};

class Uploads {
 public:
  // `notebooks` must outlive this.
  explicit Uploads(const Notebooks& notebooks) : part_(notebooks.part_) {}
  Uploads(const Uploads&) = delete;

  static constexpr size_t kMostUploads = 200;  // Of one user.

  // Folders above it that are missing are made.
  //
  // invalid    the path
  // conflict   there is a file of this name, and it is not to be replaced
  // too_large  the Drive has no room for it
  // too_many   of them are under way
  Task<Result<Upload>> begin(UserId user, std::string path, int64_t bytes, bool replaces);
  // The same for a file that goes elsewhere than into the Drive: whoever calls has looked whether
  // it may, and takes it from open().
  Task<Result<Upload>> begin_elsewhere(UserId user, std::string path, int64_t bytes, bool replaces);
  // A whole one, to be read; the caller closes it. `conflict` when bytes are missing.
  Task<Result<int>> open(UserId user, Upload upload);
  Task<Result<std::vector<Upload>>> list(UserId user);
  Task<Result<Upload>> find(UserId user, std::string id);
  // Takes bytes from this place on; returns how it stands, also when the source ended early. A
  // later call for the same upload ends this one. `conflict` when another byte is wanted next,
  // `invalid` when more come than were told.
  Task<Result<Upload>> append(UserId user, std::string id, int64_t from,
                              std::shared_ptr<async::ByteSource> source);
  // The file is in its place; returns its path. `conflict` when bytes are missing, or there is
  // another file of this name by now.
  Task<Result<std::string>> finish(UserId user, std::string id);
  Task<Result<>> drop(UserId user, std::string id);

  // Drops those of which nothing has come for a week, now and each hour until the server stops:
  // they take room that their people could use. `notebooks` must outlive the call, not the task.
  static Task<void> sweep(const Notebooks& notebooks);

  // In one go, of any length, in place of what is there: for WebDAV.
  Task<Result<>> put(UserId user, std::string path, std::shared_ptr<async::ByteSource> source);

  Task<Result<Space>> space(UserId user);
  // too_large when the Drive has no room for so many bytes more.
  Task<Result<>> check_room(UserId user, int64_t bytes);
  // What is there has changed in size.
  void changed(const UserId& user);

 private:
  struct Active {
    uint64_t writer = 0;  // Who may write: the last who came.
    async::Lock lock;
  };
  struct Used {
    int64_t bytes = 0, time_ms = 0;
  };
  struct Piece {
    std::string id;
    int64_t from = 0;
    std::shared_ptr<async::ByteSource> source;
    int64_t limit = 0;  // Of the whole file.
  };
  Task<Result<Upload>> begin_row(UserId user, Upload upload);
  static Task<void> sweep_hourly(std::shared_ptr<Notebooks::Part> part);
  static Task<void> drop_old(std::shared_ptr<Notebooks::Part> part);
  Task<Result<int64_t>> write(UserId user, Piece piece);
  // Unless another connection goes on with it. What it refers to must last.
  Task<Result<>> put_piece(Active& active, uint64_t writer, int file, const std::string& bytes,
                           int64_t at);
  Task<Result<int64_t>> used(UserId user);
  Task<Result<std::shared_ptr<const drive::Drive>>> drive_of(UserId user);

  std::shared_ptr<Notebooks::Part> part_;
  std::map<std::string, std::shared_ptr<Active>> active_;
  std::map<UserId, Used> used_;
};

}  // namespace colibri::notebooks
