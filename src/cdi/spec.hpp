#pragma once
// A CDI specification: a file in which the maker of a device says what a container needs to use it
// (the Container Device Interface of the CNCF, versions 0.3 to 1.1). OCI runtimes do not read
// these; whoever writes config.json does.
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "oci/edits.hpp"

namespace colibri::cdi {

struct Device {
  std::string name;
  oci::Edits edits;
  std::string unsupported;  // An edit that we can't make, by its name; empty: none.
};

struct Spec {
  std::string kind;  // "vendor.com/class"
  oci::Edits edits;  // For whoever uses any of its devices.
  std::string unsupported;
  std::vector<Device> devices;
};

inline constexpr size_t kMaxSpecBytes = 4u << 20;

// Reads JSON or YAML. `invalid` with what is wrong and, where that is known, its line; an unknown
// key is wrong, for it may be an edit. `too_large` over kMaxSpecBytes.
[[nodiscard]] Result<Spec> parse_spec(std::string_view text);

}  // namespace colibri::cdi
