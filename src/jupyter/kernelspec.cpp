#include "jupyter/kernelspec.hpp"

#include <algorithm>

#include "base/json.hpp"

namespace colibri::jupyter {
namespace {

constexpr size_t kMaxFileBytes = 256u << 10;
constexpr std::string_view kShare = "/share/jupyter/kernels";

bool is_kernel_name(std::string_view name) {
  return !name.empty() && name.size() <= 128 && name != "." && name != ".." &&
         std::ranges::all_of(name, [](unsigned char c) {
           return c < 128 && (std::isalnum(c) || c == '.' || c == '_' || c == '-');
         });
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(':', at), text.size());
    if (end > at) parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::string value_of(const std::map<std::string, std::string>& env, const char* name) {
  const auto found = env.find(name);
  return found == env.end() ? "" : found->second;
}

// "/opt/venv" for a kernelspec in /opt/venv/share/jupyter/kernels/NAME.
std::string prefix_of(const Kernelspec& spec) {
  const size_t at = spec.folder.rfind(kShare);
  return at == std::string::npos ? "" : spec.folder.substr(0, at);
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

Result<Kernelspec> parse_kernelspec(std::string name, std::string folder, std::string_view text) {
  auto object = json::parse_object(text);
  if (!object) return std::unexpected(object.error());
  Kernelspec spec{lower(std::move(name)), std::move(folder)};
  const json::Array* argv = json::array_at(*object, "argv");
  if (!argv || argv->empty()) return failure(ErrorCode::invalid, "it has no argv");
  for (const json::Value& value : *argv) {
    const std::string* argument = value.if_string();
    if (!argument) return failure(ErrorCode::invalid, "its argv holds something else than text");
    spec.argv.push_back(*argument);
  }
  if (const json::Object* env = json::object_at(*object, "env")) {
    for (const auto& [key, value] : *env) {
      const std::string* entry = value.if_string();
      if (!entry) return failure(ErrorCode::invalid, "its env holds something else than text");
      spec.env[key] = *entry;
    }
  }
  spec.display_name = json::string_at(*object, "display_name").value_or(spec.name);
  spec.language = json::string_at(*object, "language").value_or("");
  if (json::string_at(*object, "interrupt_mode") == "message") {
    spec.interrupt_mode = InterruptMode::message;
  }
  return spec;
}

std::vector<std::string> kernel_folders(const std::map<std::string, std::string>& env) {
  std::vector<std::string> folders;
  const auto add = [&folders](std::string folder) {
    if (std::ranges::find(folders, folder) == folders.end()) folders.push_back(std::move(folder));
  };
  for (const std::string& path : split(value_of(env, "JUPYTER_PATH"))) add(path + "/kernels");
  if (const std::string home = value_of(env, "HOME"); !home.empty()) {
    add(home + "/.local" + std::string(kShare));
  }
  for (const std::string& path : split(value_of(env, "PATH"))) {
    if (path.ends_with("/bin")) add(path.substr(0, path.size() - 4) + std::string(kShare));
  }
  add("/usr/local" + std::string(kShare));
  add("/usr" + std::string(kShare));
  return folders;
}

std::map<std::string, Kernelspec> find_kernelspecs(const Folders& folders,
                                                   const std::vector<std::string>& where,
                                                   std::vector<std::string>* complaints) {
  std::map<std::string, Kernelspec> found;
  for (const std::string& folder : where) {
    for (const std::string& name : folders.list(folder)) {
      if (!is_kernel_name(name) || found.contains(lower(name))) continue;
      const std::string path = folder + "/" + name;
      const auto text = folders.read(path + "/kernel.json", kMaxFileBytes);
      if (!text) continue;
      auto spec = parse_kernelspec(name, path, *text);
      if (spec) {
        std::string key = spec->name;
        found.emplace(std::move(key), std::move(*spec));
      } else if (complaints) {
        complaints->push_back(path + "/kernel.json: " + spec.error().detail);
      }
    }
  }
  return found;
}

std::vector<std::string> launch_argv(const Kernelspec& spec, const Folders& folders,
                                     const std::string& connection_file) {
  const std::string prefix = prefix_of(spec);
  std::vector<std::string> argv = spec.argv;
  for (std::string& argument : argv) {
    replace_all(argument, "{connection_file}", connection_file);
    replace_all(argument, "{resource_dir}", spec.folder);
    replace_all(argument, "{prefix}", prefix);
  }
  if (argv[0] == "python" || argv[0] == "python3") {
    for (const char* name : {"/bin/python3", "/bin/python"}) {
      if (!prefix.empty() && folders.is_executable(prefix + name)) {
        argv[0] = prefix + name;
        break;
      }
    }
  }
  return argv;
}

std::string expand(std::string_view text, const std::map<std::string, std::string>& env) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t start = text.find("${", at);
    const size_t end = start == std::string_view::npos ? start : text.find('}', start);
    if (end == std::string_view::npos) return out += text.substr(at);
    out += text.substr(at, start - at);
    const auto value = env.find(std::string(text.substr(start + 2, end - start - 2)));
    out += value == env.end() ? text.substr(start, end + 1 - start) : value->second;
    at = end + 1;
  }
  return out;
}

}  // namespace colibri::jupyter
