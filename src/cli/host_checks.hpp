#pragma once
// What `colibri doctor` looks at. Each check reads the host below `root` ("/", or a made-up tree in
// tests) and gives one line for a person.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "accelerators/inventory.hpp"
#include "base/json.hpp"
#include "cli/container_probe.hpp"
#include "engine/user_ranges.hpp"

namespace colibri::cli {

enum class CheckState {
  ok,
  failed,
  absent,  // Not there, and not needed; or a word of warning.
};

struct Check {
  std::string name;
  CheckState state = CheckState::ok;
  std::string text;  // What was found.
  std::string mend;  // What to do about it; empty when there is nothing to do.
};

// "6.1.0-18-amd64" and the like. Linux 5.19 brought overlays over shifted mounts.
[[nodiscard]] Check check_kernel(std::string_view release);
// From a /proc/self/mountinfo; controllers of a v2 hierarchy are read below `root`.
[[nodiscard]] Check check_cgroups(std::string_view mountinfo, const std::filesystem::path& root);
[[nodiscard]] Check check_root_user(unsigned user_id);
// The probe's outcome as lines: user namespaces, shifted owners, overlay.
[[nodiscard]] std::vector<Check> check_probe(const ProbeOutcome& outcome,
                                             const std::filesystem::path& folder);
// The program that `sandbox` of colibri.yaml stands for.
[[nodiscard]] Check check_oci_runtime(const std::string& sandbox);
// Whether runtimes, `limit` of them, have users of their own from first_uid on.
[[nodiscard]] Check check_users(const engine::HostUsers& host, uint32_t first_uid, uint64_t limit);
[[nodiscard]] std::vector<Check> check_network(const std::filesystem::path& root);
[[nodiscard]] Check check_image(const std::filesystem::path& images);
[[nodiscard]] std::vector<Check> check_accelerators(const std::filesystem::path& root);
// Each accelerator that can be lent or not, and why; and CDI files with something wrong in them.
[[nodiscard]] std::vector<Check> check_found(const std::vector<accelerators::Found>& found,
                                             const std::vector<std::string>& cdi_problems);
[[nodiscard]] Check check_disk(const std::filesystem::path& folder);
// Whether runtimes can have disks of their own, which bound what each writes.
[[nodiscard]] Check check_disk_limit(const std::filesystem::path& root);
// From the text of a /proc/meminfo.
[[nodiscard]] Check check_memory(std::string_view meminfo);

// Whether containers can run: no check failed.
[[nodiscard]] bool can_run(const std::vector<Check>& checks);

// "✓ kernel: Linux 6.1 …", with the mend on the same line behind an arrow.
[[nodiscard]] std::string to_line(const Check& check);
[[nodiscard]] json::Object to_json(const std::vector<Check>& checks);

}  // namespace colibri::cli
