#include "jupyter/connection_file.hpp"

#include "base/json.hpp"

namespace colibri::jupyter {
namespace {

int port(Channel channel) {
  return static_cast<int>(channel);
}

}  // namespace

std::string to_text(const ConnectionFile& file) {
  return json::serialize(json::Object{{"transport", "ipc"},
                                      {"ip", file.prefix},
                                      {"shell_port", port(Channel::shell)},
                                      {"iopub_port", port(Channel::iopub)},
                                      {"stdin_port", port(Channel::standard_input)},
                                      {"control_port", port(Channel::control)},
                                      {"hb_port", port(Channel::heartbeat)},
                                      {"key", file.key},
                                      {"signature_scheme", "hmac-sha256"},
                                      {"kernel_name", file.kernel_name}});
}

std::string endpoint(const std::string& prefix, Channel channel) {
  return "ipc://" + prefix + "-" + std::to_string(port(channel));
}

}  // namespace colibri::jupyter
