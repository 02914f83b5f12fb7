#include "supervisor/kernel_environment.hpp"

#include "base/json.hpp"
#include "supervisor/mounts.hpp"
#include "supervisor/python_package.hpp"

namespace colibri::supervisor {

std::string agent_socket_path(const link::SupervisorConfig& config) {
  const std::string kernels = config.sandbox == "none" ? config.run_dir + "/k" : kKernelsInside;
  return kernels + kAgentSocket;
}

Environment base_environment(const link::SupervisorConfig& config, const std::string& path,
                             const std::string& home) {
  Environment env{
      // Without a UTF-8 locale some tools refuse to start after a pip install has changed things.
      {"LANG", "C.UTF-8"},
      {"LC_ALL", "C.UTF-8"},
      {"HOME", home},
      {"PATH", config.sandbox == "none" ? config.run_dir + kHostPrograms + ":" + path : path},
      {"TERM", "xterm-256color"},
      {"PYTHONUNBUFFERED", "1"},
      {"MPLBACKEND", "module://matplotlib_inline.backend_inline"},
      {"PLOTLY_RENDERER", "plotly_mimetype"},   // Drawn by the page, not by a script from a CDN.
      {"PYDEVD_DISABLE_FILE_VALIDATION", "1"},  // Else a warning at each start.
      {"JPY_SESSION_NAME", config.runtime.value},
      {"COLIBRI_RUNTIME", config.runtime.value},
      {"COLIBRI_AGENT", agent_socket_path(config)},
  };
  if (config.sandbox != "none") {
    const std::string certificates = "/etc/ssl/certs/ca-certificates.crt";
    for (const char* name : {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT"}) {
      env[name] = certificates;
    }
  }
  for (const auto& [name, value] : config.env) env[name] = value;
  const std::string modules = config.sandbox == "none" ? config.run_dir + "/python" : kPythonInside;
  std::string& before = env["PYTHONPATH"];
  before = before.empty() ? modules : modules + ":" + before;
  return env;
}

std::vector<std::string> kernel_environment(Environment base, const jupyter::Kernelspec& spec) {
  const Environment before = base;
  for (const auto& [name, value] : spec.env) base[name] = jupyter::expand(value, before);
  // With a parent id of another pid namespace ipykernel would end within a second.
  base.erase("JPY_PARENT_PID");
  std::vector<std::string> list;
  for (const auto& [name, value] : base) list.push_back(name + "=" + value);
  return list;
}

std::string path_of_manifest(const std::string& manifest) {
  const auto object = json::parse_object(manifest);
  const auto path = object ? json::string_at(*object, "path") : std::nullopt;
  if (path && path->starts_with('/') && path->find('\0') == std::string::npos) return *path;
  return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

}  // namespace colibri::supervisor
