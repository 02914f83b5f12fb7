#pragma once
// The page's API (docs/protocol.md): translates requests into calls on accounts and notebooks, and
// answers. Decides nothing itself.
#include "api/account_api.hpp"
#include "api/account_data_api.hpp"
#include "api/clouds_api.hpp"
#include "api/drive_api.hpp"
#include "api/drive_mount_api.hpp"
#include "api/examples_api.hpp"
#include "api/files_api.hpp"
#include "api/github_account_api.hpp"
#include "api/github_api.hpp"
#include "api/github_save_api.hpp"
#include "api/history_api.hpp"
#include "api/kept_files_api.hpp"
#include "api/local_runtime_api.hpp"
#include "api/port_gate.hpp"
#include "api/runtimes_api.hpp"
#include "api/secrets_api.hpp"
#include "api/session_api.hpp"
#include "api/sharing_api.hpp"
#include "api/terminal_api.hpp"
#include "api/webdav_api.hpp"
#include "image/images.hpp"
#include "net/http_server.hpp"
#include "net/router.hpp"
#include "notebooks/notebooks.hpp"
#include "runtimes/runtimes.hpp"

namespace colibri::api {

// What the API speaks to. All of it must outlive the last request.
struct Parts {
  async::BlockingPool& pool;
  AccountParts account;
  notebooks::Notebooks& notebooks;
  runtimes::Runtimes& runtimes;
  secrets::Secrets& secrets;
  clouds::Clouds& clouds;
  mounts::DriveMounts& mounts;
  const image::Images& images;
  github::GitHub& github;
  github::TargetRows& github_targets;
  secrets::GitHubAccounts& github_accounts;
  size_t upload_limit = 100u << 20;  // Bytes of an imported notebook.
  std::string scratch_folder;        // For answers that are too large for memory.
  std::string report_url;            // Where people report bugs; may be empty.
  net::PortHosts port_hosts = {};
};

[[nodiscard]] std::string_view version();

class Api {
 public:
  explicit Api(Parts parts)
      : parts_(std::move(parts)),
        account_(parts_.account),
        account_data_(account_, parts_.account, parts_.notebooks, parts_.pool,
                      parts_.scratch_folder),
        clouds_(parts_.clouds),
        drive_(parts_.notebooks, parts_.clouds, parts_.pool),
        webdav_(parts_.notebooks, drive_, parts_.pool),
        sharing_(parts_.account, parts_.notebooks),
        examples_(parts_.notebooks),
        github_(parts_.github, parts_.github_targets, parts_.github_accounts, parts_.notebooks),
        github_accounts_(parts_.github, parts_.github_accounts, account_),
        github_saves_({parts_.github, parts_.github_targets, parts_.github_accounts,
                       parts_.notebooks, account_, parts_.pool}),
        history_(parts_.account.accounts, parts_.notebooks),
        runtimes_(parts_.account, parts_.runtimes, parts_.images, parts_.pool),
        kept_files_(parts_.runtimes),
        files_(parts_.account.sessions, parts_.notebooks),
        secrets_(parts_.secrets),
        drive_mounts_(parts_.notebooks, parts_.mounts),
        terminals_(parts_.account.sessions, parts_.notebooks),
        ports_(parts_.account.sessions, parts_.notebooks, parts_.runtimes, parts_.port_hosts,
               parts_.account.public_url),
        local_runtimes_(parts_.account, parts_.notebooks, parts_.runtimes),
        sessions_(parts_.account.accounts, parts_.notebooks, parts_.runtimes) {
    parts_.notebooks.on_mention(
        [this](notebooks::Mention mention) { return sharing_.tell_mention(std::move(mention)); });
  }
  Api(const Api&) = delete;

  // Adds every route under /api. This must outlive the router's use.
  void add_routes(net::Router& router);

  // Where people reach the server, for links in mails: "https://lab.example.org". Before requests.
  void reached_at(const std::string& url) {
    account_.reached_at(url);
    sharing_.reached_at(url);
    runtimes_.reached_at(url);
  }

  // Finishes the deletion of accounts, also of those that an earlier server or the command line has
  // begun, until stop(). Once, when requests may come.
  void start(const asio::any_io_executor& reactor) {
    account_data_.start(reactor);
    ports_.start(reactor);
  }
  void stop() {
    account_data_.stop();
    ports_.stop();
  }

  // For the server: the way to programs in runtimes.
  [[nodiscard]] net::Forward& forward() { return ports_; }

  // For the server: who the request's cookie or API token stands for.
  [[nodiscard]] net::Authenticate authenticate();

 private:
  using Answer = Task<net::Response>;

  void add_notebook_routes(net::Router& router);
  // What somebody does with a notebook for themselves.
  void add_own_notebook_routes(net::Router& router);

  Answer health(net::Request& request);
  Answer about(net::Request& request);

  Answer list_notebooks(net::Request& request);
  Answer create_notebook(net::Request& request);
  Answer import_notebook(net::Request& request);
  Answer notebook_about(net::Request& request);
  Answer rename_notebook(net::Request& request);
  Answer remove_notebook(net::Request& request);
  Answer notebook_file(net::Request& request);
  Answer notebook_blob(net::Request& request);
  Answer copy_notebook(net::Request& request);
  Answer make_playground(net::Request& request);
  Answer star_notebook(net::Request& request);
  Answer trust_notebook(net::Request& request);
  Task<void> notebook_socket(net::Request& request, std::shared_ptr<net::WebSocket> socket);

  Parts parts_;
  AccountApi account_;
  AccountDataApi account_data_;
  CloudsApi clouds_;
  DriveApi drive_;
  WebdavApi webdav_;
  SharingApi sharing_;
  ExamplesApi examples_;
  GitHubApi github_;
  GitHubAccountApi github_accounts_;
  GitHubSaveApi github_saves_;
  HistoryApi history_;
  RuntimesApi runtimes_;
  KeptFilesApi kept_files_;
  FilesApi files_;
  SecretsApi secrets_;
  DriveMountApi drive_mounts_;
  TerminalApi terminals_;
  PortGate ports_;
  LocalRuntimeApi local_runtimes_;
  SessionApi sessions_;
};

}  // namespace colibri::api
