#pragma once
// The numbered frames that the server has not acknowledged: which are kept in memory, which in the
// spool file and where, and what to send again. Bookkeeping only; the file is the caller's.
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace colibri::link {

class Spool {
 public:
  struct Extent {
    uint64_t offset = 0, bytes = 0;
    friend bool operator==(const Extent&, const Extent&) = default;
  };
  // Where the frame's bytes are: in memory when `bytes` is set, else in the file.
  struct Place {
    const std::string* bytes = nullptr;
    Extent extent;
  };
  struct Trimmed {
    Extent hole;              // Bytes of the file that nobody needs any more; may be empty.
    bool file_empty = false;  // No frame is left in the file: truncate it to 0.
  };

  explicit Spool(uint64_t memory_limit) : memory_limit_(memory_limit) {}

  // Number of the next frame (the first is 1), and of the oldest kept (next() when there is none).
  [[nodiscard]] uint64_t next() const { return oldest_ + entries_.size(); }
  [[nodiscard]] uint64_t oldest() const { return oldest_; }

  // Keeps `bytes`, the encoded frame next(). When an extent is returned memory is full: the caller
  // writes `bytes`, which are left untouched, into the file there. If that fails, it calls
  // keep_in_memory() for the frame, whatever the limit.
  [[nodiscard]] std::optional<Extent> add(std::string& bytes);
  void keep_in_memory(uint64_t n, std::string bytes);

  // Forgets the frames up to `n` (never beyond what exists).
  Trimmed acknowledge(uint64_t n);

  // Nothing when `n` was acknowledged or does not exist yet.
  [[nodiscard]] std::optional<Place> find(uint64_t n) const;

  [[nodiscard]] uint64_t memory_bytes() const { return memory_bytes_; }
  [[nodiscard]] uint64_t file_bytes() const { return file_bytes_; }  // Of frames still kept.
  [[nodiscard]] size_t frames() const { return entries_.size(); }

 private:
  struct Entry {
    std::string bytes;  // Empty when in the file.
    uint64_t offset = 0;
    uint32_t length = 0;
  };

  uint64_t memory_limit_;
  uint64_t memory_bytes_ = 0;
  uint64_t file_bytes_ = 0;
  uint64_t file_end_ = 0;
  uint64_t oldest_ = 1;
  std::deque<Entry> entries_;
};

}  // namespace colibri::link
