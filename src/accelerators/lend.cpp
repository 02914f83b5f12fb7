// What a runtime needs to use the accelerators lent to it.
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <filesystem>

#include "accelerators/cdi_files.hpp"
#include "accelerators/kinds.hpp"

namespace colibri::accelerators {
namespace {

link::LentAccelerator for_supervisor(const Found& found) {
  return {.id = found.accelerator.id,
          .kind = std::string(to_string(found.accelerator.kind)),
          .model = found.accelerator.model,
          .title = found.accelerator.title,
          .memory_bytes = found.accelerator.memory_bytes,
          .meter_path = found.access.meter_path,
          .meter_command = found.access.meter_command};
}

// The names by which the specifications of this host know the device.
std::vector<std::string> cdi_names(const Found& found, const cdi::Registry& registry) {
  if (found.access.needs_cdi) return found.access.cdi;
  for (const std::string& name : found.access.cdi) {
    if (registry.has(name)) return {name};
  }
  return {};
}

// Type and numbers as the host's node has them; a missing one is an error here rather than
// somewhere in the OCI runtime.
Result<> complete(const std::string& root, oci::Edits& edits) {
  for (oci::DeviceNode& node : edits.devices) {
    struct stat status {};
    if (::stat((root + node.host_path).c_str(), &status) != 0 ||
        !(S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))) {
      return failure(ErrorCode::not_found,
                     "there is no device " + node.host_path + " on this host");
    }
    if (node.type != 0) continue;
    node.type = S_ISBLK(status.st_mode) ? 'b' : 'c';
    node.major = major(status.st_rdev);
    node.minor = minor(status.st_rdev);
  }
  for (const oci::BindMount& mount : edits.mounts) {
    std::error_code error;
    if (!std::filesystem::exists(root + mount.host_path, error)) {
      return failure(ErrorCode::not_found, "there is no " + mount.host_path + " on this host");
    }
  }
  return {};
}

}  // namespace

Result<Lent> Inventory::lend(const std::vector<std::string>& ids) const {
  std::vector<Found> wanted, nvidia, tpus;
  for (const std::string& id : ids) {
    auto found = entry(id);
    if (!found) return failure(ErrorCode::not_found, "there is no accelerator " + id);
    if (!found->unusable.empty()) {
      return failure(ErrorCode::unavailable,
                     found->accelerator.title + " can't be used: " + found->unusable);
    }
    wanted.push_back(*std::move(found));
  }
  Lent lent;
  if (wanted.empty()) return lent;
  const cdi::Registry registry = read_cdi(settings_.root);
  std::vector<std::string> cdi;
  for (const Found& found : wanted) {
    lent.accelerators.push_back(for_supervisor(found));
    const Kind kind = found.accelerator.kind;
    if (kind == Kind::nvidia) nvidia.push_back(found);
    if (kind == Kind::tpu) tpus.push_back(found);
    const auto names = cdi_names(found, registry);
    cdi.insert(cdi.end(), names.begin(), names.end());
    if (!names.empty() && !found.access.needs_cdi) continue;
    if (kind == Kind::nvidia) lent.edits.merge(nvidia_driver_edits(settings_.root));
    lent.edits.merge(found.access.edits);
  }
  auto edits = registry.edits(cdi);
  if (!edits) return std::unexpected(edits.error());
  lent.edits.merge(*std::move(edits));
  if (!nvidia.empty()) lent.edits.merge(nvidia_environment(nvidia));
  if (!tpus.empty()) lent.edits.merge(tpu_environment(tpus));
  if (auto good = complete(settings_.root, lent.edits); !good) return std::unexpected(good.error());
  return lent;
}

}  // namespace colibri::accelerators
