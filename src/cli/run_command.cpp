#include "cli/run_command.hpp"

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "cli/headless_run.hpp"
#include "image/images.hpp"

namespace colibri::cli {

namespace {

struct RunFlags {
  RunOptions options;
  std::vector<std::string> parameters;
  std::string images, sandbox, timeout, config_file;
  bool verbose = false;
};

Result<RunOptions> complete(const RunFlags& flags) {
  RunOptions options = flags.options;
  auto config = server::find_config(flags.config_file);
  if (!config) return std::unexpected(config.error());
  options.config = *std::move(config);
  if (!flags.images.empty()) options.config.images = flags.images;
  if (!flags.sandbox.empty()) options.config.sandbox = flags.sandbox;
  if (options.config.images.empty())
    options.config.images = image::default_images_folder(
        options.config.data.empty() ? server::default_data_folder() : options.config.data);
  if (auto good = server::check_config(options.config); !good) return std::unexpected(good.error());
  if (auto good = server::check_host(options.config); !good) return std::unexpected(good.error());
  if (!flags.timeout.empty()) {
    const auto timeout_ms = server::parse_duration_ms(flags.timeout);
    if (!timeout_ms) return std::unexpected(timeout_ms.error());
    options.timeout_ms = *timeout_ms;
  }
  for (const std::string& text : flags.parameters) {
    auto parameter = parse_parameter(text);
    if (!parameter) return std::unexpected(parameter.error());
    options.parameters.push_back(*std::move(parameter));
  }
  return options;
}

int run(const RunFlags& flags) {
  log::start("colibri", flags.verbose);
  // Progress is what a person wants to see here, not the server's log.
  if (!flags.verbose) spdlog::set_level(spdlog::level::critical);
  const auto options = complete(flags);
  if (!options) {
    std::fprintf(stderr, "colibri run: %s\n", options.error().detail.c_str());
    return kCouldNotRun;
  }
  return run_headless(*options);
}

}  // namespace

void add_run_command(CLI::App& app, Outcome& outcome) {
  auto flags = std::make_shared<RunFlags>();
  CLI::App* command = app.add_subcommand("run", "Run all cells of a notebook, without a server");
  command->footer(
      "Without -o no notebook is written: the run only shows whether all cells pass.\n"
      "The file that is read is never changed, unless -o names it.\n"
      "Exit status: 0 all cells ran, 1 a cell raised an error, 2 the notebook could not be run.");
  command->add_option("notebook", flags->options.notebook, "The .ipynb file to run")->required();
  command->add_option("-o,--output", flags->options.output,
                      "Write the notebook with its outputs here (-: to stdout)");
  command
      ->add_option("-p,--parameter", flags->parameters,
                   "name=value, in a new cell behind the one tagged \"parameters\"; the value is "
                   "JSON, else text")
      ->allow_extra_args(false);
  command->add_option("--flavor", flags->options.flavor, "The kind of runtime (the first: cpu)");
  command->add_option("--image", flags->options.image, "The image to start from (default)");
  command->add_option("--images", flags->images, "Find images in this folder");
  command->add_option("--timeout", flags->timeout,
                      "End the whole run after this time, as 90s, 10m or 2h (12h)");
  command->add_flag("--allow-errors", flags->options.allow_errors,
                    "Go on after a cell that raises, and exit with 0");
  command->add_option(
      "--sandbox", flags->sandbox,
      "auto, crun, runc or another OCI runtime; \"none\" runs the notebook unprotected, as you");
  command->add_option(
      "--config", flags->config_file,
      std::string("Read settings from FILE (") + server::kSystemConfig + " when it is there)");
  command->add_flag("-v,--verbose", flags->verbose, "Show what happens inside");
  command->callback([flags, &outcome] { outcome.exit_code = run(*flags); });
}

}  // namespace colibri::cli
