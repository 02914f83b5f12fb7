// `colibri`: one program, a subcommand for each thing it does.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "api/api.hpp"
#include "cli/backup_command.hpp"
#include "cli/doctor_command.hpp"
#include "cli/image_command.hpp"
#include "cli/mail_command.hpp"
#include "cli/outcome.hpp"
#include "cli/restore_command.hpp"
#include "cli/run_command.hpp"
#include "cli/serve_command.hpp"
#include "cli/user_command.hpp"

int main(int argc, char** argv) {
  CLI::App app("Colibri: notebooks in the browser, on your own machine.", "colibri");
  app.set_version_flag("--version", std::string(colibri::api::version()));
  app.require_subcommand(1);
  colibri::cli::Outcome outcome;
  colibri::cli::add_serve_command(app, outcome);
  colibri::cli::add_run_command(app, outcome);
  colibri::cli::add_image_command(app, outcome);
  colibri::cli::add_user_command(app, outcome);
  colibri::cli::add_mail_command(app, outcome);
  colibri::cli::add_backup_command(app, outcome);
  colibri::cli::add_restore_command(app, outcome);
  colibri::cli::add_doctor_command(app, outcome);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    // 2 is for all that cannot run; --help and --version are no errors.
    return app.exit(e) == 0 ? 0 : 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "colibri: %s\n", e.what());
    return 2;
  }
  return outcome.exit_code;
}
