// The kinds of runtimes of colibri.yaml.
#include <algorithm>

#include "image/images.hpp"
#include "server/config_section.hpp"

namespace colibri::server {

namespace {

void read_disk(const YAML::Node& node, engine::Resources& resources) {
  constexpr uint64_t kLeast = uint64_t{256} << 20;
  constexpr uint64_t kMost = uint64_t{8} << 40;
  const bool limited = scalar(node, "disk") != "unlimited";
  resources.disk_bytes = limited ? bytes(node, "disk") : 0;
  resources.disk_required = limited;
  if (limited && (resources.disk_bytes < kLeast || resources.disk_bytes > kMost))
    wrong(node, "a flavor's disk is 256MiB to 8TiB, or unlimited");
}

runtimes::Flavor read_flavor(const YAML::Node& node) {
  using Node = const YAML::Node&;
  runtimes::Flavor flavor{.name = "", .title = ""};
  auto& resources = flavor.resources;
  bool counted = false;
  const auto count = [&](Node n) {
    flavor.accelerators = number<int>(n, "accelerators", 1, 1024);
    counted = true;
  };
  read_map(node, "a flavor",
           {{"name", [&](Node n) { flavor.name = scalar(n, "name"); }},
            {"title", [&](Node n) { flavor.title = scalar(n, "title"); }},
            {"cpus", [&](Node n) { resources.cpus = number<double>(n, "cpus", 0.1, 4096); }},
            {"memory", [&](Node n) { resources.memory_bytes = bytes(n, "memory"); }},
            {"pids", [&](Node n) { resources.pids = number<int>(n, "pids", 64, 4'194'304); }},
            {"disk", [&](Node n) { read_disk(n, resources); }},
            {"accelerator", [&](Node n) { flavor.accelerator = scalar(n, "accelerator"); }},
            {"accelerators", count},
            {"image", [&](Node n) { flavor.image = scalar(n, "image"); }},
            {"life", [&](Node n) { flavor.life_ms = duration(n, "life"); }},
            {"idle", [&](Node n) { flavor.idle_ms = duration(n, "idle"); }},
            {"high_ram", [&](Node n) { flavor.high_ram = boolean(n, "high_ram"); }}});
  if (flavor.name.empty()) wrong(node, "a flavor needs a name");
  if (flavor.name == runtimes::kLocalFlavor) wrong(node, "no flavor may be named local");
  if (flavor.title.empty()) flavor.title = flavor.name;
  if (resources.memory_bytes < 256u << 20) wrong(node, "a flavor's memory is at least 256 MiB");
  if (counted && flavor.accelerator.empty())
    wrong(node, "a flavor with accelerators needs an accelerator: their model");
  if (!flavor.image.empty() && !image::is_image_name(flavor.image))
    wrong(node, "\"" + flavor.image + "\" is no image name");
  return flavor;
}

}  // namespace

void read_flavors(const YAML::Node& node, Config& config) {
  if (!node.IsSequence() || node.size() == 0) wrong(node, "flavors must be a list of one or more");
  auto& flavors = config.flavors;
  flavors.clear();
  config.flavors_named = true;
  for (const YAML::Node& item : node) {
    flavors.push_back(read_flavor(item));
    const auto same = [&](const auto& f) { return f.name == flavors.back().name; };
    if (std::ranges::count_if(flavors, same) > 1) wrong(item, "two flavors have the same name");
  }
}

}  // namespace colibri::server
