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

bool is_number(const std::string& text) {
  return !text.empty() && text.size() < 6 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string> names_in(const std::string& list) {
  std::vector<std::string> names;
  for (size_t start = 0; start < list.size();) {
    const size_t end = std::min(list.find(',', start), list.size());
    names.push_back(list.substr(start, end - start));
    start = end + 1;
  }
  return names;
}

Result<std::vector<std::string>> own_of(const std::vector<accelerators::Declared>& declared,
                                        const std::vector<Accelerator>& usable) {
  if (!declared.empty()) {
    const std::string given = variable("SLURM_JOB_GPUS");
    return declared_accelerators(given.empty() ? variable("CUDA_VISIBLE_DEVICES") : given,
                                 declared.front().model);
  }
  for (const auto& [name, kind] : {std::pair("CUDA_VISIBLE_DEVICES", Kind::nvidia),
                                   std::pair("ROCR_VISIBLE_DEVICES", Kind::amd)}) {
    // Sites set both: the one whose kind is here counts.
    if (std::ranges::find(usable, kind, &Accelerator::kind) == usable.end()) continue;
    auto named = named_accelerators(variable(name), usable, kind);
    if (!named || !named->empty()) return named;
  }
  return std::vector<std::string>();
}

}  // namespace

Result<std::vector<std::string>> named_accelerators(const std::string& visible,
                                                    const std::vector<Accelerator>& usable,
                                                    Kind kind) {
  std::vector<std::string> whole, ids;
  for (const Accelerator& one : usable)
    if (is_counted(one, kind)) whole.push_back(one.id);
  for (const std::string& name : names_in(visible)) {
    const bool number = is_number(name);
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

Result<std::vector<std::string>> declared_accelerators(const std::string& numbers,
                                                       const std::string& model) {
  std::vector<std::string> ids;
  for (const std::string& name : names_in(numbers)) {
    if (!is_number(name))
      return failure(ErrorCode::invalid, "The batch system names a GPU \"" + name +
                                             "\", and declared ones have numbers.");
    ids.push_back(model + "-" + name);
  }
  return ids;
}

Result<> add_job_accelerators(link::SupervisorConfig& config) {
  if (config.job_accelerators == 0 || config.sandbox == "none") return {};
  std::vector<accelerators::Declared> declared;
  for (const json::Value& each : config.declared) {
    auto one =
        accelerators::declared_from_json(each.if_object() ? *each.if_object() : json::Object());
    if (!one) return std::unexpected(one.error());
    declared.push_back(*std::move(one));
  }
  accelerators::Inventory inventory({.declared = declared});
  inventory.look();
  const auto usable = inventory.usable();
  if (usable.empty() && declared.empty()) {
    log::warn("no accelerator is found on this machine, so the container gets none");
    return {};
  }
  const auto ids = own_of(declared, usable);
  if (!ids) return std::unexpected(ids.error());
  if (ids->empty())
    return failure(ErrorCode::not_found, "The batch system does not say which GPU the job has.");
  auto lent = inventory.lend(*ids);
  if (!lent) return std::unexpected(lent.error());
  config.accelerators = std::move(lent->accelerators);
  // In place of what the job sees: inside, numbers may mean others.
  for (auto& [name, value] : lent->edits.env) config.env[name] = std::move(value);
  lent->edits.env.clear();
  config.edits = std::move(lent->edits);
  return {};
}

}  // namespace colibri::supervisor
