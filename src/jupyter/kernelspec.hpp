#pragma once
// Kernelspecs: which kernels an image offers and how each is started. The rules are pure; the
// files, which are untrusted, are read through `Folders`.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace colibri::jupyter {

// Read access to one root file system; paths are absolute inside it.
class Folders {
 public:
  virtual ~Folders() = default;
  // Names of the folders in `path`, empty when there is none. Limited in number.
  [[nodiscard]] virtual std::vector<std::string> list(const std::string& path) const = 0;
  // A regular file up to `limit` bytes.
  [[nodiscard]] virtual std::optional<std::string> read(const std::string& path,
                                                        size_t limit) const = 0;
  [[nodiscard]] virtual bool is_executable(const std::string& path) const = 0;
};

enum class InterruptMode { signal, message };

struct Kernelspec {
  std::string name;    // Lower case.
  std::string folder;  // {resource_dir}
  std::vector<std::string> argv;
  std::map<std::string, std::string> env;
  std::string display_name, language;
  InterruptMode interrupt_mode = InterruptMode::signal;
};

// `invalid` says what is wrong with kernel.json.
[[nodiscard]] Result<Kernelspec> parse_kernelspec(std::string name, std::string folder,
                                                  std::string_view text);

// Folders that hold kernels, first hit wins: $JUPYTER_PATH, the user's, those beside each folder of
// $PATH (/opt/venv/bin -> /opt/venv/share/jupyter/kernels), /usr/local and /usr.
[[nodiscard]] std::vector<std::string> kernel_folders(
    const std::map<std::string, std::string>& env);

// All usable kernelspecs by name. A broken one is left out; why goes into `complaints`.
[[nodiscard]] std::map<std::string, Kernelspec> find_kernelspecs(
    const Folders& folders, const std::vector<std::string>& where,
    std::vector<std::string>* complaints);

// argv with {connection_file}, {resource_dir} and {prefix} filled in. "python" becomes the one of
// the prefix that the kernelspec was found under, for PATH may find another.
[[nodiscard]] std::vector<std::string> launch_argv(const Kernelspec& spec, const Folders& folders,
                                                   const std::string& connection_file);

// `text` with ${NAME} replaced from `env`; an unknown name stays.
[[nodiscard]] std::string expand(std::string_view text,
                                 const std::map<std::string, std::string>& env);

}  // namespace colibri::jupyter
