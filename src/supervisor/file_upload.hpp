#pragma once
// Files that come into a runtime: written under another name beside their place, made sure of, and
// renamed. What is there of an upload is what its file holds, so that it goes on after whatever was
// killed meanwhile. All calls block; errors are those of file_failure().
#include <functional>
#include <optional>

#include "base/sha256.hpp"
#include "supervisor/file_changes.hpp"

namespace colibri::supervisor {

// An upload of this name to this path; nobody else writes it as long as this lives.
class Upload {
 public:
  // Begins it, or goes on. `size` is what the whole file will have: its room is taken at once.
  //
  // invalid   the name is none
  // conflict  another connection is at it, or it has not come as far as `offset`, or further
  static Result<Upload> open(const FileRoot& root, const std::string& path, const std::string& name,
                             uint64_t offset, uint64_t size);
  // Of one that has begun.
  static Result<Upload> find(const FileRoot& root, const std::string& path,
                             const std::string& name);

  [[nodiscard]] uint64_t offset() const { return offset_; }

  // Appends. too_large: that is more than the whole file.
  Result<> write(std::string_view bytes);
  // After the bytes of one range: `conflict` when they do not have this sha-256; then none of them
  // has come.
  Result<> check(const std::string& sha256, uint64_t range_start);
  // For a range whose sha-256 is to be looked at.
  void hash_from_here() { hash_.emplace(); }
  // What was written since `offset` is not wanted.
  void take_back(uint64_t offset);

  struct End {
    uint64_t size = 0;
    std::string sha256;  // Of the whole file; empty: not known.
    int64_t modified_ms = 0;
    std::optional<mode_t> mode;
    Collision collision = Collision::ask;
  };
  // The path that the file has now. After a `conflict` about a name that is there it can be tried
  // again with another wish. `going` is called now and then.
  Result<std::string> finish(const End& end, const std::function<void()>& going);

  void discard();

 private:
  Upload(FileRoot::Place place, std::string temporary, Descriptor file)
      : place_(std::move(place)), temporary_(std::move(temporary)), file_(std::move(file)) {}

  static Result<Upload> of(const FileRoot& root, const std::string& path, const std::string& name,
                           bool may_begin);
  Result<> take_room(uint64_t size);
  Result<> check_whole(const End& end, const std::function<void()>& going);

  FileRoot::Place place_;
  std::string temporary_;
  Descriptor file_;
  uint64_t offset_ = 0, size_ = UINT64_MAX;
  std::optional<Sha256> hash_;
};

// Whether a name in a folder is that of an upload under way.
[[nodiscard]] bool is_upload_name(std::string_view name);

}  // namespace colibri::supervisor
