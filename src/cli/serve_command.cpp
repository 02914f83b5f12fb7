#include "cli/serve_command.hpp"

#include <functional>
#include <memory>
#include <vector>

#include "base/log.hpp"
#include "cli/store_option.hpp"
#include "server/server.hpp"

namespace colibri::cli {

namespace {

// What was given on the command line, to be laid over the file.
struct ServeFlags {
  server::Config values;
  std::string config_file;
  std::string on_stop;
  std::vector<std::function<void(server::Config&)>> overrides;
};

Result<server::Config> configure(const ServeFlags& flags) {
  auto config = server::find_config(flags.config_file);
  if (!config) return config;
  for (const auto& override : flags.overrides) override(*config);
  return config;
}

int run(const ServeFlags& flags) {
  auto config = configure(flags);
  log::start("colibri", config ? config->verbose : flags.values.verbose);
  if (!config) {
    log::error("Colibri cannot start: {}", config.error().detail);
    return 2;
  }
  return server::serve(*config);
}

}  // namespace

void add_serve_command(CLI::App& app, Outcome& outcome) {
  auto flags = std::make_shared<ServeFlags>();
  CLI::App* command = app.add_subcommand("serve", "Run the server in the foreground");
  command->add_option("--config", flags->config_file,
                      std::string("Read settings from FILE (default: ") + server::kSystemConfig +
                          " when it is there)");
  const auto add = [&](const char* name, auto server::Config::*member, const char* what) {
    command->add_option_function<std::decay_t<decltype(flags->values.*member)>>(
        name,
        [flags = flags.get(), member](const auto& value) {
          flags->overrides.push_back([member, value](server::Config& c) { c.*member = value; });
        },
        what);
  };
  add("--port", &server::Config::port, "Listen on this port (8080; 0: any free one)");
  add("--host", &server::Config::host, "Listen on this address (127.0.0.1; 0.0.0.0: all)");
  add("--data", &server::Config::data, "Keep everything in this folder");
  add_store_option(*command, [flags = flags.get()](const std::string& value) {
    flags->overrides.emplace_back([value](server::Config& c) { c.store = value; });
  });
  add("--images", &server::Config::images, "Find images in this folder (DATA/images)");
  add("--public-url", &server::Config::public_url, "Where people reach this server, if elsewhere");
  add("--sandbox", &server::Config::sandbox,
      "auto, crun, runc or another OCI runtime; \"none\" runs notebooks unprotected, with your "
      "rights");
  command
      ->add_option_function<std::string>(
          "--on-stop",
          [flags = flags.get()](const std::string& value) {
            const auto on_stop = value == "end" ? server::OnStop::end : server::OnStop::keep;
            flags->overrides.push_back([on_stop](server::Config& c) { c.on_stop = on_stop; });
          },
          "What becomes of runtimes when the server stops: keep (default) or end")
      ->check(CLI::IsMember({"keep", "end"}));
  command
      ->add_option_function<size_t>(
          "--pool",
          [flags = flags.get()](size_t size) {
            flags->overrides.emplace_back([size](server::Config& c) {
              c.pool.kinds = {runtimes::PoolKind{.size = size}};
              c.spare_kernels = c.spare_kernels && size > 0;
            });
          },
          "Runtimes of the default image that are started ahead (1; 0: none, nor spare kernels)")
      ->check(CLI::Range(0, 1000));
  command->add_flag_callback(
      "-v,--verbose",
      [flags = flags.get()] {
        flags->overrides.emplace_back([](server::Config& c) { c.verbose = true; });
      },
      "Log more");
  command->callback([flags, &outcome] { outcome.exit_code = run(*flags); });
}

}  // namespace colibri::cli
