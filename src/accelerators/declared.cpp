#include "accelerators/declared.hpp"

#include <sys/stat.h>

#include "accelerators/cdi_files.hpp"
#include "accelerators/kinds.hpp"
#include "accelerators/meter.hpp"

namespace colibri::accelerators {
namespace {

bool is_device(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode));
}

Access access_to(const Declared& declared, int number) {
  Access access{.needs_cdi = true, .meter_path = numbered(declared.meter_file, number)};
  for (const std::string& device : declared.devices) {
    access.edits.devices.push_back(plain_node(numbered(device, number)));
  }
  for (const auto& [name, value] : declared.env) access.edits.env[name] = numbered(value, number);
  for (const std::string& name : declared.cdi) access.cdi.push_back(numbered(name, number));
  for (const std::string& word : declared.meter_command) {
    access.meter_command.push_back(numbered(word, number));
  }
  return access;
}

// Declared nodes are the host's own, wherever the rest is looked for.
std::string why_unusable(const Declared& declared, int number, const cdi::Registry& cdi) {
  for (const std::string& device : declared.devices) {
    const std::string path = numbered(device, number);
    if (!is_device(path)) return path + " is no device";
  }
  const Access access = access_to(declared, number);
  for (const std::string& name : access.cdi)
    if (!cdi.has(name)) return "no CDI specification knows the device " + name;
  // Its meter may say that it is gone.
  const auto meters = make_meters({{.kind = "declared",
                                    .meter_path = access.meter_path,
                                    .meter_command = access.meter_command}});
  return meters.front()->read().lost;
}

}  // namespace

std::string numbered(std::string text, int number) {
  constexpr std::string_view kMark = "{n}";
  const std::string digits = std::to_string(number);
  for (size_t at = text.find(kMark); at != std::string::npos; at = text.find(kMark, at)) {
    text.replace(at, kMark.size(), digits);
    at += digits.size();
  }
  return text;
}

std::vector<Found> find_declared(const Settings& settings) {
  std::vector<Found> found;
  if (settings.declared.empty()) return found;
  const cdi::Registry cdi = read_cdi(settings.root);
  for (const Declared& declared : settings.declared) {
    for (int number = 0; number < declared.count; ++number) {
      const std::string& title = declared.title.empty() ? declared.model : declared.title;
      found.push_back({{.id = declared.model + "-" + std::to_string(number),
                        .kind = Kind::declared,
                        .model = declared.model,
                        .title = title,
                        .memory_bytes = declared.memory_bytes,
                        .tflops = declared.tflops},
                       why_unusable(declared, number, cdi),
                       access_to(declared, number)});
    }
  }
  return found;
}

}  // namespace colibri::accelerators
