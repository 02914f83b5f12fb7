// The accelerators that colibri.yaml declares.
#include <algorithm>

#include "server/config_section.hpp"

namespace colibri::server {

namespace {

constexpr size_t kModelLimit = 64;

// It becomes part of ids, and of metadata in notebooks.
bool is_model_name(const std::string& name) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  };
  return !name.empty() && name.size() <= kModelLimit && std::ranges::all_of(name, good);
}

void read_meter(const YAML::Node& node, accelerators::Declared& declared) {
  if (node.IsSequence()) {
    declared.meter_command = strings(node, "meter");
    if (declared.meter_command.empty() || !declared.meter_command.front().starts_with('/'))
      wrong(node, "meter must begin with the absolute path of a program");
    return;
  }
  declared.meter_file = scalar(node, "meter");
  if (!declared.meter_file.starts_with('/')) wrong(node, "meter must be an absolute path");
}

void read_environment(const YAML::Node& node, accelerators::Declared& declared) {
  if (!node.IsMap()) wrong(node, "env must be a map of names and values");
  for (const auto& item : node) {
    const std::string name = scalar(item.first, "a name in env");
    if (name.empty() || name.find('=') != std::string::npos)
      wrong(item.first, "\"" + name + "\" is no name for the environment");
    declared.env[name] = scalar(item.second, name);
  }
}

accelerators::Declared read_declared(const YAML::Node& node) {
  using Node = const YAML::Node&;
  accelerators::Declared made;
  read_map(node, "an accelerator",
           {{"model", [&](Node n) { made.model = scalar(n, "model"); }},
            {"title", [&](Node n) { made.title = scalar(n, "title"); }},
            {"memory", [&](Node n) { made.memory_bytes = bytes(n, "memory"); }},
            {"tflops", [&](Node n) { made.tflops = number<double>(n, "tflops", 0, 1e9); }},
            {"count", [&](Node n) { made.count = number<int>(n, "count", 1, 1024); }},
            {"devices", [&](Node n) { made.devices = strings(n, "devices"); }},
            {"cdi", [&](Node n) { made.cdi = strings(n, "cdi"); }},
            {"env", [&](Node n) { read_environment(n, made); }},
            {"meter", [&](Node n) { read_meter(n, made); }}});
  if (!is_model_name(made.model))
    wrong(node, "an accelerator needs a model, of letters, digits, \"-\", \".\" and \"_\"");
  for (const std::string& device : made.devices) {
    if (!device.starts_with("/dev/") || device.find("/../") != std::string::npos)
      wrong(node, "\"" + device + "\" is no path below /dev");
  }
  return made;
}

}  // namespace

void read_accelerators(const YAML::Node& node, Config& config) {
  if (!node.IsSequence()) wrong(node, "accelerators must be a list");
  for (const YAML::Node& item : node) {
    config.accelerators.push_back(read_declared(item));
    const std::string& model = config.accelerators.back().model;
    if (std::ranges::count(config.accelerators, model, &accelerators::Declared::model) > 1)
      wrong(item, "two accelerators have the same model; give it a count");
  }
}

}  // namespace colibri::server
