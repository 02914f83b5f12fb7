#include "link/spool.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace colibri::link {

std::optional<Spool::Extent> Spool::add(std::string& bytes) {
  const auto length = static_cast<uint32_t>(bytes.size());
  // Once frames are in the file, newer ones follow them there until it is empty again: else a long
  // absence of the server would split the file into pieces that are freed late.
  if (file_bytes_ == 0 && memory_bytes_ + length <= memory_limit_) {
    memory_bytes_ += length;
    entries_.push_back({std::move(bytes), 0, length});
    return std::nullopt;
  }
  const Extent extent{file_end_, length};
  entries_.push_back({{}, file_end_, length});
  file_end_ += length;
  file_bytes_ += length;
  return extent;
}

void Spool::keep_in_memory(uint64_t n, std::string bytes) {
  COLIBRI_ASSERT(n >= oldest_ && n < next());
  Entry& entry = entries_[n - oldest_];
  COLIBRI_ASSERT(entry.bytes.empty() && entry.length == bytes.size());
  file_bytes_ -= entry.length;
  memory_bytes_ += entry.length;
  entry.bytes = std::move(bytes);
}

Spool::Trimmed Spool::acknowledge(uint64_t n) {
  Trimmed trimmed;
  const uint64_t had = file_bytes_;
  while (!entries_.empty() && oldest_ <= n) {
    const Entry& entry = entries_.front();
    if (entry.bytes.empty()) {
      if (trimmed.hole.bytes == 0) trimmed.hole.offset = entry.offset;
      trimmed.hole.bytes = entry.offset + entry.length - trimmed.hole.offset;
      file_bytes_ -= entry.length;
    } else {
      memory_bytes_ -= entry.length;
    }
    entries_.pop_front();
    ++oldest_;
  }
  if (had > 0 && file_bytes_ == 0) {
    trimmed.file_empty = true;
    file_end_ = 0;
  }
  return trimmed;
}

std::optional<Spool::Place> Spool::find(uint64_t n) const {
  if (n < oldest_ || n >= next()) return std::nullopt;
  const Entry& entry = entries_[n - oldest_];
  if (!entry.bytes.empty()) return Place{&entry.bytes, {}};
  return Place{nullptr, {entry.offset, entry.length}};
}

}  // namespace colibri::link
