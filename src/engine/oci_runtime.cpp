#include "engine/oci_runtime.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "async/process.hpp"
#include "engine/find_program.hpp"

namespace colibri::engine {
namespace {

constexpr auto kDeadline = std::chrono::seconds(5);

std::string output_of(const std::string& path, std::vector<std::string> arguments) {
  async::ProcessSpec spec;
  spec.argv = {path};
  spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
  spec.deadline = kDeadline;
  const auto outcome = async::run_process_now(std::move(spec));
  return outcome ? outcome->out + outcome->err : "";
}

std::array<int, 3> number_of(std::string_view version) {
  std::array<int, 3> number{};
  const std::string text(version.substr(std::min(version.find("version "), version.size())));
  std::sscanf(text.c_str(), "version %d.%d.%d", &number[0], &number[1], &number[2]);
  return number;
}

}  // namespace

bool is_sandbox_name(std::string_view sandbox) {
  if (sandbox.starts_with('/')) return sandbox.size() > 1;
  const auto is_plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
  };
  return !sandbox.empty() && sandbox.front() != '.' && sandbox.front() != '-' &&
         std::ranges::all_of(sandbox, is_plain);
}

Result<std::string> find_oci_runtime(const std::string& sandbox) {
  if (!is_sandbox_name(sandbox) || sandbox == "none") {
    return failure(ErrorCode::invalid,
                   "the sandbox must be auto, none, or the name or the absolute path of an OCI "
                   "runtime such as crun or runc");
  }
  if (sandbox.starts_with('/')) {
    if (::access(sandbox.c_str(), X_OK) == 0) return sandbox;
    return failure(ErrorCode::unsupported,
                   "there is no program " + sandbox + ", which the sandbox is set to");
  }
  const std::string found =
      sandbox == "auto" ? find_program({"crun", "runc"}) : find_program({sandbox.c_str()});
  if (!found.empty()) return found;
  return failure(ErrorCode::unsupported, "containers need an OCI runtime: apt-get install " +
                                             (sandbox == "auto" ? "crun" : sandbox));
}

Result<std::string> examine_oci_runtime(const std::string& path) {
  const std::string said = output_of(path, {"--version"});
  std::string version = said.substr(0, said.find('\n'));
  if (version.empty()) return failure(ErrorCode::unsupported, path + " does not run");
  if (output_of(path, {"run", "--help"}).find("preserve-fds") == std::string::npos) {
    return failure(ErrorCode::unsupported,
                   path + " (" + version +
                       ") can't hand an inherited socket over to a container (run --preserve-fds), "
                       "by which Colibri talks to it; use crun or runc");
  }
  return version;
}

std::string warning_about(std::string_view version) {
  // CVE-2025-31133, -52565 and -52881 were mended in 1.2.8, 1.3.3 and 1.4.0.
  if (version.starts_with("runc version")) {
    const auto number = number_of(version);
    const bool old = number < std::array{1, 2, 8} ||
                     (number >= std::array{1, 3, 0} && number < std::array{1, 3, 3});
    if (old) {
      return "images that others made can lead out of it (CVE-2025-31133 and others): run only "
             "images of your own, or take crun";
    }
  }
  if (version.starts_with("crun version") && number_of(version) < std::array{1, 4, 4})
    return "it is older than 1.4.4 and gives containers capabilities to inherit (CVE-2022-27650)";
  return {};
}

}  // namespace colibri::engine
