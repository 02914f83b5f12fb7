#include "accelerators/inventory.hpp"

#include <algorithm>

#include "accelerators/kinds.hpp"

namespace colibri::accelerators {
namespace {

auto place_of(std::vector<Found>& list, const std::string& id) {
  return std::ranges::find(list, id, [](const Found& found) { return found.accelerator.id; });
}

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::nvidia:
      return "nvidia";
    case Kind::tpu:
      return "tpu";
    case Kind::amd:
      return "amd";
    case Kind::declared:
      break;
  }
  return "declared";
}

std::vector<Found> discover(const Settings& settings) {
  std::vector<Found> all = find_nvidia(settings);
  for (const auto find : {find_tpus, find_amd, find_declared}) {
    for (Found& found : find(settings)) all.push_back(std::move(found));
  }
  return all;
}

void Inventory::look() {
  std::vector<Found> now = discover(settings_);
  const std::lock_guard lock(mutex_);
  for (const Found& before : found_) {
    if (place_of(now, before.accelerator.id) != now.end()) continue;
    now.push_back({before.accelerator, "it is not found any more"});
  }
  found_ = std::move(now);
}

std::vector<Found> Inventory::all() const {
  const std::lock_guard lock(mutex_);
  return found_;
}

std::vector<Accelerator> Inventory::usable() const {
  const std::lock_guard lock(mutex_);
  std::vector<Accelerator> list;
  for (const Found& found : found_) {
    if (found.unusable.empty()) list.push_back(found.accelerator);
  }
  return list;
}

std::optional<Found> Inventory::entry(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::ranges::find(found_, id, [](const Found& each) { return each.accelerator.id; });
  if (found == found_.end()) return std::nullopt;
  return *found;
}

std::optional<Accelerator> Inventory::find(const std::string& id) const {
  const auto found = entry(id);
  if (!found) return std::nullopt;
  return found->accelerator;
}

void Inventory::lose(const std::string& id, std::string why) {
  const std::lock_guard lock(mutex_);
  const auto found = place_of(found_, id);
  if (found != found_.end()) found->unusable = std::move(why);
}

}  // namespace colibri::accelerators
