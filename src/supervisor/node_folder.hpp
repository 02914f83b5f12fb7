#pragma once
// The folder of a runtime that began on a machine where nobody has made one for it, as a batch
// system's do: on the machine's own disk, for as long as the runtime lives. A supervisor that was
// killed cannot clear up behind itself; the next one on this machine does.
//
//   <node_dir>/colibri-<uid>/        0711, ours; .lock is held while a folder is made or cleared
//   <node_dir>/colibri-<uid>/<id>/   lock, which its supervisor holds; runtime/, run/
#include <string>

#include "base/result.hpp"
#include "link/supervisor_config.hpp"
#include "supervisor/descriptor.hpp"

namespace colibri::supervisor {

class NodeFolder {
 public:
  // Makes the folder and names it in `config`, with its deadline, the job's accelerators and what
  // it passes on of our environment; clears away what killed supervisors left. Does nothing without
  // config.node_dir. Blocks.
  //
  // conflict  another supervisor of this runtime lives here
  // denied    somebody else has made a folder of our name
  // io        it cannot be made
  static Result<NodeFolder> make(link::SupervisorConfig& config);

  NodeFolder(NodeFolder&& other) noexcept;
  NodeFolder& operator=(NodeFolder&&) = delete;
  // Removes the folder.
  ~NodeFolder();

 private:
  NodeFolder(std::string path, Descriptor lock);

  std::string path_;  // Empty: none.
  Descriptor lock_;
};

}  // namespace colibri::supervisor
