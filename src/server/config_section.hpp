#pragma once
// How the sections of colibri.yaml are read: typed values, and the first thing wrong with its line.
// Internal to the configuration.
#include <yaml-cpp/yaml.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "server/config.hpp"

namespace colibri::server {

// The first thing wrong, with its line. parse_config() turns it into an Error.
struct Wrong {
  int line;
  std::string what;
};

[[noreturn]] void wrong(const YAML::Node& at, std::string what);

// `key` is for the words of what is wrong.
[[nodiscard]] std::string scalar(const YAML::Node& node, const std::string& key);
[[nodiscard]] bool boolean(const YAML::Node& node, const std::string& key);
[[nodiscard]] int64_t duration(const YAML::Node& node, const std::string& key);
[[nodiscard]] uint64_t bytes(const YAML::Node& node, const std::string& key);
[[nodiscard]] std::vector<std::string> strings(const YAML::Node& node, const std::string& key);

template <class T>
T number(const YAML::Node& node, const std::string& key, T low, T high) {
  T value{};
  if (!node.IsScalar() || !YAML::convert<T>::decode(node, value) || value < low || value > high) {
    wrong(node,
          key + " must be a number from " + std::to_string(low) + " to " + std::to_string(high));
  }
  return value;
}

using Readers = std::map<std::string, std::function<void(const YAML::Node&)>>;

// Every key has its reader and comes once.
void read_map(const YAML::Node& node, const std::string& where, const Readers& readers);

// The list of declared accelerators.
void read_accelerators(const YAML::Node& node, Config& config);

// The sections about runtimes and who gets which.
void read_flavors(const YAML::Node& node, Config& config);
void read_queue(const YAML::Node& node, Config& config);
void read_pool(const YAML::Node& node, Config& config);
void read_groups(const YAML::Node& node, Config& config);
void read_reservations(const YAML::Node& node, Config& config);
[[nodiscard]] Result<> check_queue(const Config& config);

// The sections about people, mail, and where their notebooks come from.
void read_accounts(const YAML::Node& node, Config& config);
void read_oidc(const YAML::Node& node, Config& config);
void read_smtp(const YAML::Node& node, Config& config);
void read_github(const YAML::Node& node, Config& config);
[[nodiscard]] Result<> check_people(const Config& config);

// Where runtimes run (config_slurm.cpp).
void read_engine(const YAML::Node& node, Config& config);
void read_slurm(const YAML::Node& node, Config& config);
void read_link(const YAML::Node& node, Config& config);
[[nodiscard]] Result<> check_engine(const Config& config);

}  // namespace colibri::server
