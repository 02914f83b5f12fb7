#include "cli/doctor_command.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "accelerators/cdi_files.hpp"
#include "cli/host_checks.hpp"
#include "cli/images_folder.hpp"
#include "engine/cgroup_mounts.hpp"
#include "server/config.hpp"

namespace colibri::cli {

namespace fs = std::filesystem;

namespace {

struct DoctorFlags {
  ImagesOptions images;
  bool json = false;
  bool quiet = false;
};

// The folder itself or the nearest one above it that is there: the data folder may be yet to come.
fs::path existing(fs::path folder) {
  std::error_code error;
  folder = fs::absolute(folder, error);
  while (!fs::is_directory(folder, error) && folder.has_relative_path()) {
    folder = folder.parent_path();
  }
  return folder;
}

std::vector<Check> examine(const server::Config& config, const fs::path& data,
                           const fs::path& images) {
  const fs::path root = "/";
  const std::string mountinfo = engine::read_small_file("/proc/self/mountinfo");
  utsname system = {};
  ::uname(&system);

  std::vector<Check> checks;
  const auto add = [&](std::vector<Check> more) {
    checks.insert(checks.end(), more.begin(), more.end());
  };
  add({check_root_user(::geteuid()), check_kernel(system.release), check_cgroups(mountinfo, root)});
  if (::geteuid() == 0) add(check_probe(probe_container_root(existing(data)), existing(data)));
  add({check_oci_runtime(config.sandbox),
       check_users(engine::read_host_users(), config.first_uid, config.runtime_limit)});
  add(check_network(root));
  add({check_image(images)});
  add(check_accelerators(root));
  const accelerators::Settings accelerators{.declared = config.accelerators};
  add(check_found(accelerators::discover(accelerators), accelerators::read_cdi("/").problems()));
  add({check_disk(existing(data)), check_disk_limit(root),
       check_memory(engine::read_small_file("/proc/meminfo"))});
  return checks;
}

int run(const DoctorFlags& options) {
  const auto folders = find_folders(options.images);
  if (!folders) {
    std::fprintf(stderr, "colibri doctor: %s\n", folders.error().detail.c_str());
    return 1;
  }
  const auto config = server::find_config(options.images.config_file);
  if (!config) {
    std::fprintf(stderr, "colibri doctor: %s\n", config.error().detail.c_str());
    return 1;
  }
  const auto checks = examine(*config, folders->data, folders->images);
  const bool good = can_run(checks);
  if (options.json) {
    std::printf("%s\n", json::serialize(to_json(checks)).c_str());
    return good ? 0 : 1;
  }
  for (const Check& check : checks) {
    if (options.quiet && check.state != CheckState::failed) continue;
    std::printf("%s\n", to_line(check).c_str());
  }
  if (!options.quiet) {
    std::printf(good ? "This host can run containers.\n"
                     : "This host cannot run containers yet: mend what has a cross.\n");
  }
  return good ? 0 : 1;
}

}  // namespace

void add_doctor_command(CLI::App& app, Outcome& outcome) {
  auto options = std::make_shared<DoctorFlags>();
  CLI::App* command = app.add_subcommand("doctor", "Say what this host can and cannot do");
  add_images_options(*command, options->images);
  command->add_flag("--json", options->json, "As JSON");
  command->add_flag("--quiet", options->quiet, "Only what keeps containers from running");
  command->callback([options, &outcome] { outcome.exit_code = run(*options); });
}

}  // namespace colibri::cli
