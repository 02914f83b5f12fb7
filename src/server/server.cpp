#include "server/server.hpp"

#include <filesystem>

#include "accelerators/inventory.hpp"
#include "api/api.hpp"
#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "engine/local_engine.hpp"
#include "engine/slurm_engine.hpp"
#include "mounts/drive_mounts.hpp"
#include "net/page_files.hpp"
#include "secrets/github_accounts.hpp"
#include "secrets/secret_asks.hpp"
#include "store/store.hpp"

namespace colibri::server {

namespace {

constexpr size_t kBlockingThreads = 4;
// What speaks to other servers may wait for them long, and keeps nobody from the files.
constexpr size_t kOutwardThreads = 2;
constexpr auto kCloseGrace = std::chrono::seconds(2);

net::HttpSettings http_settings(const Config& config, const DataFolder& folder) {
  net::HttpSettings settings{.host = config.host,
                             .port = config.port,
                             .public_url = config.public_url,
                             .allowed_hosts = config.allowed_hosts,
                             .upload_folder = folder.uploads(),
                             .max_connections = config.max_connections};
  for (const std::string& proxy : config.trusted_proxies) {
    settings.trusted_proxies.push_back(asio::ip::make_address(proxy));
  }
  return settings;
}

// check_config() has looked at it.
net::PortHosts port_hosts(const Config& config) {
  return net::PortHosts::from_url(config.ports_url).value_or(net::PortHosts());
}

// What takes longer when machines are many and somebody else's.
lease::Terms cluster_terms(lease::Terms terms) {
  terms.start_ms = 5 * 60'000;  // The image may come over a network.
  terms.link_ms = 15 * 60'000;  // So that Slurm can say first that a machine has failed.
  terms.end_ms = 60'000;
  terms.keep_limit_ms = 0;  // Only Slurm's administrators lengthen a job that runs.
  return terms;
}

runtimes::Settings runtime_settings(const Config& config, const DataFolder& folder,
                                    const accelerators::Inventory& inventory,
                                    const std::optional<channel::Certificate>& certificate) {
  runtimes::Settings settings{.run_directory = folder.run_directory(),
                              .flavors = config.flavors,
                              .default_image = config.default_image,
                              .sandbox = config.sandbox,
                              .network = config.network,
                              .terms = config.terms,
                              .rules = config.rules,
                              .accelerators = &inventory,
                              .flavors_of_what_is_found = !config.flavors_named,
                              .limit = config.runtime_limit,
                              .pool = config.pool,
                              .spare_kernels = config.spare_kernels,
                              .keeping = config.keeping};
  if (certificate) settings.remote_link = {config.link.listen, *certificate};
  if (config.engine == EngineKind::slurm) {
    settings.terms = cluster_terms(settings.terms);
    settings.flavors_of_what_is_found = false;  // This host's accelerators are not the cluster's.
  }
  return settings;
}

notebooks::Settings notebook_settings(const Config& config, const DataFolder& folder) {
  return {.data_directory = folder.path(),
          .limits = {},
          .revision_every_ms = config.revision_every_ms,
          .keep_revisions = config.keep_revisions,
          .trash_life_ms = config.trash_life_ms,
          .drive_quota = static_cast<int64_t>(config.drive_quota)};
}

clouds::Settings cloud_settings(const Config& config, const DataFolder& folder) {
  clouds::Settings settings = config.clouds;
  std::error_code unreadable;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", unreadable);
  settings.program = self.parent_path() / "colibri-cloud";
  settings.folder = folder.path() + "/clouds";
  return settings;
}

// Checked before: check_config().
std::optional<mail::Server> mail_server(const Config& config) {
  if (config.smtp.url.empty()) return std::nullopt;
  auto server = mail::check_settings(config.smtp);
  if (!server) return std::nullopt;
  return *std::move(server);
}

std::vector<std::unique_ptr<oidc::Provider>> make_providers(net::HttpClient& http,
                                                            const Config& config) {
  std::vector<std::unique_ptr<oidc::Provider>> providers;
  for (const oidc::Settings& settings : config.oidc) {
    std::string secret = oidc::read_secret(settings).value_or("");
    providers.push_back(std::make_unique<oidc::Provider>(http, settings, std::move(secret)));
  }
  return providers;
}

// One that vanishes while nobody has it is not offered for long.
Task<void> watch_accelerators(async::BlockingPool& pool, accelerators::Inventory& inventory) {
  constexpr auto kEvery = std::chrono::minutes(5);
  for (;;) {
    co_await async::sleep_for(kEvery);
    co_await pool.run([&inventory] { inventory.look(); });
  }
}

std::string images_folder(const Config& config, const DataFolder& folder) {
  return config.images.empty() ? image::default_images_folder(folder.path()).string()
                               : config.images;
}

}  // namespace

// In the order in which each needs the ones before; destroyed the other way round.
struct Server::Parts {
  Parts(asio::io_context& context, const DataFolder& folder, const Config& config,
        std::unique_ptr<store::Store> opened,
        const std::optional<channel::Certificate>& certificate, secrets::Key key)
      : store(std::move(opened)),
        images(images_folder(config, folder)),
        inventory({.declared = config.accelerators}),
        engine(make_engine(context.get_executor(), folder, config, certificate)),
        runtimes(context.get_executor(), *store, pool, *engine, images,
                 runtime_settings(config, folder, inventory, certificate)),
        notebooks(context.get_executor(), *store, pool, runtimes,
                  notebook_settings(config, folder)),
        secrets(*store, key),
        github_accounts(*store, key),
        clouds(context.get_executor(), *store, key, cloud_settings(config, folder)),
        mounts(*store, notebooks, clouds,
               config.engine == EngineKind::slurm ? mounts::DriveMounts::Runtimes::elsewhere
                                                  : mounts::DriveMounts::Runtimes::here),
        hasher(pool),
        accounts(*store, hasher),
        sessions(*store),
        invitations(*store, hasher, config.accounts),
        linked(*store, config.accounts),
        tokens(*store, sessions),
        people(*store),
        settings(*store),
        mail(context.get_executor(), outward, mail_server(config)),
        http_client(outward),
        providers(make_providers(http_client, config)),
        github_client(github_pool),
        github(github_client, config.github, github::read_secret(config.github.oauth).value_or("")),
        github_targets(*store),
        api({pool, account_parts(config), notebooks, runtimes, secrets, clouds, mounts, images,
             github, github_targets, github_accounts, config.upload_limit, folder.uploads(),
             config.report_url, port_hosts(config)}),
        http(context, pool, http_settings(config, folder), router, api.authenticate()) {
    secrets::answer_asks(runtimes, secrets);
    mounts::DriveMounts::answer_asks(runtimes, mounts);
    api.add_routes(router);
    net::add_page_routes(router, net::page_files(), port_hosts(config));
    http.forward_by(api.forward());
  }

