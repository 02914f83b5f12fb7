#include "accelerators/cdi_files.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "accelerators/host_files.hpp"

namespace colibri::accelerators {

namespace fs = std::filesystem;

cdi::Registry read_cdi(const std::string& root) {
  constexpr size_t kMaxFiles = 256;  // A folder.
  cdi::Registry registry;
  int priority = 0;
  for (const std::string folder : cdi::kFolders) {
    size_t count = 0;
    for (const fs::path& path : entries_of(fs::path(root) / folder.substr(1))) {
      const std::string kind = path.extension();
      if (kind != ".json" && kind != ".yaml") continue;
      const std::string name = folder + "/" + path.filename().string();
      std::error_code error;
      // A pipe would never end.
      if (!fs::is_regular_file(path, error) || ++count > kMaxFiles) {
        registry.add_problem(name, count > kMaxFiles ? "too many files" : "it is no file");
        continue;
      }
      std::ifstream file(path, std::ios::binary);
      if (!file) {
        registry.add_problem(name, "it can't be read");
        continue;
      }
      std::string text(cdi::kMaxSpecBytes + 1, '\0');
      file.read(text.data(), static_cast<std::streamsize>(text.size()));
      text.resize(static_cast<size_t>(file.gcount()));
      registry.add(name, text, priority);
    }
    ++priority;
  }
  return registry;
}

}  // namespace colibri::accelerators
