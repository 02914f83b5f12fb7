#include "server/config_section.hpp"

#include <set>

namespace colibri::server {

void wrong(const YAML::Node& at, std::string what) {
  throw Wrong{at.Mark().line + 1, std::move(what)};
}

std::string scalar(const YAML::Node& node, const std::string& key) {
  if (!node.IsScalar()) wrong(node, key + " must be a single value");
  return node.Scalar();
}

bool boolean(const YAML::Node& node, const std::string& key) {
  bool value = false;
  if (!node.IsScalar() || !YAML::convert<bool>::decode(node, value)) {
    wrong(node, key + " must be true or false");
  }
  return value;
}

int64_t duration(const YAML::Node& node, const std::string& key) {
  const auto value = parse_duration_ms(scalar(node, key));
  if (!value) wrong(node, key + ": " + value.error().detail);
  return *value;
}

uint64_t bytes(const YAML::Node& node, const std::string& key) {
  const auto value = parse_bytes(scalar(node, key));
  if (!value) wrong(node, key + ": " + value.error().detail);
  return *value;
}

std::vector<std::string> strings(const YAML::Node& node, const std::string& key) {
  if (!node.IsSequence()) wrong(node, key + " must be a list");
  std::vector<std::string> out;
  for (const YAML::Node& item : node) out.push_back(scalar(item, key));
  return out;
}

void read_map(const YAML::Node& node, const std::string& where, const Readers& readers) {
  if (!node.IsMap()) wrong(node, where + " must be a map of keys and values");
  std::set<std::string> seen;
  for (const auto& item : node) {
    const std::string key = scalar(item.first, "a key");
    const auto reader = readers.find(key);
    if (reader == readers.end()) wrong(item.first, "unknown key \"" + key + "\"");
    if (!seen.insert(key).second) wrong(item.first, "\"" + key + "\" comes twice");
    reader->second(item.second);
  }
}

}  // namespace colibri::server
