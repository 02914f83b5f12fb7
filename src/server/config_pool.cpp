// The section `pool` of colibri.yaml: runtimes that are started ahead.
#include <algorithm>

#include "image/images.hpp"
#include "server/config_section.hpp"

namespace colibri::server {

namespace {

constexpr size_t kMostOfAKind = 1000;

runtimes::PoolKind read_kind(const YAML::Node& node) {
  using Node = const YAML::Node&;
  runtimes::PoolKind kind;
  read_map(node, "an image of the pool",
           {{"image", [&](Node n) { kind.image = scalar(n, "image"); }},
            {"kernel", [&](Node n) { kind.kernel = scalar(n, "kernel"); }},
            {"size", [&](Node n) { kind.size = number<size_t>(n, "size", 0, kMostOfAKind); }}});
  if (!image::is_image_name(kind.image)) wrong(node, "an image of the pool needs the image's name");
  return kind;
}

}  // namespace

void read_pool(const YAML::Node& node, Config& config) {
  using Node = const YAML::Node&;
  size_t size = 1;
  std::vector<runtimes::PoolKind> kinds;
  const auto images = [&](Node list) {
    if (!list.IsSequence()) wrong(list, "pool.images must be a list");
    for (const YAML::Node& item : list) kinds.push_back(read_kind(item));
  };
  const auto spare_kernel = [&](Node n) { config.spare_kernels = boolean(n, "spare_kernel"); };
  const auto free_memory = [&](Node n) { config.pool.free_bytes = bytes(n, "free_memory"); };
  read_map(node, "pool",
           {{"size", [&](Node n) { size = number<size_t>(n, "size", 0, kMostOfAKind); }},
            {"images", images},
            {"spare_kernel", spare_kernel},
            {"free_memory", free_memory}});
  kinds.insert(kinds.begin(), runtimes::PoolKind{.size = size});
  std::erase_if(kinds, [](const runtimes::PoolKind& kind) { return kind.size == 0; });
  config.pool.kinds = std::move(kinds);
}

}  // namespace colibri::server
