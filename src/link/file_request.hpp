#pragma once
// What the server asks on a files line (docs/protocol.md 3.5). Names in a file system are bytes, so
// paths go as buffers, not in the JSON. Each request is answered by a Reply; those that carry bytes
// are followed by pieces: u32 length (little-endian), bytes, and at the end a piece of length 0.
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "link/frame.hpp"

namespace colibri::link {

inline constexpr size_t kFilePieceBytes = 256u << 10;  // The longest piece.
inline constexpr size_t kMostWatchedFolders = 200;

struct FileRequest {
  std::string op;
  std::string path;       // As seen inside the runtime, absolute.
  std::string to;         // rename: the new path.
  std::string upload;     // The name that whoever uploads has given it: letters and digits.
  std::string collision;  // ask, replace, keep_both
  std::string version;    // write: what must be there now; empty: anything; "none": nothing.
  std::string sha256;     // Of the bytes that come; empty: not known.
  uint64_t offset = 0;
  uint64_t size = 0;        // Of the whole file.
  int64_t modified_ms = 0;  // 0: now.
  bool whole = false;       // remove: with all that is in the folder. read: what has no size too.
  std::vector<std::string> folders;  // watch

  friend bool operator==(const FileRequest&, const FileRequest&) = default;
};

[[nodiscard]] Frame to_frame(FileRequest request);
[[nodiscard]] Result<FileRequest> parse_file_request(Frame frame);

}  // namespace colibri::link