  std::unique_ptr<engine::Engine> make_engine(
      const asio::any_io_executor& reactor, const DataFolder& folder, const Config& config,
      const std::optional<channel::Certificate>& certificate) {
    if (config.engine == EngineKind::slurm && certificate) {
      engine::SlurmSettings settings = config.slurm;
      settings.link = link_address(config);
      settings.link_certificate = certificate->fingerprint;
      settings.accelerators = config.accelerators;
      settings.first_uid = config.first_uid;
      settings.network_allow = config.network_allow;
      settings.unused_notice_ms = config.unused_gpu_notice_ms;
      settings.reclaim_idle_ms = config.reclaim_idle_gpu_ms;
      return std::make_unique<engine::SlurmEngine>(reactor, pool, std::move(settings));
    }
    return std::make_unique<engine::LocalEngine>(
        reactor, pool,
        engine::LocalSettings{.data_directory = folder.path(),
                              .run_directory = folder.run_directory(),
                              .inventory = &inventory,
                              .first_uid = config.first_uid,
                              .network_allow = config.network_allow,
                              .unused_notice_ms = config.unused_gpu_notice_ms,
                              .reclaim_idle_ms = config.reclaim_idle_gpu_ms});
  }

  api::AccountParts account_parts(const Config& config) {
    return {accounts, sessions, invitations, linked,          tokens,           people,
            settings, mail,     providers,   config.accounts, config.public_url};
  }

