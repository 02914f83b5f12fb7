#pragma once
// Tells systemd (Type=notify) how we are.
#include <string_view>

namespace colibri::server {

// "READY=1", "STOPPING=1". Does nothing when NOTIFY_SOCKET is not set.
void notify_service(std::string_view state);

}  // namespace colibri::server
