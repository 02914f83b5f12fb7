#include "cli/host_checks.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "accelerators/host_files.hpp"
#include "async/process.hpp"
#include "engine/cgroup_mounts.hpp"
#include "engine/oci_runtime.hpp"
#include "image/images.hpp"

namespace colibri::cli {

namespace fs = std::filesystem;
using accelerators::entries_of;
using accelerators::number_behind;

namespace {

constexpr int kLeastMajor = 5;
constexpr int kLeastMinor = 19;
constexpr double kGibibyte = 1024.0 * 1024 * 1024;
constexpr double kLowDisk = 5 * kGibibyte;
constexpr double kLowMemory = 2 * kGibibyte;
constexpr auto kVersionDeadline = std::chrono::seconds(5);

std::string gibibytes(double bytes) {
  return fmt::format("{:.1f} GiB", bytes / kGibibyte);
}

std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  text.erase(0, text.find_first_not_of(" \t\r\n"));
  return text;
}

std::string first_line(std::string_view text) {
  return trimmed(std::string(text.substr(0, text.find('\n'))));
}

std::set<std::string> words(std::string_view text) {
  std::set<std::string> result;
  std::string word;
  for (const char c : std::string(text) + " ") {
    if (c != ' ' && c != '\n') {
      word += c;
    } else if (!word.empty()) {
      result.insert(std::exchange(word, {}));
    }
  }
  return result;
}

// "crun version 1.8.1", or nothing when the program is not there or does not run.
std::string version_of(const char* program) {
  async::ProcessSpec spec;
  spec.argv = {program, "--version"};
  spec.deadline = kVersionDeadline;
  const auto outcome = async::run_process_now(std::move(spec));
  if (!outcome || !outcome->ok()) return {};
  return first_line(outcome->out.empty() ? outcome->err : outcome->out);
}

std::string join(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

Check check_nvidia(const fs::path& root) {
  const auto count = std::ranges::count_if(entries_of(root / "dev"), [](const fs::path& path) {
    return number_behind(path.filename().string(), "nvidia") >= 0;
  });
  const std::string driver =
      first_line(engine::read_small_file(root / "proc/driver/nvidia/version"));
  std::set<std::string> models;
  for (const fs::path& gpu : entries_of(root / "proc/driver/nvidia/gpus")) {
    const std::string text = engine::read_small_file(gpu / "information");
    if (text.starts_with("Model:")) models.insert(trimmed(first_line(text).substr(6)));
  }
  if (count == 0 && driver.empty()) {
    return {"nvidia", CheckState::absent, "no NVIDIA GPU", ""};
  }
  if (count == 0) {
    return {"nvidia", CheckState::absent,
            "the NVIDIA driver is loaded, but /dev/nvidia0 is missing",
            "run nvidia-smi once as root, which makes the device nodes"};
  }
  // "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue …": the first dotted number.
  std::string version = "of unknown version";
  for (const std::string& word : words(driver)) {
    if (!word.empty() && std::isdigit(static_cast<unsigned char>(word.front())) &&
        word.find('.') != std::string::npos && word.find(':') == std::string::npos) {
      version = word;
      break;
    }
  }
  return {"nvidia", CheckState::ok,
          fmt::format("{} NVIDIA GPU{}{}, driver {}", count, count == 1 ? "" : "s",
                      models.empty() ? "" : " (" + join(models) + ")", version),
          ""};
}

// Google makes network cards and disks too: only these devices of vendor 0x1ae0 are TPUs.
Check check_tpu(const fs::path& root) {
  constexpr std::pair<std::string_view, std::string_view> kChips[] = {
      {"0x0027", "v2/v3"}, {"0x005e", "v4"},  {"0x0062", "v5p"},
      {"0x0063", "v5e"},   {"0x006f", "v6e"}, {"0x0076", "tpu7x"}};
  size_t count = 0;
  std::set<std::string> kinds;
  for (const fs::path& device : entries_of(root / "sys/bus/pci/devices")) {
    if (trimmed(engine::read_small_file(device / "vendor")) != "0x1ae0") continue;
    const std::string id = trimmed(engine::read_small_file(device / "device"));
    for (const auto& [chip, kind] : kChips) {
      if (id != chip) continue;
      ++count;
      kinds.emplace(kind);
    }
  }
  if (count == 0) return {"tpu", CheckState::absent, "no TPU", ""};
  return {"tpu", CheckState::ok, fmt::format("{} TPU chips ({})", count, join(kinds)), ""};
}

}  // namespace

Check check_kernel(std::string_view release) {
  int major = 0, minor = 0;
  const std::string text(release);
  if (std::sscanf(text.c_str(), "%d.%d", &major, &minor) != 2) {
    return {"kernel", CheckState::failed, "the kernel's version cannot be read: " + text, ""};
  }
  if (std::pair(major, minor) < std::pair(kLeastMajor, kLeastMinor)) {
    return {"kernel", CheckState::failed,
            fmt::format("Linux {}; containers need {}.{} or newer", text, kLeastMajor, kLeastMinor),
            "install a newer kernel (Debian 12 has 6.1) and reboot"};
  }
  return {"kernel", CheckState::ok, "Linux " + text, ""};
}

Check check_cgroups(std::string_view mountinfo, const fs::path& root) {
  const auto mounts = engine::cgroup_mounts_from(mountinfo);
  std::set<std::string> controllers;
  bool unified = false, version1 = false;
  for (const engine::CgroupMount& mount : mounts) {
    if (mount.unified) {
      unified = true;
      const auto file =
          root / mount.folder.substr(mount.folder.find_first_not_of('/')) / "cgroup.controllers";
      controllers.merge(words(engine::read_small_file(file)));
    } else {
      version1 = true;
      controllers.insert(mount.controllers.begin(), mount.controllers.end());
    }
  }
  if (mounts.empty()) {
    return {"cgroups", CheckState::failed, "no control groups are mounted",
            "mount -t cgroup2 none /sys/fs/cgroup"};
  }
  const char* kind = unified && version1 ? "hybrid" : unified ? "v2" : "v1";
  std::string missing, present;
  for (const char* name : {"memory", "cpu", "pids"}) {
    std::string& list = controllers.contains(name) ? present : missing;
    list += (list.empty() ? "" : ", ") + std::string(name);
  }
  if (!missing.empty()) {
    return {"cgroups", CheckState::failed, fmt::format("{}, without limits for {}", kind, missing),
            missing.find("memory") != std::string::npos
                ? "boot with cgroup_enable=memory, or let the container that this runs in have it"
                : "give this machine the controllers (in a container: run it with its own cgroup)"};
  }
  return {"cgroups", CheckState::ok, fmt::format("{} with {}", kind, present), ""};
}

Check check_root_user(unsigned user_id) {
  if (user_id == 0) return {"root", CheckState::ok, "running as root", ""};
  return {"root", CheckState::failed, "not running as root, which making containers needs",
          "run it by sudo"};
}

std::vector<Check> check_probe(const ProbeOutcome& outcome, const fs::path& folder) {
  const std::string why = std::strerror(outcome.error);
  std::vector<Check> checks;
  const auto passed = [&](const char* name, const char* text) {
    checks.push_back({name, CheckState::ok, text, ""});
  };
  const auto failed = [&](const char* name, const std::string& text, const char* mend) {
    checks.push_back({name, CheckState::failed, text + " (" + why + ")", mend});
  };
  if (outcome.failed_at == ProbeStep::internal) {
    failed("containers", "the trial in " + folder.string() + " could not be made",
           "see that the folder can be written");
    return checks;
  }
  if (outcome.failed_at == ProbeStep::user_namespace) {
    // The kernel's answer to a process whose root is not that of its mount namespace is EPERM too.
    failed("user namespaces", "cannot be made",
           outcome.error == EPERM
               ? "run it outside of a chroot, and in a container only in one that may make them"
               : "sysctl user.max_user_namespaces=15000");
    return checks;
  }
  passed("user namespaces", "can be made");
  if (outcome.failed_at == ProbeStep::mount_namespace) {
    failed("mounts", "a mount namespace cannot be made",
           "when this runs in a container, give that CAP_SYS_ADMIN");
    return checks;
  }
  if (outcome.failed_at == ProbeStep::shifted_mount) {
    failed("mounts", "owners cannot be shifted on the file system of " + folder.string(),
           "keep data and images on ext4, xfs or btrfs, with Linux 5.19 or newer");
    return checks;
  }
  passed("shifted mounts", "work");
  if (outcome.failed_at == ProbeStep::overlay) {
    failed("overlay", "cannot be mounted in " + folder.string(),
           "modprobe overlay; keep data on ext4, xfs or btrfs, not on an overlay");
    return checks;
  }
  passed("overlay", "works");
  return checks;
}

Check check_oci_runtime(const std::string& sandbox) {
  constexpr const char* kName = "oci runtime";
  if (sandbox == "none") {
    return {kName, CheckState::absent, "none is used: notebooks run unprotected", ""};
  }
  const auto program = engine::find_oci_runtime(sandbox);
  const auto version =
      program ? engine::examine_oci_runtime(*program) : std::unexpected(program.error());
  if (!version) return {kName, CheckState::failed, version.error().detail, ""};
  const std::string warning = engine::warning_about(*version);
  return {kName, warning.empty() ? CheckState::ok : CheckState::absent,
          *version + " (" + *program + ")", warning};
}

Check check_users(const engine::HostUsers& host, uint32_t first_uid, uint64_t limit) {
  const auto free = engine::check_user_ranges(host, first_uid, limit);
  if (!free) return {"users", CheckState::failed, free.error().detail, ""};
  return {"users", CheckState::ok,
          fmt::format("those of the runtimes, {} and up, are nobody else's", first_uid), ""};
}

std::vector<Check> check_network(const fs::path& root) {
  std::vector<Check> checks;
  if (const std::string version = version_of("slirp4netns"); !version.empty()) {
    checks.push_back({"slirp4netns", CheckState::ok, version, ""});
  } else {
    checks.push_back({"slirp4netns", CheckState::failed, "is missing: runtimes have no network",
                      "apt-get install slirp4netns, or set network: none in colibri.yaml"});
  }
  const int tun = ::open((root / "dev/net/tun").c_str(), O_RDWR | O_CLOEXEC);
  if (tun >= 0) {
    ::close(tun);
    checks.push_back({"/dev/net/tun", CheckState::ok, "can be opened", ""});
  } else {
    checks.push_back({"/dev/net/tun", CheckState::failed,
                      fmt::format("cannot be opened ({})", std::strerror(errno)),
                      "modprobe tun; or, in a container, give it this device"});
  }
  return checks;
}

Check check_image(const fs::path& images) {
  const auto image = image::Images(images).find("default");
  if (!image) return {"image", CheckState::absent, image.error().detail, ""};
  return {
      "image", CheckState::ok,
      fmt::format("default: Debian {}, Python {}, {}", image->manifest.debian,
                  image->manifest.python, gibibytes(static_cast<double>(image->manifest.bytes))),
      ""};
}

std::vector<Check> check_accelerators(const fs::path& root) {
  std::error_code error;
  const bool amd = fs::exists(root / "dev/kfd", error);
  return {check_nvidia(root),
          check_tpu(root),
          {"amd", amd ? CheckState::ok : CheckState::absent,
           amd ? "an AMD GPU with its compute driver" : "no AMD GPU", ""}};
}

std::vector<Check> check_found(const std::vector<accelerators::Found>& found,
                               const std::vector<std::string>& cdi_problems) {
  std::vector<Check> checks;
  for (const auto& [accelerator, unusable, access] : found) {
    std::string text = accelerator.id + ": " + accelerator.title + ", model " + accelerator.model;
    if (accelerator.memory_bytes > 0)
      text += ", " + gibibytes(static_cast<double>(accelerator.memory_bytes));
    if (accelerator.tflops > 0) text += fmt::format(", {:g} TFLOPS", accelerator.tflops);
    if (unusable.empty()) {
      checks.push_back({"accelerator", CheckState::ok, text, ""});
    } else {
      checks.push_back(
          {"accelerator", CheckState::absent, text + " can't be used: " + unusable, ""});
    }
  }
  for (const std::string& problem : cdi_problems) {
    checks.push_back({"cdi", CheckState::absent, problem, "write the file anew or remove it"});
  }
  return checks;
}

Check check_disk(const fs::path& folder) {
  struct statvfs status {};
  if (::statvfs(folder.c_str(), &status) != 0) {
    return {"disk", CheckState::failed,
            fmt::format("{}: {}", folder.string(), std::strerror(errno)), ""};
  }
  const double free = static_cast<double>(status.f_bavail) * static_cast<double>(status.f_frsize);
  Check check = {"disk", CheckState::ok,
                 fmt::format("{} free in {}", gibibytes(free), folder.string()), ""};
  if (free < kLowDisk) {
    check.state = CheckState::absent;
    check.mend = "free some space: what runtimes write goes there";
  }
  return check;
}

Check check_disk_limit(const fs::path& root) {
  const char* kName = "disk limit";
  const auto absent = [&](const std::string& why, const char* mend) {
    return Check{kName, CheckState::absent,
                 why +
                     ": a runtime may fill this host's disk, and one whose flavor names a disk "
                     "does not start",
                 mend};
  };
  const auto& folders = {"usr/sbin", "sbin", "usr/bin", "usr/local/sbin"};
  const bool has_program = std::ranges::any_of(folders, [&](const char* folder) {
    return ::access((root / folder / "mkfs.ext4").c_str(), X_OK) == 0;
  });
  if (!has_program) return absent("there is no mkfs.ext4", "apt-get install e2fsprogs");
  const int control = ::open((root / "dev/loop-control").c_str(), O_RDWR | O_CLOEXEC);
  const int number = control < 0 ? -1 : ::ioctl(control, LOOP_CTL_GET_FREE);
  const int error = errno;
  if (control >= 0) ::close(control);
  const fs::path device = root / ("dev/loop" + std::to_string(number));
  if (number < 0) {
    return absent(fmt::format("no loop device can be had ({})", std::strerror(error)),
                  "modprobe loop; or, in a container, give it /dev/loop-control and /dev/loop*");
  }
  if (::access(device.c_str(), R_OK | W_OK) != 0) {
    return absent(device.string() + " is missing",
                  "in a container, give it the host's /dev, or enough of /dev/loop*");
  }
  return {kName, CheckState::ok, "each runtime can have a disk of its own", ""};
}

Check check_memory(std::string_view meminfo) {
  const std::string text(meminfo);
  const auto field = [&](const char* name) {
    unsigned long long kibibytes = 0;
    const size_t at = text.find(name);
    if (at != std::string::npos) {
      std::sscanf(text.c_str() + at + std::strlen(name), " %llu", &kibibytes);
    }
    return static_cast<double>(kibibytes) * 1024;
  };
  const double total = field("MemTotal:"), available = field("MemAvailable:");
  Check check = {"memory", CheckState::ok,
                 fmt::format("{} of {} available", gibibytes(available), gibibytes(total)), ""};
  if (available < kLowMemory) {
    check.state = CheckState::absent;
    check.mend = "a kernel with its libraries takes 0.2 to 2 GiB";
  }
  return check;
}

bool can_run(const std::vector<Check>& checks) {
  return std::ranges::none_of(checks, [](const Check& c) { return c.state == CheckState::failed; });
}

std::string to_line(const Check& check) {
  const char* mark = check.state == CheckState::ok       ? "✓"
                     : check.state == CheckState::failed ? "✗"
                                                         : "–";
  return fmt::format("{} {}: {}{}{}", mark, check.name, check.text, check.mend.empty() ? "" : " → ",
                     check.mend);
}

json::Object to_json(const std::vector<Check>& checks) {
  json::Array list;
  for (const Check& check : checks) {
    const char* state = check.state == CheckState::ok       ? "ok"
                        : check.state == CheckState::failed ? "failed"
                                                            : "absent";
    list.push_back(json::Object{
        {"name", check.name}, {"state", state}, {"text", check.text}, {"mend", check.mend}});
  }
  return {{"can_run", can_run(checks)}, {"checks", std::move(list)}};
}

}  // namespace colibri::cli
