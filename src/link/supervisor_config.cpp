#include "link/supervisor_config.hpp"

#include "link/fields.hpp"

namespace colibri::link {

json::Array lent_to_json(const std::vector<LentAccelerator>& accelerators) {
  json::Array list;
  for (const LentAccelerator& each : accelerators) {
    list.push_back(json::Object{
        {"id", each.id},
        {"kind", each.kind},
        {"model", each.model},
        {"title", each.title},
        {"memory_bytes", each.memory_bytes},
        {"meter_path", each.meter_path},
        {"meter_command", json::Array(each.meter_command.begin(), each.meter_command.end())}});
  }
  return list;
}

Result<std::vector<LentAccelerator>> lent_from_json(const json::Object& object) {
  std::vector<LentAccelerator> list;
  const json::Array* array = json::array_at(object, "accelerators");
  if (array == nullptr) return list;
  for (const json::Value& item : *array) {
    const json::Object none;
    Fields fields(item.if_object() ? *item.if_object() : none, "an accelerator that is lent");
    LentAccelerator lent{.id = fields.text("id"),
                         .kind = fields.text("kind"),
                         .model = fields.text("model"),
                         .title = fields.text("title"),
                         .memory_bytes = fields.count_or("memory_bytes", 0),
                         .meter_path = fields.text_or("meter_path", "")};
    const json::Value* command = item.find("meter_command");
    if (command != nullptr && command->if_array() != nullptr) {
      for (const json::Value& word : *command->if_array()) {
        if (word.if_string()) lent.meter_command.push_back(*word.if_string());
      }
    }
    if (!fields.ok()) return fields.error();
    list.push_back(std::move(lent));
  }
  return list;
}

json::Object to_json(const SupervisorConfig& config) {
  json::Object env;
  for (const auto& [name, value] : config.env) env.set(name, value);
  json::Array pass_env;
  for (const std::string& name : config.pass_env) pass_env.emplace_back(name);
  return {{"runtime", config.runtime.value},
          {"token", config.token},
          {"link", config.link},
          {"link_certificate", config.link_certificate},
          {"runtime_dir", config.runtime_dir},
          {"run_dir", config.run_dir},
          {"image_rootfs", config.image_rootfs},
          {"image_manifest", config.image_manifest},
          {"sandbox", config.sandbox},
          {"uid_base", static_cast<int64_t>(config.uid_base)},
          {"uid_count", static_cast<int64_t>(config.uid_count)},
          {"uid_first", static_cast<int64_t>(config.uid_first)},
          {"uid_ranges", static_cast<int64_t>(config.uid_ranges)},
          {"cpus", config.cpus},
          {"memory_bytes", config.memory_bytes},
          {"pids", config.pids},
          {"disk_bytes", config.disk_bytes},
          {"disk_required", config.disk_required},
          {"network", config.network},
          {"network_allow", json::Array(config.network_allow.begin(), config.network_allow.end())},
          {"cgroup", config.cgroup},
          {"env", std::move(env)},
          {"disk_kept", config.disk_kept},
          {"node_dir", config.node_dir},
          {"pass_env", std::move(pass_env)},
          {"job_accelerators", config.job_accelerators},
          {"declared", config.declared},
          {"ends_ms", config.ends_ms},
          {"idle_ms", config.idle_ms},
          {"life_ms", config.life_ms},
          {"warning_ms", config.warning_ms},
          {"orphan_ms", config.orphan_ms},
          {"kernel_name", config.kernel_name},
          {"pooled", config.pooled},
          {"spare_kernel", config.spare_kernel},
          {"may_get", oci::to_json(oci::Edits{.devices = config.may_get})},
          {"accelerators", lent_to_json(config.accelerators)},
          {"edits", oci::to_json(config.edits)},
          {"unused_notice_ms", config.unused_notice_ms},
          {"reclaim_idle_ms", config.reclaim_idle_ms}};
}

namespace {

Result<oci::Edits> edits_or_none(const json::Object& object) {
  if (object.empty()) return oci::Edits{};
  return oci::edits_from_json(object);
}

}  // namespace

Result<SupervisorConfig> supervisor_config_from_json(const json::Object& object) {
  Fields fields(object, "supervisor.json");
  SupervisorConfig config;
  config.runtime = {fields.text("runtime")};
  config.token = fields.text("token");
  config.link = fields.text("link");
  config.link_certificate = fields.text_or("link_certificate", "");
  config.node_dir = fields.text_or("node_dir", "");
  if (config.node_dir.empty()) {
    config.runtime_dir = fields.text("runtime_dir");
    config.run_dir = fields.text("run_dir");
  }
  config.image_rootfs = fields.text_or("image_rootfs", "");
  config.image_manifest = fields.text_or("image_manifest", "");
  config.sandbox = fields.text_or("sandbox", config.sandbox);
  config.uid_base = static_cast<uint32_t>(fields.count_or("uid_base", 0));
  config.uid_count = static_cast<uint32_t>(fields.count_or("uid_count", config.uid_count));
  config.uid_first = static_cast<uint32_t>(fields.count_or("uid_first", 0));
  config.uid_ranges = static_cast<uint32_t>(fields.count_or("uid_ranges", 0));
  config.cpus = fields.number_or("cpus", 0);
  config.memory_bytes = fields.count_or("memory_bytes", 0);
  config.pids = fields.count_or("pids", 0);
  config.disk_bytes = fields.count_or("disk_bytes", 0);
  config.disk_required = fields.flag_or("disk_required", false);
  config.network = fields.text_or("network", config.network);
  config.network_allow = fields.texts_or_empty("network_allow");
  config.cgroup = fields.text_or("cgroup", "");
  for (const auto& [name, value] : fields.object_or_empty("env")) {
    const std::string* text = value.if_string();
    if (!text || name.empty() || name.find('=') != std::string::npos) {
      return failure(ErrorCode::invalid, "\"env\" of supervisor.json is malformed.");
    }
    config.env[name] = *text;
  }
  config.disk_kept = fields.flag_or("disk_kept", false);
  for (const json::Value& value : fields.array_or_empty("pass_env")) {
    const std::string* name = value.if_string();
    if (!name || name->empty() || name->find('=') != std::string::npos) {
      return failure(ErrorCode::invalid, "\"pass_env\" of supervisor.json is malformed.");
    }
    config.pass_env.push_back(*name);
  }
  config.job_accelerators = static_cast<int>(fields.count_or("job_accelerators", 0));
  config.declared = fields.array_or_empty("declared");
  config.ends_ms = fields.integer_or("ends_ms", 0);
  config.idle_ms = fields.integer_or("idle_ms", 0);
  config.life_ms = fields.integer_or("life_ms", 0);
  config.warning_ms = fields.integer_or("warning_ms", 0);
  config.orphan_ms = fields.integer_or("orphan_ms", 0);
  config.kernel_name = fields.text_or("kernel_name", config.kernel_name);
  config.unused_notice_ms = fields.integer_or("unused_notice_ms", config.unused_notice_ms);
  config.reclaim_idle_ms = fields.integer_or("reclaim_idle_ms", 0);
  config.spare_kernel = fields.flag_or("spare_kernel", false);
  config.pooled = fields.flag_or("pooled", false);
  const auto edits = fields.object_or_empty("edits");
  const auto may_get = fields.object_or_empty("may_get");
  if (!fields.ok()) return fields.error();
  auto accelerators = lent_from_json(object);
  if (!accelerators) return std::unexpected(accelerators.error());
  config.accelerators = *std::move(accelerators);
  auto now = edits_or_none(edits);
  if (!now) return std::unexpected(now.error());
  config.edits = *std::move(now);
  auto later = edits_or_none(may_get);
  if (!later) return std::unexpected(later.error());
  config.may_get = std::move(later->devices);
  return config;
}

}  // namespace colibri::link
