// `engine`, `slurm` and `link` in colibri.yaml.
#include <unistd.h>

#include <algorithm>

#include "channel/tls.hpp"
#include "server/config_section.hpp"

namespace colibri::server {

namespace {

std::string absolute(const YAML::Node& node, const std::string& key) {
  std::string path = scalar(node, key);
  if (!path.starts_with('/')) wrong(node, key + " must be an absolute path");
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

// A word in an option of sbatch.
std::string word(const YAML::Node& node, const std::string& key) {
  std::string text = scalar(node, key);
  const auto odd = [](unsigned char c) { return c <= ' ' || c == 127; };
  if (text.empty() || std::ranges::any_of(text, odd))
    wrong(node, key + " must be one word without spaces");
  return text;
}

std::map<std::string, std::string> read_gres(const YAML::Node& node) {
  if (!node.IsMap()) wrong(node, "gres must say for each accelerator model what Slurm calls it");
  std::map<std::string, std::string> gres;
  for (const auto& entry : node)
    gres[scalar(entry.first, "a model in gres")] = word(entry.second, "gres");
  return gres;
}

std::vector<std::string> read_arguments(const YAML::Node& node) {
  std::vector<std::string> arguments = strings(node, "arguments");
  for (const std::string& argument : arguments)
    if (!argument.starts_with("--") || argument.find('\n') != std::string::npos)
      wrong(node, "arguments must be options of sbatch like --constraint=fast");
  return arguments;
}

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

}  // namespace

void read_slurm(const YAML::Node& node, Config& config) {
  using Node = const YAML::Node&;
  engine::SlurmSettings& slurm = config.slurm;
  read_map(
      node, "slurm",
      {{"partition", [&](Node n) { slurm.partition = word(n, "partition"); }},
       {"account", [&](Node n) { slurm.account = word(n, "account"); }},
       {"qos", [&](Node n) { slurm.qos = word(n, "qos"); }},
       {"gres", [&](Node n) { slurm.gres = read_gres(n); }},
       {"shared_directory",
        [&](Node n) { slurm.shared_directory = absolute(n, "shared_directory"); }},
       {"supervisor", [&](Node n) { slurm.supervisor = absolute(n, "supervisor"); }},
       {"node_directory", [&](Node n) { slurm.node_directory = absolute(n, "node_directory"); }},
       {"programs", [&](Node n) { slurm.programs = absolute(n, "programs"); }},
       {"arguments", [&](Node n) { slurm.arguments = read_arguments(n); }},
       {"poll", [&](Node n) { slurm.poll_ms = duration(n, "poll"); }},
       {"warning", [&](Node n) { slurm.warning_ms = duration(n, "warning"); }}});
  // Slurm sends its signal up to a minute early, and looks at times every half a minute.
  if (slurm.warning_ms < 60'000 || slurm.warning_ms > 3'600'000)
    wrong(node, "warning must be from 60s to 1h");
  if (slurm.poll_ms > 300'000) wrong(node, "poll must be at most 5m");
}

void read_link(const YAML::Node& node, Config& config) {
  using Node = const YAML::Node&;
  const auto address = [](Node n, const std::string& key) {
    std::string text = scalar(n, key);
    if (!channel::parse_address(text)) wrong(n, key + " must be like lab.example.org:8443");
    return text;
  };
  read_map(node, "link",
           {{"listen", [&](Node n) { config.link.listen = address(n, "listen"); }},
            {"address", [&](Node n) { config.link.address = address(n, "address"); }}});
}

void read_engine(const YAML::Node& node, Config& config) {
  const std::string value = scalar(node, "engine");
  if (value != "local" && value != "slurm") wrong(node, "engine must be local or slurm");
  config.engine = value == "slurm" ? EngineKind::slurm : EngineKind::local;
}

std::string link_address(const Config& config) {
  if (!config.link.address.empty()) return config.link.address;
  const auto listen = channel::parse_address(config.link.listen);
  if (!listen) return {};
  const bool everywhere = listen->host == "0.0.0.0" || listen->host == "::";
  if (!everywhere) return config.link.listen;
  return host_name() + ":" + listen->port;
}

Result<> check_engine(const Config& config) {
  if (config.engine == EngineKind::local) return {};
  if (config.slurm.shared_directory.empty())
    return failure(ErrorCode::invalid,
                   "engine: slurm needs slurm: shared_directory, which all nodes have");
  if (config.link.listen.empty())
    return failure(ErrorCode::invalid,
                   "engine: slurm needs link: listen, where supervisors on the nodes dial");
  return {};
}

}  // namespace colibri::server
