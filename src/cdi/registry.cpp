#include "cdi/registry.hpp"

#include <set>

namespace colibri::cdi {

void Registry::add_problem(const std::string& file, const std::string& what) {
  problems_.push_back(file + ": " + what);
}

void Registry::add(const std::string& file, std::string_view text, int priority) {
  auto spec = parse_spec(text);
  if (!spec) return add_problem(file, spec.error().detail);
  for (size_t i = 0; i < spec->devices.size(); ++i) {
    const std::string name = spec->kind + "=" + spec->devices[i].name;
    const Place place{specs_.size(), i, priority, file, ""};
    const auto [known, fresh] = places_.try_emplace(name, place);
    if (fresh || priority < known->second.priority) continue;
    if (priority > known->second.priority) {
      known->second = place;
    } else {
      known->second.rival = file;
      add_problem(file, name + " is described in " + known->second.file + " too");
    }
  }
  specs_.push_back(*std::move(spec));
}

std::vector<std::string> Registry::devices() const {
  std::vector<std::string> names;
  for (const auto& [name, place] : places_) names.push_back(name);
  return names;
}

Result<oci::Edits> Registry::edits(const std::vector<std::string>& devices) const {
  oci::Edits edits;
  std::set<size_t> used;
  for (const std::string& name : devices) {
    const auto found = places_.find(name);
    if (found == places_.end()) {
      std::string detail = "there is no CDI device " + name.substr(0, 200);
      if (!problems_.empty()) detail += " (" + problems_.front() + ")";
      return failure(ErrorCode::not_found, std::move(detail));
    }
    const Place& place = found->second;
    if (!place.rival.empty()) {
      return failure(ErrorCode::conflict, "the CDI device " + name + " is described in both " +
                                              place.file + " and " + place.rival);
    }
    const Spec& spec = specs_[place.spec];
    const Device& device = spec.devices[place.device];
    const std::string& cannot = spec.unsupported.empty() ? device.unsupported : spec.unsupported;
    if (!cannot.empty()) {
      return failure(ErrorCode::unsupported,
                     "the CDI device " + name + " wants " + cannot + ", which Colibri can't give");
    }
    if (used.insert(place.spec).second) edits.merge(spec.edits);
    edits.merge(device.edits);
  }
  return edits;
}

}  // namespace colibri::cdi