  std::unique_ptr<store::Store> store;
  async::BlockingPool pool{kBlockingThreads};
  async::BlockingPool outward{kOutwardThreads};
  async::BlockingPool github_pool{kOutwardThreads};  // Large files keep no mail waiting.
  image::Images images;
  accelerators::Inventory inventory;
  std::unique_ptr<engine::Engine> engine;
  runtimes::Runtimes runtimes;
  notebooks::Notebooks notebooks;
  secrets::Secrets secrets;
  secrets::GitHubAccounts github_accounts;
  clouds::Clouds clouds;
  mounts::DriveMounts mounts;
  auth::PasswordHasher hasher;
  auth::Accounts accounts;
  auth::Sessions sessions;
  auth::Invitations invitations;
  auth::LinkedSignIns linked;
  auth::ApiTokens tokens;
  auth::People people;
  auth::OwnSettings settings;
  mail::Sender mail;
  net::HttpClient http_client;
  std::vector<std::unique_ptr<oidc::Provider>> providers;
  net::HttpClient github_client;
  github::GitHub github;
  github::TargetRows github_targets;
  net::Router router;
  api::Api api;
  net::HttpServer http;
  std::string sign_in_url;
};

Server::Server(asio::io_context& context, const DataFolder& folder, Config config)
    : context_(context), folder_(folder), config_(std::move(config)) {}

Server::~Server() = default;

Result<> Server::open() {
  if (auto good = check_config(config_); !good) return good;
  if (auto good = check_host(config_); !good) return good;
  const auto address = store_address(config_, folder_);
  if (!address) return std::unexpected(address.error());
  auto store = store::Store::open(*address, store::Opener::server);
  if (!store) return std::unexpected(store.error());
  std::optional<channel::Certificate> certificate;
  if (!config_.link.listen.empty()) {
    auto own = channel::own_certificate(folder_.link_certificate());
    if (!own) return std::unexpected(own.error());
    certificate = *std::move(own);
  }
  auto key = secrets::Key::open(folder_.secrets_key());
  if (!key) return std::unexpected(key.error());
  parts_ = std::make_unique<Parts>(context_, folder_, config_, *std::move(store), certificate,
                                   *std::move(key));
  parts_->inventory.look();
  if (auto bound = parts_->http.listen(); !bound) return bound;
  auth::AccountStore accounts(*parts_->store);
  const auto owner = accounts.ensure_owner(async::now_ms());
  if (!owner) return std::unexpected(owner.error());
  const auto token = accounts.make_link(owner->id, async::now_ms(), auth::kOwnerLinkLifeMs);
  if (!token) return std::unexpected(token.error());
  parts_->api.reached_at(parts_->http.url());
  parts_->sign_in_url = parts_->http.url() + "/#signin=" + *token;
  return {};
}

Task<Result<>> Server::start() {
  if (auto started = co_await parts_->runtimes.start(); !started) co_return started;
  if (auto resumed = co_await parts_->notebooks.resume(); !resumed) co_return resumed;
  if (!parts_->inventory.all().empty()) {
    async::spawn(context_.get_executor(), watch_accelerators(parts_->pool, parts_->inventory),
                 "looking after the accelerators");
  }
  parts_->clouds.start();
  parts_->http.start();
  parts_->api.start(context_.get_executor());
  co_return Result<>();
}

Task<void> Server::stop() {
  parts_->api.stop();
  co_await parts_->http.stop(kCloseGrace);
  co_await parts_->clouds.stop();
  parts_->mail.stop();
  parts_->http_client.stop();
  parts_->github_client.stop();
  if (config_.on_stop == OnStop::end) {
    // What the kernels still say goes into the notebooks, so these are open until then.
    co_await parts_->runtimes.end_all("server_stopped");
  }
  co_await parts_->notebooks.shut_down();
  parts_->runtimes.stop();
}

void Server::finish() {
  for (async::BlockingPool* pool : {&parts_->pool, &parts_->outward, &parts_->github_pool})
    pool->join();
}

uint16_t Server::port() const {
  return parts_->http.port();
}

const std::string& Server::sign_in_url() const {
  return parts_->sign_in_url;
}

}  // namespace colibri::server
