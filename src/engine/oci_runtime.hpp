#pragma once
// Which program makes the containers: `runtimes.sandbox` of colibri.yaml.
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace colibri::engine {

// What `sandbox` may be besides none: "auto" (crun, else runc), the name of an OCI runtime in the
// system's folders, or its absolute path.
[[nodiscard]] bool is_sandbox_name(std::string_view sandbox);

// The path of that program.
//
// invalid      no name of a program, nor an absolute path
// unsupported  it is not installed; the detail says what to install
[[nodiscard]] Result<std::string> find_oci_runtime(const std::string& sandbox);

// What it says of itself ("crun version 1.8.1"); `unsupported` when it does not run, or can't hand
// an inherited socket over to the container (`run --preserve-fds`), by which colibri-init listens.
// Blocks for some milliseconds.
[[nodiscard]] Result<std::string> examine_oci_runtime(const std::string& path);

// What an administrator should know of that version; empty when there is nothing.
[[nodiscard]] std::string warning_about(std::string_view version);

}  // namespace colibri::engine
