#pragma once
// The files of /content as a ZIP archive, and what there is of them.
#include <cstdint>

#include "base/result.hpp"
#include "drive/zip.hpp"

namespace colibri::supervisor {

struct ContentSize {
  int64_t files = 0;  // Regular ones.
  int64_t bytes = 0;
};

// Of what write_content() would write. `root` is a descriptor of the folder, here and below; it
// stays the caller's.
[[nodiscard]] ContentSize measure_content(int root, int64_t most_bytes);

// Of both are left out the sample data that nobody has touched. Writes files, folders, and links
// that lead to places in it. What else is there stands in a list at the archive's end ("Left
// out.txt"): other links, devices, pipes, sockets, what cannot be read, and what would make more
// than `most_bytes` in all (sparse files that say they are larger than any disk). The memory that
// it takes is bounded.
//
// Errors are those of `sink`, and `io`.
Result<> write_content(int root, int64_t most_bytes, drive::ZipWriter::Sink sink);

// Whether a link at this depth (0: in the folder itself) leads to a place in the folder whatever
// other such links there are.
[[nodiscard]] bool stays_inside(const std::string& target, size_t depth);

}  // namespace colibri::supervisor
