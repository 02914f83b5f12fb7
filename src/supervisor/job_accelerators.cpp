#include "supervisor/job_accelerators.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "accelerators/inventory.hpp"
#include "base/log.hpp"

namespace colibri::supervisor {
namespace {

using accelerators::Accelerator;
using accelerators::Kind;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_counted(const Accelerator& one, Kind kind) {
  return one.kind == kind && !one.id.starts_with("MIG-");
}

}  // namespace

Result<std::vector<std::string>> named_accelerators(const std::string& visible,
                                                    const std::vector<Accelerator>& usable,
                                                    Kind kind) {
  std::vector<std::string> whole, ids;
  for (const Accelerator& one : usable)
    if (is_counted(one, kind)) whole.push_back(one.id);
  for (size_t start = 0; start < visible.size();) {
    const size_t end = std::min(visible.find(',', start), visible.size());
    const std::string name = visible.substr(start, end - start);
    start = end + 1;
    const bool number = !name.empty() && name.size() < 6 &&
                        std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
    const size_t at = number ? std::stoul(name) : whole.size();
    if (number && at < whole.size()) {
      ids.push_back(whole[at]);
    } else if (std::ranges::find(usable, name, &Accelerator::id) != usable.end()) {
      ids.push_back(name);
    } else {
      return failure(ErrorCode::not_found,
                     "The job was given the GPU \"" + name + "\", which is not found here.");
    }
  }
  return ids;
}

Result<> add_job_accelerators(link::SupervisorConfig& config) {
  if (config.job_accelerators == 0 || config.sandbox == "none") return {};
  accelerators::Inventory inventory({});
  inventory.look();
  const auto usable = inventory.usable();
  if (usable.empty()) {
    log::warn("no accelerator is found on this machine, so the container gets none");
    return {};
  }
  std::vector<std::string> ids;
  for (const auto& [name, kind] : {std::pair("CUDA_VISIBLE_DEVICES", Kind::nvidia),
                                   std::pair("ROCR_VISIBLE_DEVICES", Kind::amd)}) {
    auto named = named_accelerators(variable(name), usable, kind);
    if (!named) return std::unexpected(named.error());
    // Sites set both: the one whose kind is here counts.
    if (ids.empty()) ids = *std::move(named);
  }
  if (ids.empty())
    return failure(ErrorCode::not_found, "The batch system does not say which GPU the job has.");
  auto lent = inventory.lend(ids);
  if (!lent) return std::unexpected(lent.error());
  config.accelerators = std::move(lent->accelerators);
  // In place of what the job sees: inside, numbers may mean others.
  for (auto& [name, value] : lent->edits.env) config.env[name] = std::move(value);
  lent->edits.env.clear();
  config.edits = std::move(lent->edits);
  return {};
}

}  // namespace colibri::supervisor
