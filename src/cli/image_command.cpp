#include "cli/image_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "cli/images_folder.hpp"
#include "image/images.hpp"

namespace colibri::cli {

namespace fs = std::filesystem;

namespace {

struct ImageFlags {
  ImagesOptions images;
  std::string name;
  bool rebuild = false;
  bool packages = false;
  bool json = false;
};

int fail(const std::string& detail) {
  std::fprintf(stderr, "colibri image: %s\n", detail.c_str());
  return 1;
}

// The builder with the recipes: beside the sources that this program was built in, or installed.
fs::path find_builder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path prefix = program.parent_path().parent_path();
  for (const fs::path& candidate : std::array{prefix.parent_path() / "images" / "build",
                                              prefix / "share" / "colibri" / "images" / "build"}) {
    if (::access(candidate.c_str(), X_OK) == 0 && !fs::is_directory(candidate, error)) {
      return candidate;
    }
  }
  return {};
}

// Becomes the builder: it prints its own progress, and its exit status is ours.
int build(const ImageFlags& options, const Folders& folders) {
  if (!image::is_image_name(options.name)) {
    return fail(fmt::format("'{}' is no name of an image", options.name));
  }
  const fs::path builder = find_builder();
  if (builder.empty()) {
    return fail("the recipes of the images are not installed beside this program");
  }
  std::vector<std::string> words = {builder.string(), options.name, "--output", folders.images};
  if (options.rebuild) words.emplace_back("--rebuild");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execv(argv.front(), argv.data());
  return fail(fmt::format("{} cannot be run: {}", builder.string(), std::strerror(errno)));
}

int list(const ImageFlags& options, const Folders& folders) {
  const auto images = image::Images(folders.images).list();
  if (!images) return fail(images.error().detail);
  if (options.json) {
    json::Array all;
    for (const image::Image& image : *images) all.push_back(image.manifest.raw);
    std::printf("%s\n", json::serialize(std::move(all)).c_str());
    return 0;
  }
  if (images->empty()) {
    std::printf("No images in %s; build one: colibri image build default\n",
                folders.images.c_str());
    return 0;
  }
  std::printf("%-16s %10s  %-8s %-8s %s\n", "NAME", "SIZE", "PYTHON", "DEBIAN", "PACKAGES");
  for (const image::Image& image : *images) {
    const image::Manifest& manifest = image.manifest;
    std::printf("%-16s %6.2f GiB  %-8s %-8s %zu\n", image.name.c_str(),
                static_cast<double>(manifest.bytes) / (1 << 30), manifest.python.c_str(),
                manifest.debian.c_str(), manifest.packages.size());
    if (!options.packages) continue;
    for (const image::Package& package : manifest.packages) {
      std::printf("    %s %s\n", package.name.c_str(), package.version.c_str());
    }
  }
  return 0;
}

int remove(const ImageFlags& options, const Folders& folders) {
  const auto removed = image::Images(folders.images).remove(options.name);
  if (!removed) return fail(removed.error().detail);
  std::printf("Removed the image '%s'.\n", options.name.c_str());
  return 0;
}

}  // namespace

void add_image_command(CLI::App& app, Outcome& outcome) {
  CLI::App* command = app.add_subcommand("image", "Build, list and remove runtime images");
  command->require_subcommand(1);
  auto options = std::make_shared<ImageFlags>();
  using Action = int (*)(const ImageFlags&, const Folders&);
  const auto add = [&](const char* name, const char* what, Action action) {
    CLI::App* sub = command->add_subcommand(name, what);
    add_images_options(*sub, options->images);
    sub->callback([options, action, &outcome] {
      const auto folders = find_folders(options->images);
      outcome.exit_code = folders ? action(*options, *folders) : fail(folders.error().detail);
    });
    return sub;
  };

  CLI::App* building = add("build", "Build an image from its recipe (default, ml, ml-gpu)", build);
  building->add_option("name", options->name, "The recipe's name")->required();
  building->add_flag("--rebuild", options->rebuild, "Even when nothing changed");

  CLI::App* listing = add("list", "Say which images there are", list);
  listing->add_flag("--packages", options->packages, "With all their Python packages");
  listing->add_flag("--json", options->json, "The manifests as JSON");

  CLI::App* removing = add("remove", "Delete an image", remove);
  removing->add_option("name", options->name, "The image's name")->required();
}

}  // namespace colibri::cli
