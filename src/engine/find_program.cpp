#include "engine/find_program.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace colibri::engine {

std::string find_program(std::initializer_list<const char*> names) {
  const char* path = std::getenv("PATH");
  const std::string folders = std::string(path == nullptr ? "" : path) +
                              ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  for (const char* name : names) {
    for (size_t start = 0; start < folders.size();) {
      const size_t end = std::min(folders.find(':', start), folders.size());
      const std::string candidate = folders.substr(start, end - start) + "/" + name;
      if (candidate.front() == '/' && ::access(candidate.c_str(), X_OK) == 0) return candidate;
      start = end + 1;
    }
  }
  return {};
}

}  // namespace colibri::engine
