#include "oci/edits.hpp"

#include <algorithm>

namespace colibri::oci {
namespace {

json::Array array_of(const std::vector<std::string>& texts) {
  return json::Array(texts.begin(), texts.end());
}

// Takes the place of the one with the same `path`, or comes last.
template <class T>
void put(std::vector<T>& list, T item) {
  const auto same = std::ranges::find(list, item.path, &T::path);
  if (same != list.end()) {
    *same = std::move(item);
  } else {
    list.push_back(std::move(item));
  }
}

// Reads members and remembers whether one was missing or of another type.
struct EditReader {
  bool good = true;

  std::string text(const json::Object& object, const char* key) {
    auto value = json::string_at(object, key);
    good = good && value.has_value();
    return value.value_or("");
  }
  int64_t integer(const json::Object& object, const char* key) {
    const auto value = json::integer_at(object, key);
    good = good && value.has_value();
    return value.value_or(0);
  }
  std::vector<std::string> texts(const json::Object& object, const char* key) {
    std::vector<std::string> list;
    for (const json::Value& item : items(object, key)) {
      good = good && item.if_string();
      if (item.if_string()) list.push_back(*item.if_string());
    }
    return list;
  }
  const json::Array& items(const json::Object& object, const char* key) {
    static const json::Array kNone;
    const json::Array* array = json::array_at(object, key);
    good = good && array;
    return array ? *array : kNone;
  }
  template <class T>
  std::vector<T> all(const json::Object& object, const char* key,
                     T (*read)(EditReader&, const json::Object&)) {
    std::vector<T> list;
    for (const json::Value& item : items(object, key)) {
      good = good && item.if_object();
      if (item.if_object()) list.push_back(read(*this, *item.if_object()));
    }
    return list;
  }
};

DeviceNode read_node(EditReader& in, const json::Object& object) {
  const std::string type = in.text(object, "type");
  in.good = in.good && (type == "c" || type == "b" || type.empty());
  return {
      in.text(object, "path"),     in.text(object, "host_path"), type.empty() ? '\0' : type.front(),
      in.integer(object, "major"), in.integer(object, "minor"),  in.text(object, "permissions")};
}

BindMount read_bind(EditReader& in, const json::Object& object) {
  return {in.text(object, "host_path"), in.text(object, "path"), in.texts(object, "options")};
}

Hook read_hook(EditReader& in, const json::Object& object) {
  return {in.text(object, "name"), in.text(object, "path"), in.texts(object, "args"),
          in.texts(object, "env"), in.integer(object, "timeout_s")};
}

}  // namespace

void Edits::merge(Edits more) {
  for (auto& [name, value] : more.env) env[name] = std::move(value);
  for (DeviceNode& node : more.devices) put(devices, std::move(node));
  for (BindMount& mount : more.mounts) put(mounts, std::move(mount));
  for (Hook& hook : more.hooks) {
    if (std::ranges::find(hooks, hook) == hooks.end()) hooks.push_back(std::move(hook));
  }
  for (const uint32_t gid : more.gids) {
    if (std::ranges::find(gids, gid) == gids.end()) gids.push_back(gid);
  }
  locks_memory = locks_memory || more.locks_memory;
}

json::Object to_json(const Edits& edits) {
  json::Object env;
  for (const auto& [name, value] : edits.env) env.set(name, value);
  json::Array devices, mounts, hooks;
  for (const DeviceNode& node : edits.devices) {
    devices.push_back(json::Object{{"path", node.path},
                                   {"host_path", node.host_path},
                                   {"type", node.type ? std::string(1, node.type) : ""},
                                   {"major", node.major},
                                   {"minor", node.minor},
                                   {"permissions", node.permissions}});
  }
  for (const BindMount& mount : edits.mounts) {
    mounts.push_back(json::Object{{"host_path", mount.host_path},
                                  {"path", mount.path},
                                  {"options", array_of(mount.options)}});
  }
  for (const Hook& hook : edits.hooks) {
    hooks.push_back(json::Object{{"name", hook.name},
                                 {"path", hook.path},
                                 {"args", array_of(hook.args)},
                                 {"env", array_of(hook.env)},
                                 {"timeout_s", hook.timeout_s}});
  }
  return {{"env", std::move(env)},
          {"devices", std::move(devices)},
          {"mounts", std::move(mounts)},
          {"hooks", std::move(hooks)},
          {"gids", json::Array(edits.gids.begin(), edits.gids.end())},
          {"locks_memory", edits.locks_memory}};
}

Result<Edits> edits_from_json(const json::Object& object) {
  EditReader in;
  Edits edits;
  const json::Object* env = json::object_at(object, "env");
  in.good = env != nullptr;
  for (const auto& [name, value] : env ? *env : json::Object()) {
    in.good = in.good && value.if_string();
    if (value.if_string()) edits.env[name] = *value.if_string();
  }
  edits.devices = in.all(object, "devices", read_node);
  edits.mounts = in.all(object, "mounts", read_bind);
  edits.hooks = in.all(object, "hooks", read_hook);
  for (const json::Value& item : in.items(object, "gids")) {
    const auto gid = item.if_integer();
    in.good = in.good && gid && *gid >= 0 && *gid <= UINT32_MAX;
    edits.gids.push_back(static_cast<uint32_t>(gid.value_or(0)));
  }
  const auto locks = json::bool_at(object, "locks_memory");
  edits.locks_memory = locks.value_or(false);
  if (!in.good || !locks)
    return failure(ErrorCode::invalid, "The edits for devices are malformed.");
  return edits;
}

}  // namespace colibri::oci
