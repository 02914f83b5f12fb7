#include "accelerators/accelerator.hpp"
#include "link/fields.hpp"

namespace colibri::accelerators {

json::Object to_json(const Declared& declared) {
  json::Object env;
  for (const auto& [name, value] : declared.env) env.set(name, value);
  const auto array = [](const std::vector<std::string>& list) {
    return json::Array(list.begin(), list.end());
  };
  return {{"model", declared.model},
          {"title", declared.title},
          {"memory_bytes", declared.memory_bytes},
          {"tflops", declared.tflops},
          {"count", declared.count},
          {"devices", array(declared.devices)},
          {"cdi", array(declared.cdi)},
          {"env", std::move(env)},
          {"meter_file", declared.meter_file},
          {"meter_command", array(declared.meter_command)}};
}

Result<Declared> declared_from_json(const json::Object& object) {
  link::Fields fields(object, "a declared accelerator");
  Declared declared{.model = fields.text("model"),
                    .title = fields.text_or("title", ""),
                    .memory_bytes = fields.count_or("memory_bytes", 0),
                    .tflops = fields.number_or("tflops", 0),
                    .count = static_cast<int>(fields.count_or("count", 1)),
                    .devices = fields.texts_or_empty("devices"),
                    .cdi = fields.texts_or_empty("cdi"),
                    .meter_file = fields.text_or("meter_file", ""),
                    .meter_command = fields.texts_or_empty("meter_command")};
  for (const auto& [name, value] : fields.object_or_empty("env")) {
    const std::string* text = value.if_string();
    if (!text) return failure(ErrorCode::invalid, "\"env\" of an accelerator is malformed.");
    declared.env[name] = *text;
  }
  if (!fields.ok()) return fields.error();
  return declared;
}

}  // namespace colibri::accelerators
