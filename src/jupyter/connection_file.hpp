#pragma once
// The file that tells a kernel where to listen and with which key to sign. Over ipc a channel's
// endpoint is a socket file PREFIX-PORT, so the endpoints stay the same over restarts.
#include <string>

namespace colibri::jupyter {

enum class Channel { shell = 1, iopub = 2, standard_input = 3, control = 4, heartbeat = 5 };

struct ConnectionFile {
  std::string prefix;  // Path of the sockets without "-PORT", as the kernel sees it.
  std::string key;
  std::string kernel_name;
};

[[nodiscard]] std::string to_text(const ConnectionFile& file);

// "ipc://PREFIX-2". `prefix` as the one who connects sees it.
[[nodiscard]] std::string endpoint(const std::string& prefix, Channel channel);

}  // namespace colibri::jupyter
