#pragma once
// A process that serves one files line: started by the supervisor, it dials the server, then
// becomes root of the runtime's container, with its mounts, its users and no network, and lets go
// of what it does not need. So the kernel itself keeps what the server's people ask for within what
// the container may do, and whatever happens here ends with this process.
#include <string>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace colibri::supervisor {

// What a worker is told, as a file in its descriptor 3; the container's first process (a pidfd) is
// descriptor 4.
struct FileWork {
  static constexpr int kDescriptor = 3, kContainer = 4;

  std::string link, link_certificate;  // As in SupervisorConfig.
  RuntimeId runtime;
  std::string token;    // Of this line.
  std::string content;  // Without a container: the host's folder that is /content.
};
[[nodiscard]] json::Object to_json(const FileWork& work);
[[nodiscard]] Result<FileWork> file_work_from_json(const json::Object& object);

// Returns when the line is closed. Blocks.
[[nodiscard]] Result<> serve_files();

}  // namespace colibri::supervisor
