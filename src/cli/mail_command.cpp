#include "cli/mail_command.hpp"

#include <cstdio>
#include <memory>

#include "mail/smtp.hpp"
#include "server/config.hpp"

namespace colibri::cli {

namespace {

struct MailFlags {
  std::string config_file, address;
};

Result<> send_test(const MailFlags& flags) {
  const auto config = server::find_config(flags.config_file);
  if (!config) return std::unexpected(config.error());
  if (config->smtp.url.empty()) {
    return failure(ErrorCode::unavailable, "the settings have no smtp section");
  }
  const auto server = mail::check_settings(config->smtp);
  if (!server) return std::unexpected(server.error());
  const mail::Message message{.to = flags.address,
                              .subject = "Colibri can send mail",
                              .text = "This is the mail that `colibri mail test` sends.\n"};
  const std::atomic<bool> stopping = false;
  return mail::deliver(*server, message, stopping);
}

int run(const MailFlags& flags) {
  if (const auto sent = send_test(flags); !sent) {
    std::fprintf(stderr, "colibri mail: %s\n", sent.error().detail.c_str());
    return 1;
  }
  std::printf("The mail server took the mail to %s.\n", flags.address.c_str());
  return 0;
}

}  // namespace

void add_mail_command(CLI::App& app, Outcome& outcome) {
  auto flags = std::make_shared<MailFlags>();
  CLI::App* mail = app.add_subcommand("mail", "Try the mail settings");
  mail->require_subcommand(1);
  CLI::App* test = mail->add_subcommand("test", "Send one mail to an address, now");
  test->add_option("address", flags->address)->required();
  test->add_option("--config", flags->config_file, "The server's colibri.yaml");
  test->callback([flags, &outcome] { outcome.exit_code = run(*flags); });
}

}  // namespace colibri::cli
