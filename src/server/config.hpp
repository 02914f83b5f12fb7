#pragma once
// What an administrator can set: colibri.yaml (packaging/colibri.yaml.example has every key) and
// the flags of `colibri serve`, which win.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "accelerators/accelerator.hpp"
#include "auth/sign_up.hpp"
#include "base/result.hpp"
#include "clouds/clouds.hpp"
#include "engine/slurm_settings.hpp"
#include "engine/user_ranges.hpp"
#include "github/settings.hpp"
#include "history/thinning.hpp"
#include "mail/smtp.hpp"
#include "oidc/provider.hpp"
#include "runtimes/runtimes.hpp"
#include "server/data_folder.hpp"
#include "store/address.hpp"

namespace colibri::server {

// What becomes of running runtimes when the server stops.
enum class OnStop {
  keep,  // They compute on; the next server finds them.
  end,
};

// Where runtimes run.
enum class EngineKind { local, slurm };

// Where supervisors on other machines reach this server.
struct LinkConfig {
  std::string listen;   // "address:port"; empty: nowhere.
  std::string address;  // As they are told; empty: this host's name, or what it listens on.
};

struct Config {
  std::string host = "127.0.0.1";
  uint16_t port = 8080;
  std::string public_url;
  std::vector<std::string> allowed_hosts;
  std::string ports_url;  // As net::PortHosts::from_url() takes it.
  std::vector<std::string> trusted_proxies;
  size_t max_connections = 8192;
  uint64_t upload_limit = 100u << 20;

  uint64_t drive_quota = 0;  // Bytes of one person's Drive; 0: as many as the disk has.
  int64_t trash_life_ms = 30LL * 86'400'000;

  std::string data;    // Empty: default_data_folder().
  std::string images;  // Empty: <data>/images.
  std::string store;   // As store::parse_address() takes it; empty: <data>/colibri.db.
  std::string store_password_file;

  std::vector<runtimes::Flavor> flavors = {runtimes::Flavor{}};
  bool flavors_named = false;  // By the file: no others are added for what is found.
  std::vector<accelerators::Declared> accelerators;  // Besides those that are found.
  std::string default_image = "default";
  std::string sandbox = "auto";
  std::string network = "slirp4netns";
  std::vector<std::string> network_allow;  // Private networks that runtimes may reach.
  uint32_t first_uid = engine::kFirstUid;  // Of the runtimes' users.
  int64_t unused_gpu_notice_ms = 600'000;  // 0: none.
  int64_t reclaim_idle_gpu_ms = 0;         // 0: never.
  size_t runtime_limit = 64;
  runtimes::KeepingSettings keeping = {.keep_ms = 86'400'000,
                                       .free = {.part = 0.1},
                                       .most_bytes = 100ull << 30,
                                       .floor = {.bytes = 1ull << 30}};
  lease::Terms terms;
  lease::Rules rules;
  bool spare_kernels = true;
  runtimes::PoolSettings pool = {.kinds = {runtimes::PoolKind{}}};
  OnStop on_stop = OnStop::keep;
  EngineKind engine = EngineKind::local;
  engine::SlurmSettings slurm;
  LinkConfig link;

  int64_t revision_every_ms = 600'000;
  history::Keeping keep_revisions;

  auth::SignUpRule accounts;
  std::vector<oidc::Settings> oidc;
  github::Settings github;
  clouds::Settings clouds;  // Without program and folder.
  std::string report_url;   // Where people report bugs.
  mail::Settings smtp;      // Without a url: no mail.

  bool verbose = false;
};

// Reads colibri.yaml's text over the defaults. `invalid` with "NAME line N: …" for anything
// unknown, of the wrong type or out of range: a typing error must not become a silent default.
[[nodiscard]] Result<Config> parse_config(std::string_view text, std::string_view name);
// The same from a file. `not_found` when there is none.
[[nodiscard]] Result<Config> read_config(const std::string& path);

inline constexpr const char* kSystemConfig = "/etc/colibri/colibri.yaml";
// The settings of a program: of the file that its --config names, else of kSystemConfig when there
// is one, else the defaults. Errors as read_config().
[[nodiscard]] Result<Config> find_config(const std::string& path);

// Checks what flags may have changed. `invalid` with a sentence.
[[nodiscard]] Result<> check_config(const Config& config);

// Whether this host has what the settings name: the OCI runtime, and users for runtimes that nobody
// has. `invalid` or `unsupported` with a sentence. Blocks for some milliseconds.
[[nodiscard]] Result<> check_host(const Config& config);
// What supervisors on other machines dial, "host:port"; empty when the link listens nowhere.
[[nodiscard]] std::string link_address(const Config& config);

// Where the database of these settings is. `invalid` as store::parse_address().
[[nodiscard]] Result<store::Address> store_address(const Config& config, const DataFolder& folder);

// /var/lib/colibri for root, else $XDG_DATA_HOME/colibri or ~/.local/share/colibri.
[[nodiscard]] std::string default_data_folder();

// "90s", "30m", "12h", "7d" in milliseconds; "512 MiB", "4G", "100000" in bytes.
[[nodiscard]] Result<int64_t> parse_duration_ms(std::string_view text);
[[nodiscard]] Result<uint64_t> parse_bytes(std::string_view text);
// "10%" of a disk, or bytes.
[[nodiscard]] Result<runtimes::DiskShare> parse_disk_share(std::string_view text);

}  // namespace colibri::server
