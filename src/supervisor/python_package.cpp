#include "supervisor/python_package.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace colibri::supervisor {

Result<> write_python_package(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  const mode_t before = ::umask(022);
  for (const PythonModule& module : python_modules()) {
    const fs::path path = fs::path(folder) / module.path;
    fs::create_directories(path.parent_path(), error);
    if (error) break;
    std::ofstream file(path, std::ios::binary);
    file << module.text;
    file.close();
    if (!file) error = std::make_error_code(std::errc::io_error);
    if (error) break;
  }
  ::umask(before);
  if (error) return failure(ErrorCode::io, "cannot write " + folder + ": " + error.message());
  return {};
}

}  // namespace colibri::supervisor
