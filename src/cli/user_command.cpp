#include "cli/user_command.hpp"

#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

#include "async/timer.hpp"
#include "auth/accounts.hpp"
#include "auth/people.hpp"
#include "cli/server_place.hpp"
#include "net/guard.hpp"
#include "server/data_folder.hpp"

namespace colibri::cli {

namespace {

struct UserFlags {
  PlaceFlags place;
  std::string url, email, name;
  bool owner = false;
  bool yes = false;
};

constexpr int kDeletionSeconds = 60;

int fail(const Error& error) {
  std::fprintf(stderr, "colibri user: %s\n", error.detail.c_str());
  return 1;
}

// Where the server is reached, as far as the settings say.
std::string base_url(const UserFlags& options, const server::Config& config) {
  if (!options.url.empty()) return net::origin_of_url(options.url).value_or(options.url);
  if (const auto origin = net::origin_of_url(config.public_url)) return *origin;
  const bool everywhere = config.host == "0.0.0.0" || config.host == "::";
  return "http://" + (everywhere ? "127.0.0.1" : config.host) + ":" + std::to_string(config.port);
}

struct Opened {
  server::Config config;
  std::unique_ptr<store::Store> store;
};

Result<Opened> open(const UserFlags& options) {
  auto place = find_place(options.place);
  if (!place) return std::unexpected(place.error());
  auto folder = server::DataFolder::open_shared(place->data);
  if (!folder) return std::unexpected(folder.error());
  const auto address = server::store_address(place->config, *folder);
  if (!address) return std::unexpected(address.error());
  auto store = store::Store::open(*address);
  if (!store) return std::unexpected(store.error());
  return Opened{std::move(place->config), *std::move(store)};
}

int print_link(const UserFlags& options, const Opened& opened, const auth::User& user) {
  auth::AccountStore accounts(*opened.store);
  const auto token = accounts.make_link(user.id, async::now_ms(), auth::kLinkLifeMs);
  if (!token) return fail(token.error());
  std::printf("%s/#signin=%s\n", base_url(options, opened.config).c_str(), token->c_str());
  std::fprintf(stderr, "This link signs %s in once, within 15 minutes.\n", user.email.c_str());
  return 0;
}

int add_user(const UserFlags& options) {
  const auto opened = open(options);
  if (!opened) return fail(opened.error());
  auth::AccountStore accounts(*opened->store);
  const auto user = accounts.add(options.email, options.name, options.owner, async::now_ms());
  if (!user) return fail(user.error());
  return print_link(options, *opened, *user);
}

int make_link(const UserFlags& options) {
  const auto opened = open(options);
  if (!opened) return fail(opened.error());
  const auto user = auth::AccountStore(*opened->store).find(options.email);
  if (!user) return fail(user.error());
  return print_link(options, *opened, *user);
}

int list_users(const UserFlags& options) {
  const auto opened = open(options);
  if (!opened) return fail(opened.error());
  const auto users = auth::AccountStore(*opened->store).list();
  if (!users) return fail(users.error());
  for (const auth::User& user : *users) {
    std::printf("%-40s %-6s %-9s %s\n", user.email.c_str(), user.owner ? "owner" : "user",
                user.has_password ? "password" : "link only", user.name.c_str());
  }
  return 0;
}

// Whether a server has the data folder now.
bool is_served(const UserFlags& options) {
  const auto place = find_place(options.place);
  if (!place) return false;
  const auto folder = server::DataFolder::open(place->data);
  return !folder && folder.error().code == ErrorCode::conflict;
}

// A server does all of it: it has the runtimes and the open notebooks.
int delete_user(const UserFlags& options) {
  const auto opened = open(options);
  if (!opened) return fail(opened.error());
  if (!options.yes) {
    std::fprintf(stderr,
                 "This deletes the account %s with all its files and notebooks, for good. If that "
                 "is meant, say it with --yes.\n",
                 options.email.c_str());
    return 1;
  }
  const auto user = auth::People(*opened->store).begin_removal_now(options.email, async::now_ms());
  if (!user) return fail(user.error());
  if (!is_served(options)) {
    std::printf("%s can no longer sign in. The files go when the server starts.\n",
                user->email.c_str());
    return 0;
  }
  auth::AccountStore accounts(*opened->store);
  for (int left = kDeletionSeconds; left > 0; --left) {
    const auto found = accounts.find(options.email);
    if (!found && found.error().code == ErrorCode::not_found) {
      std::printf("%s is deleted.\n", user->email.c_str());
      return 0;
    }
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
  std::printf("%s can no longer sign in. The server is still removing the files.\n",
              user->email.c_str());
  return 0;
}

}  // namespace

void add_user_command(CLI::App& app, Outcome& outcome) {
  auto options = std::make_shared<UserFlags>();
  CLI::App* user = app.add_subcommand("user", "Add, list and delete accounts, make sign-in links");
  user->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, int (*run)(const UserFlags&)) {
    CLI::App* command = user->add_subcommand(name, what);
    add_place_options(*command, options->place);
    command->callback([options, run, &outcome] { outcome.exit_code = run(*options); });
    return command;
  };
  CLI::App* adding = add("add", "Make an account and print its first sign-in link", add_user);
  adding->add_option("email", options->email)->required();
  adding->add_option("--name", options->name, "The person's name");
  adding->add_flag("--owner", options->owner, "May administer this server");
  adding->add_option("--url", options->url, "Where people reach the server, for the link");
  CLI::App* linking = add("link", "Print a one-time sign-in link for an account", make_link);
  linking->add_option("email", options->email)->required();
  linking->add_option("--url", options->url, "Where people reach the server, for the link");
  add("list", "Show all accounts", list_users);
  CLI::App* deleting = add("delete", "Delete an account with all that belongs to it", delete_user);
  deleting->add_option("email", options->email)->required();
  deleting->add_flag("--yes", options->yes, "It is meant");
}

}  // namespace colibri::cli
