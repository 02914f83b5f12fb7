// The sections of colibri.yaml about people, mail, and where their notebooks come from.
#include <algorithm>

#include "server/config_section.hpp"

namespace colibri::server {

namespace {

oidc::Settings read_provider(const YAML::Node& node) {
  using Node = const YAML::Node&;
  oidc::Settings provider;
  read_map(node, "an oidc provider",
           {{"name", [&](Node n) { provider.name = scalar(n, "name"); }},
            {"title", [&](Node n) { provider.title = scalar(n, "title"); }},
            {"issuer", [&](Node n) { provider.issuer = scalar(n, "issuer"); }},
            {"client_id", [&](Node n) { provider.client_id = scalar(n, "client_id"); }},
            {"client_secret_file",
             [&](Node n) { provider.client_secret_file = scalar(n, "client_secret_file"); }},
            {"scopes", [&](Node n) { provider.scopes = strings(n, "scopes"); }}});
  if (provider.title.empty()) provider.title = provider.name;
  return provider;
}

void read_oauth_app(const YAML::Node& node, github::OAuthApp& app) {
  using Node = const YAML::Node&;
  read_map(node, "oauth",
           {{"client_id", [&](Node n) { app.client_id = scalar(n, "client_id"); }},
            {"client_secret_file",
             [&](Node n) { app.client_secret_file = scalar(n, "client_secret_file"); }}});
}

}  // namespace

void read_accounts(const YAML::Node& node, Config& config) {
  using Node = const YAML::Node&;
  auth::SignUpRule& rule = config.accounts;
  const auto sign_up = [&](Node n) {
    const std::string value = scalar(n, "sign_up");
    for (const auth::SignUp each :
         {auth::SignUp::invitation, auth::SignUp::domain, auth::SignUp::open}) {
      if (value == auth::to_string(each)) {
        rule.sign_up = each;
        return;
      }
    }
    wrong(n, "sign_up must be invitation, domain or open");
  };
  read_map(
      node, "accounts",
      {{"sign_up", sign_up},
       {"domains", [&](Node n) { rule.domains = strings(n, "domains"); }},
       {"sharing_invites", [&](Node n) { rule.sharing_invites = boolean(n, "sharing_invites"); }}});
}

void read_oidc(const YAML::Node& node, Config& config) {
  if (!node.IsSequence()) wrong(node, "oidc must be a list");
  for (const YAML::Node& item : node) {
    config.oidc.push_back(read_provider(item));
    const oidc::Settings& added = config.oidc.back();
    const auto same = [&](const oidc::Settings& other) {
      return other.name == added.name || other.issuer == added.issuer;
    };
    if (std::ranges::count_if(config.oidc, same) > 1) {
      wrong(item, "two oidc providers have the same name or issuer");
    }
  }
}

Result<> check_people(const Config& config) {
  for (const oidc::Settings& provider : config.oidc) {
    if (auto good = oidc::check_settings(provider); !good) return good;
  }
  const bool has_mail = !config.smtp.url.empty();
  if (has_mail) {
    if (auto good = mail::check_settings(config.smtp); !good) return std::unexpected(good.error());
  }
  if (auto good = github::check_settings(config.github); !good) return good;
  const std::string& report = config.report_url;
  if (!report.empty() && !report.starts_with("https://") && !report.starts_with("mailto:"))
    return failure(ErrorCode::invalid, "report_url must begin with https:// or mailto:");
  return auth::check_rule(config.accounts, has_mail || !config.oidc.empty());
}

void read_github(const YAML::Node& node, Config& config) {
  using Node = const YAML::Node&;
  github::Settings& github = config.github;
  if (node.IsScalar() && scalar(node, "github") == "off") {
    github.enabled = false;
    return;
  }
  read_map(node, "github",
           {{"api", [&](Node n) { github.api = scalar(n, "api"); }},
            {"web", [&](Node n) { github.web = scalar(n, "web"); }},
            {"oauth", [&](Node n) { read_oauth_app(n, github.oauth); }}});
}

void read_smtp(const YAML::Node& node, Config& config) {
  using Node = const YAML::Node&;
  mail::Settings& smtp = config.smtp;
  read_map(node, "smtp",
           {{"url", [&](Node n) { smtp.url = scalar(n, "url"); }},
            {"starttls", [&](Node n) { smtp.starttls = boolean(n, "starttls"); }},
            {"user", [&](Node n) { smtp.user = scalar(n, "user"); }},
            {"password_file", [&](Node n) { smtp.password_file = scalar(n, "password_file"); }},
            {"from", [&](Node n) { smtp.from = scalar(n, "from"); }},
            {"ca_file", [&](Node n) { smtp.ca_file = scalar(n, "ca_file"); }}});
  if (smtp.url.empty()) wrong(node, "smtp needs a url");
}

}  // namespace colibri::server
