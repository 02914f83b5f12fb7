#include "server/config.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "engine/oci_runtime.hpp"
#include "image/images.hpp"
#include "link/prefix.hpp"
#include "net/guard.hpp"
#include "net/port_hosts.hpp"
#include "server/config_section.hpp"

namespace colibri::server {

namespace {

std::vector<std::string> networks(const YAML::Node& node, const std::string& key) {
  std::vector<std::string> all = strings(node, key);
  for (const std::string& text : all) {
    const auto prefix = link::parse_prefix(text);
    if (!prefix) wrong(node, key + ": " + prefix.error().detail);
  }
  return all;
}

// 0 for off, which has no time.
int64_t duration_or_off(const YAML::Node& node, const std::string& key) {
  return scalar(node, key) == "off" ? 0 : duration(node, key);
}

runtimes::DiskShare share(const YAML::Node& node, const std::string& key) {
  const auto parsed = parse_disk_share(scalar(node, key));
  if (!parsed) wrong(node, key + ": " + parsed.error().detail);
  return *parsed;
}

Readers keeping_readers(runtimes::KeepingSettings& keeping) {
  using Node = const YAML::Node&;
  return {{"keep_files", [&](Node n) { keeping.keep_ms = duration_or_off(n, "keep_files"); }},
          {"keep_files_free", [&](Node n) { keeping.free = share(n, "keep_files_free"); }},
          {"keep_files_limit",
           [&](Node n) {
             const bool none = scalar(n, "keep_files_limit") == "unlimited";
             keeping.most_bytes = none ? 0 : bytes(n, "keep_files_limit");
           }},
          {"disk_floor", [&](Node n) { keeping.floor = share(n, "disk_floor"); }}};
}

void read_runtimes(const YAML::Node& node, Config& config) {
  using Node = const YAML::Node&;
  const auto on_stop = [&](Node n) {
    const std::string value = scalar(n, "on_stop");
    if (value != "keep" && value != "end") wrong(n, "on_stop must be keep or end");
    config.on_stop = value == "keep" ? OnStop::keep : OnStop::end;
  };
  Readers readers = keeping_readers(config.keeping);
  readers.merge(Readers(
      {{"limit", [&](Node n) { config.runtime_limit = number<size_t>(n, "limit", 1, 10'000); }},
       {"life", [&](Node n) { config.terms.life_ms = duration(n, "life"); }},
       {"idle", [&](Node n) { config.terms.idle_ms = duration(n, "idle"); }},
       {"notice", [&](Node n) { config.terms.notice_ms = duration(n, "notice"); }},
       {"keep", [&](Node n) { config.terms.keep_ms = duration(n, "keep"); }},
       {"keep_limit", [&](Node n) { config.terms.keep_limit_ms = duration(n, "keep_limit"); }},
       {"sandbox", [&](Node n) { config.sandbox = scalar(n, "sandbox"); }},
       {"network", [&](Node n) { config.network = scalar(n, "network"); }},
       {"network_allow", [&](Node n) { config.network_allow = networks(n, "network_allow"); }},
       {"first_uid",
        [&](Node n) {
          config.first_uid =
              number<uint32_t>(n, "first_uid", engine::kFirstUidLeast, engine::kFirstUidMost);
        }},
       {"image", [&](Node n) { config.default_image = scalar(n, "image"); }},
       {"unused_gpu_notice",
        [&](Node n) { config.unused_gpu_notice_ms = duration_or_off(n, "unused_gpu_notice"); }},
       {"reclaim_idle_gpu",
        [&](Node n) { config.reclaim_idle_gpu_ms = duration_or_off(n, "reclaim_idle_gpu"); }},
       {"on_stop", on_stop}}));
  read_map(node, "runtimes", readers);
}

void read_history(const YAML::Node& node, Config& config) {
  using Node = const YAML::Node&;
  history::Keeping& keep = config.keep_revisions;
  read_map(node, "history",
           {{"every", [&](Node n) { config.revision_every_ms = duration(n, "every"); }},
            {"keep_all", [&](Node n) { keep.all_ms = duration(n, "keep_all"); }},
            {"keep_hourly", [&](Node n) { keep.hourly_ms = duration(n, "keep_hourly"); }},
            {"keep_daily", [&](Node n) { keep.daily_ms = duration(n, "keep_daily"); }}});
  if (keep.all_ms > keep.hourly_ms || keep.hourly_ms > keep.daily_ms)
    wrong(node, "keep_all must not be longer than keep_hourly, nor that than keep_daily");
}

void read_drive(const YAML::Node& node, Config& config) {
  using Node = const YAML::Node&;
  read_map(node, "drive",
           {{"quota", [&](Node n) { config.drive_quota = bytes(n, "quota"); }},
            {"trash", [&](Node n) { config.trash_life_ms = duration(n, "trash"); }}});
}

void read_clouds(const YAML::Node& node, Config& config) {
  using Node = const YAML::Node&;
  clouds::Settings& clouds = config.clouds;
  const auto reach = [&](Node n) {
    const std::string value = scalar(n, "reach");
    if (value != "internet" && value != "everything")
      wrong(n, "reach must be internet or everything");
    clouds.reach.everything = value == "everything";
  };
  read_map(node, "clouds",
           {{"reach", reach},
            {"network_allow",
             [&](Node n) { clouds.reach.network_allow = networks(n, "network_allow"); }},
            {"idle", [&](Node n) { clouds.idle = std::chrono::milliseconds(duration(n, "idle")); }},
            {"cache", [&](Node n) { clouds.cache_bytes = bytes(n, "cache"); }}});
}

void read_root(const YAML::Node& root, Config& config) {
  using Node = const YAML::Node&;
  read_map(
      root, "the file",
      {{"host", [&](Node n) { config.host = scalar(n, "host"); }},
       {"port", [&](Node n) { config.port = number<uint16_t>(n, "port", 1, 65535); }},
       {"public_url", [&](Node n) { config.public_url = scalar(n, "public_url"); }},
       {"allowed_hosts", [&](Node n) { config.allowed_hosts = strings(n, "allowed_hosts"); }},
       {"ports_url", [&](Node n) { config.ports_url = scalar(n, "ports_url"); }},
       {"trusted_proxies", [&](Node n) { config.trusted_proxies = strings(n, "trusted_proxies"); }},
       {"max_connections",
        [&](Node n) { config.max_connections = number<size_t>(n, "max_connections", 8, 100'000); }},
       {"upload_limit", [&](Node n) { config.upload_limit = bytes(n, "upload_limit"); }},
       {"data", [&](Node n) { config.data = scalar(n, "data"); }},
       {"drive", [&](Node n) { read_drive(n, config); }},
       {"clouds", [&](Node n) { read_clouds(n, config); }},
       {"images", [&](Node n) { config.images = scalar(n, "images"); }},
       {"store", [&](Node n) { config.store = scalar(n, "store"); }},
       {"store_password_file",
        [&](Node n) { config.store_password_file = scalar(n, "store_password_file"); }},
       {"flavors", [&](Node n) { read_flavors(n, config); }},
       {"queue", [&](Node n) { read_queue(n, config); }},
       {"groups", [&](Node n) { read_groups(n, config); }},
       {"reservations", [&](Node n) { read_reservations(n, config); }},
       {"accelerators", [&](Node n) { read_accelerators(n, config); }},
       {"runtimes", [&](Node n) { read_runtimes(n, config); }},
       {"engine", [&](Node n) { read_engine(n, config); }},
       {"slurm", [&](Node n) { read_slurm(n, config); }},
       {"link", [&](Node n) { read_link(n, config); }},
       {"pool", [&](Node n) { read_pool(n, config); }},
       {"history", [&](Node n) { read_history(n, config); }},
       {"accounts", [&](Node n) { read_accounts(n, config); }},
       {"oidc", [&](Node n) { read_oidc(n, config); }},
       {"github", [&](Node n) { read_github(n, config); }},
       {"report_url", [&](Node n) { config.report_url = scalar(n, "report_url"); }},
       {"smtp", [&](Node n) { read_smtp(n, config); }},
       {"verbose", [&](Node n) { config.verbose = boolean(n, "verbose"); }}});
}

// A number and what stands behind it, blanks between them left out.
template <class T>
std::optional<std::pair<T, std::string_view>> split_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < T{}) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  while (text.starts_with(' ')) text.remove_prefix(1);
  return std::pair(value, text);
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Result<int64_t> parse_duration_ms(std::string_view text) {
  const auto split = split_number<int64_t>(text);
  static const std::map<std::string_view, int64_t> kUnits = {
      {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
  const auto unit = split ? kUnits.find(split->second) : kUnits.end();
  if (unit == kUnits.end() || split->first == 0 || split->first > 100'000'000) {
    return failure(ErrorCode::invalid, "a time is written like 90s, 30m, 12h or 7d");
  }
  return split->first * unit->second;
}

Result<uint64_t> parse_bytes(std::string_view text) {
  const auto split = split_number<uint64_t>(text);
  static const std::map<std::string_view, int> kUnits = {
      {"", 0},     {"B", 0},  {"K", 10},   {"KiB", 10}, {"M", 20},
      {"MiB", 20}, {"G", 30}, {"GiB", 30}, {"T", 40},   {"TiB", 40}};
  const auto unit = split ? kUnits.find(split->second) : kUnits.end();
  if (unit == kUnits.end() || split->first == 0 || split->first > (1ull << 60 >> unit->second)) {
    return failure(ErrorCode::invalid, "a size is written like 512MiB, 4GiB or 100000");
  }
  return split->first << unit->second;
}

Result<runtimes::DiskShare> parse_disk_share(std::string_view text) {
  const auto split = split_number<double>(text);
  if (split && split->second == "%" && split->first <= 90)
    return runtimes::DiskShare{.part = split->first / 100};
  const auto bytes = parse_bytes(text);
  if (!bytes || text.ends_with('%'))
    return failure(ErrorCode::invalid, "a part of a disk is written like 10% or 20GiB");
  return runtimes::DiskShare{.bytes = *bytes};
}

Result<Config> parse_config(std::string_view text, std::string_view name) {
  Config config;
  try {
    const YAML::Node root = YAML::Load(std::string(text));
    if (!root.IsNull()) read_root(root, config);
  } catch (const Wrong& e) {
    return failure(ErrorCode::invalid,
                   std::string(name) + " line " + std::to_string(e.line) + ": " + e.what);
  } catch (const YAML::ParserException& e) {
    return failure(ErrorCode::invalid,
                   std::string(name) + " line " + std::to_string(e.mark.line + 1) + ": " + e.msg);
  } catch (const YAML::Exception& e) {
    return failure(ErrorCode::invalid, std::string(name) + ": " + e.what());
  }
  return config;
}

Result<Config> read_config(const std::string& path) {
  std::ifstream in(path);
  if (!in) return failure(ErrorCode::not_found, "cannot read " + path);
  std::ostringstream text;
  text << in.rdbuf();
  return parse_config(text.str(), path);
}

Result<Config> find_config(const std::string& path) {
  if (!path.empty()) return read_config(path);
  if (std::filesystem::exists(kSystemConfig)) return read_config(kSystemConfig);
  return Config();
}

Result<> check_config(const Config& config) {
  const auto is_one_of = [](const std::string& value, std::initializer_list<const char*> all) {
    return std::ranges::find(all, value) != all.end();
  };
  if (!config.public_url.empty() && !net::origin_of_url(config.public_url)) {
    return failure(ErrorCode::invalid,
                   "public_url must be like https://lab.example.org, without a path");
  }
  if (const auto good = net::PortHosts::from_url(config.ports_url); !good)
    return std::unexpected(good.error());
  if (!config.ports_url.empty() && config.public_url.empty())
    return failure(ErrorCode::invalid, "ports_url needs public_url: whose page shows the programs");
  for (const std::string& host : config.allowed_hosts) {
    if (net::host_name(host) != host) {
      return failure(ErrorCode::invalid,
                     "allowed_hosts: \"" + host + "\" must be a name in lower case without a port");
    }
  }
  for (const std::string& proxy : config.trusted_proxies) {
    boost::system::error_code error;
    (void)boost::asio::ip::make_address(proxy, error);
    if (error)
      return failure(ErrorCode::invalid, "trusted_proxies: \"" + proxy + "\" is no address");
  }
  if (!engine::is_sandbox_name(config.sandbox)) {
    return failure(ErrorCode::invalid,
                   "the sandbox must be auto, none, or the name or the absolute path of an OCI "
                   "runtime such as crun or runc");
  }
  if (!is_one_of(config.network, {"slirp4netns", "none"})) {
    return failure(ErrorCode::invalid, "the network must be slirp4netns or none");
  }
  if (!image::is_image_name(config.default_image)) {
    return failure(ErrorCode::invalid, "\"" + config.default_image + "\" is no image name");
  }
  if (auto good = check_queue(config); !good) return good;
  if (auto good = check_engine(config); !good) return good;
  return check_people(config);
}

Result<> check_host(const Config& config) {
  // Of jobs the nodes have all this; each supervisor says what its node lacks.
  if (config.sandbox == "none" || config.engine == EngineKind::slurm) return {};
  const auto users =
      engine::check_user_ranges(engine::read_host_users(), config.first_uid, config.runtime_limit);
  if (!users || config.sandbox == "auto") return users;
  const auto program = engine::find_oci_runtime(config.sandbox);
  if (!program) return std::unexpected(program.error());
  const auto version = engine::examine_oci_runtime(*program);
  if (!version) return std::unexpected(version.error());
  return {};
}

Result<store::Address> store_address(const Config& config, const DataFolder& folder) {
  if (config.store.empty() && config.store_password_file.empty()) {
    return store::sqlite_file(folder.database());
  }
  return store::parse_address(config.store, config.store_password_file);
}

std::string default_data_folder() {
  if (geteuid() == 0) return "/var/lib/colibri";
  const std::string data_home = environment("XDG_DATA_HOME");
  if (data_home.starts_with('/')) return data_home + "/colibri";
  return environment("HOME") + "/.local/share/colibri";
}

}  // namespace colibri::server
