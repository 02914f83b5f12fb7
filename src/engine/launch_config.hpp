#pragma once
// What every engine tells a supervisor of a launch. Internal to this module.
#include "engine/engine.hpp"
#include "engine/user_ranges.hpp"
#include "link/supervisor_config.hpp"

namespace colibri::engine {

// The runtime's control group.
[[nodiscard]] inline std::string cgroup_of(const RuntimeId& runtime) {
  return "/colibri/" + runtime.value;
}

// All but the link, the folders and the devices. `settings` are an engine's own: what they say of
// users, networks and unused accelerators holds on every machine.
template <class Settings>
[[nodiscard]] link::SupervisorConfig config_of(const Launch& launch, const Settings& settings) {
  link::SupervisorConfig config;
  config.runtime = launch.runtime;
  config.token = launch.token;
  config.image_rootfs = launch.image_rootfs;
  config.image_manifest = launch.image_manifest;
  config.sandbox = launch.sandbox;
  config.uid_base = settings.first_uid + static_cast<uint32_t>(launch.uid_slot) * kUidsPerRuntime;
  config.uid_first = settings.first_uid;
  config.uid_ranges = kUidRanges;
  config.uid_count = kUidsPerRuntime;
  config.cpus = launch.resources.cpus;
  config.memory_bytes = launch.resources.memory_bytes;
  config.pids = static_cast<uint64_t>(launch.resources.pids);
  config.disk_bytes = launch.resources.disk_bytes;
  config.disk_required = launch.resources.disk_required;
  config.network = launch.network;
  config.network_allow = settings.network_allow;
  config.cgroup = cgroup_of(launch.runtime);
  config.ends_ms = launch.ends_ms;
  config.idle_ms = launch.idle_ms;
  config.orphan_ms = launch.orphan_ms;
  config.unused_notice_ms = settings.unused_notice_ms;
  config.reclaim_idle_ms = settings.reclaim_idle_ms;
  config.spare_kernel = launch.spare_kernel;
  if (!launch.kernel_name.empty()) config.kernel_name = launch.kernel_name;
  return config;
}

}  // namespace colibri::engine
