#include "cdi/spec.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace colibri::cdi {
namespace {

constexpr size_t kMaxItems = 4096;  // Of each list.
constexpr size_t kMaxPath = 4000;

struct Bad {
  int line;
  std::string what;
};

[[noreturn]] void bad(const YAML::Node& at, std::string what) {
  throw Bad{at.Mark().line + 1, std::move(what)};
}

std::string scalar(const YAML::Node& node, const std::string& key) {
  if (!node.IsScalar()) bad(node, key + " must be a single value");
  if (node.Scalar().find('\0') != std::string::npos) bad(node, key + " has a zero byte in it");
  return node.Scalar();
}

int64_t integer(const YAML::Node& node, const std::string& key, int64_t low, int64_t high) {
  int64_t value = 0;
  if (!node.IsScalar() || !YAML::convert<int64_t>::decode(node, value) || value < low ||
      value > high) {
    bad(node,
        key + " must be a number from " + std::to_string(low) + " to " + std::to_string(high));
  }
  return value;
}

std::string path(const YAML::Node& node, const std::string& key) {
  std::string text = scalar(node, key);
  if (!text.starts_with('/') || text.size() > kMaxPath || (text + "/").find("/../") != text.npos) {
    bad(node, key + " must be an absolute path without \"..\"");
  }
  return text;
}

void each(const YAML::Node& node, const std::string& key,
          const std::function<void(const YAML::Node&)>& read) {
  if (node.IsNull()) return;
  if (!node.IsSequence()) bad(node, key + " must be a list");
  if (node.size() > kMaxItems) bad(node, key + " has too many items");
  for (const YAML::Node& item : node) read(item);
}

std::vector<std::string> texts(const YAML::Node& node, const std::string& key) {
  std::vector<std::string> list;
  each(node, key, [&](const YAML::Node& item) { list.push_back(scalar(item, key)); });
  return list;
}

using Readers = std::map<std::string, std::function<void(const YAML::Node&)>>;

void read_map(const YAML::Node& node, const std::string& what, const Readers& readers) {
  if (!node.IsMap()) bad(node, what + " must be a map of keys and values");
  std::set<std::string> seen;
  for (const auto& item : node) {
    const std::string key = scalar(item.first, "a key");
    const auto reader = readers.find(key);
    if (reader == readers.end()) bad(item.first, "unknown key \"" + key.substr(0, 60) + "\"");
    if (!seen.insert(key).second) bad(item.first, "\"" + key + "\" comes twice");
    reader->second(item.second);
  }
}

void ignore(const YAML::Node&) {}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Letters, digits and `others`, the first and last a letter or digit.
bool is_name(std::string_view name, std::string_view others) {
  const auto good = [&](char c) { return is_letter_or_digit(c) || others.find(c) != others.npos; };
  return !name.empty() && name.size() <= 256 && is_letter_or_digit(name.front()) &&
         is_letter_or_digit(name.back()) && std::ranges::all_of(name, good);
}

bool is_kind(std::string_view kind) {
  const size_t slash = kind.find('/');
  return slash != kind.npos && is_name(kind.substr(0, slash), "_-.") &&
         is_name(kind.substr(slash + 1), "_-");
}

void read_env(const YAML::Node& node, oci::Edits& edits) {
  each(node, "env", [&](const YAML::Node& item) {
    const std::string text = scalar(item, "env");
    const size_t equals = text.find('=');
    if (equals == text.npos || equals == 0) bad(item, "env must be a list of NAME=value");
    edits.env[text.substr(0, equals)] = text.substr(equals + 1);
  });
}

std::string read_permissions(const YAML::Node& node) {
  const std::string text = scalar(node, "permissions");
  if (text.find_first_not_of("rwm") != text.npos) {
    bad(node, "permissions must be made of r, w and m");
  }
  std::string narrowed;
  for (const char c : {'r', 'w'}) {
    if (text.find(c) != text.npos) narrowed += c;
  }
  return narrowed;
}

oci::DeviceNode read_device_node(const YAML::Node& node) {
  using Node = const YAML::Node&;
  oci::DeviceNode made;
  const auto type = [&](Node n) {
    const std::string text = scalar(n, "type");
    // "u" is another name of "c". A pipe is no device.
    if (text == "b")
      made.type = 'b';
    else if (text == "c" || text == "u")
      made.type = 'c';
    else if (!text.empty())
      bad(n, "type must be b, c or u");
  };
  constexpr int64_t kMax = UINT32_MAX;
  read_map(node, "a device node",
           {{"path", [&](Node n) { made.path = path(n, "path"); }},
            {"hostPath", [&](Node n) { made.host_path = path(n, "hostPath"); }},
            {"type", type},
            {"major", [&](Node n) { made.major = integer(n, "major", 0, kMax); }},
            {"minor", [&](Node n) { made.minor = integer(n, "minor", 0, kMax); }},
            {"permissions", [&](Node n) { made.permissions = read_permissions(n); }},
            // Nodes in a container are made for it alone: who owns them is not the file's to say.
            {"fileMode", [](Node n) { (void)integer(n, "fileMode", 0, kMax); }},
            {"uid", [](Node n) { (void)integer(n, "uid", 0, kMax); }},
            {"gid", [](Node n) { (void)integer(n, "gid", 0, kMax); }}});
  if (made.path.empty()) bad(node, "a device node needs a path");
  if (made.host_path.empty()) made.host_path = made.path;
  // Type and numbers belong together; else the host's node has them.
  if (made.type == 0 || made.major == 0) {
    made.type = 0;
    made.major = made.minor = 0;
  }
  return made;
}

oci::BindMount read_mount(const YAML::Node& node) {
  using Node = const YAML::Node&;
  oci::BindMount made;
  const auto type = [](Node n) {
    const std::string text = scalar(n, "type");
    if (!text.empty() && text != "bind" && text != "none") bad(n, "only bind mounts are supported");
  };
  read_map(node, "a mount",
           {{"hostPath", [&](Node n) { made.host_path = path(n, "hostPath"); }},
            {"containerPath", [&](Node n) { made.path = path(n, "containerPath"); }},
            {"options", [&](Node n) { made.options = texts(n, "options"); }},
            {"type", type}});
  if (made.host_path.empty() || made.path.empty()) {
    bad(node, "a mount needs a hostPath and a containerPath");
  }
  if (made.path.find_first_not_of('/') == made.path.npos) {
    bad(node, "nothing can be mounted over the root of a container");
  }
  return made;
}

oci::Hook read_hook(const YAML::Node& node) {
  using Node = const YAML::Node&;
  oci::Hook made;
  const auto name = [&](Node n) {
    made.name = scalar(n, "hookName");
    constexpr const char* kNames[] = {"prestart",       "createRuntime", "createContainer",
                                      "startContainer", "poststart",     "poststop"};
    if (std::ranges::find(kNames, made.name) == std::end(kNames)) {
      bad(n, "there is no hook \"" + made.name.substr(0, 60) + "\"");
    }
  };
  read_map(node, "a hook",
           {{"hookName", name},
            {"path", [&](Node n) { made.path = path(n, "path"); }},
            {"args", [&](Node n) { made.args = texts(n, "args"); }},
            {"env", [&](Node n) { made.env = texts(n, "env"); }},
            {"timeout", [&](Node n) { made.timeout_s = integer(n, "timeout", 0, 3600); }}});
  if (made.name.empty() || made.path.empty()) bad(node, "a hook needs a hookName and a path");
  return made;
}

oci::Edits read_edits(const YAML::Node& node, std::string& unsupported) {
  using Node = const YAML::Node&;
  oci::Edits edits;
  if (node.IsNull()) return edits;
  const auto gid = [&](Node n) {
    edits.gids.push_back(static_cast<uint32_t>(integer(n, "additionalGids", 0, UINT32_MAX)));
  };
  const auto cannot = [&](const char* what) {
    return [&unsupported, what](Node n) {
      if (!n.IsNull() && n.size() > 0) unsupported = what;
    };
  };
  read_map(
      node, "containerEdits",
      {{"env", [&](Node n) { read_env(n, edits); }},
       {"deviceNodes",
        [&](Node n) {
          each(n, "deviceNodes", [&](Node i) { edits.devices.push_back(read_device_node(i)); });
        }},
       {"mounts",
        [&](Node n) { each(n, "mounts", [&](Node i) { edits.mounts.push_back(read_mount(i)); }); }},
       {"hooks",
        [&](Node n) { each(n, "hooks", [&](Node i) { edits.hooks.push_back(read_hook(i)); }); }},
       {"additionalGids", [&](Node n) { each(n, "additionalGids", gid); }},
       {"netDevices", cannot("netDevices")},
       {"intelRdt", cannot("intelRdt")}});
  return edits;
}

Device read_device(const YAML::Node& node) {
  using Node = const YAML::Node&;
  Device device;
  bool edited = false;
  read_map(node, "a device",
           {{"name", [&](Node n) { device.name = scalar(n, "name"); }},
            {"annotations", ignore},
            {"containerEdits", [&](Node n) {
               device.edits = read_edits(n, device.unsupported);
               edited = true;
             }}});
  if (!is_name(device.name, "_-.:")) bad(node, "a device needs a name of letters, digits and _-.:");
  if (!edited) bad(node, "the device \"" + device.name + "\" has no containerEdits");
  return device;
}

void check_version(const YAML::Node& node) {
  const std::string version = scalar(node, "cdiVersion");
  const bool known = version.starts_with("0.") || version.starts_with("1.");
  if (!known || version.find_first_not_of("0123456789.") != version.npos) {
    bad(node, "its cdiVersion \"" + version.substr(0, 20) + "\" is not known here (0.3 to 1.1)");
  }
}

Spec read_spec(const YAML::Node& root) {
  using Node = const YAML::Node&;
  Spec spec;
  bool versioned = false;
  const auto version = [&](Node n) {
    check_version(n);
    versioned = true;
  };
  read_map(root, "a CDI specification",
           {{"cdiVersion", version},
            {"kind", [&](Node n) { spec.kind = scalar(n, "kind"); }},
            {"annotations", ignore},
            {"containerEdits", [&](Node n) { spec.edits = read_edits(n, spec.unsupported); }},
            {"devices", [&](Node n) {
               each(n, "devices", [&](Node i) { spec.devices.push_back(read_device(i)); });
             }}});
  if (!versioned) bad(root, "it has no cdiVersion");
  if (!is_kind(spec.kind)) bad(root, "its kind must be like vendor.com/class");
  if (spec.devices.empty()) bad(root, "it has no devices");
  std::set<std::string> names;
  for (const Device& device : spec.devices) {
    if (!names.insert(device.name).second) {
      bad(root, "two devices have the name \"" + device.name + "\"");
    }
  }
  return spec;
}

}  // namespace

Result<Spec> parse_spec(std::string_view text) {
  if (text.size() > kMaxSpecBytes) return failure(ErrorCode::too_large, "it is over 4 MiB");
  const auto at_line = [](int line, const std::string& what) {
    return failure(ErrorCode::invalid, "line " + std::to_string(line) + ": " + what);
  };
  try {
    return read_spec(YAML::Load(std::string(text)));
  } catch (const Bad& e) {
    return at_line(e.line, e.what);
  } catch (const YAML::Exception& e) {
    return at_line(e.mark.line + 1, e.msg);
  }
}

}  // namespace colibri::cdi
