#pragma once
// All CDI specifications of a host: which devices there are by name, and what using some of them
// changes in a container.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cdi/spec.hpp"

namespace colibri::cdi {

// Where they lie, the later folder winning over the earlier.
inline constexpr const char* kFolders[] = {"/etc/cdi", "/var/run/cdi"};

class Registry {
 public:
  // Takes in a file. `priority` is its folder's: a device of a higher one replaces that of a lower
  // one; the same device twice in one folder can't be used. A bad file is kept as a problem.
  void add(const std::string& file, std::string_view text, int priority);
  void add_problem(const std::string& file, const std::string& what);

  // Names "vendor.com/class=name", sorted.
  [[nodiscard]] std::vector<std::string> devices() const;
  [[nodiscard]] bool has(const std::string& device) const { return places_.contains(device); }

  // The edits for all of these together: those of each specification once, then of its devices.
  //
  // not_found    there is no such device; the detail names it, and files that could not be read
  // conflict     two files of one folder describe it
  // unsupported  it wants an edit that we can't make
  [[nodiscard]] Result<oci::Edits> edits(const std::vector<std::string>& devices) const;

  // "FILE: what is wrong", of files and devices.
  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

 private:
  struct Place {
    size_t spec = 0, device = 0;
    int priority = 0;
    std::string file;
    std::string rival;  // The file that describes it too.
  };

  std::vector<Spec> specs_;
  std::map<std::string, Place> places_;
  std::vector<std::string> problems_;
};

}  // namespace colibri::cdi
