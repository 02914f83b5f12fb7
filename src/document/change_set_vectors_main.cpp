// Reads vectors of tools/vectors/change_set_vectors.mjs from standard input, one a line. Writes
// those that this module answers otherwise to standard output, and why to standard error; says how
// many there were. Exit code 1 when one differed or none came.
#include <iostream>

#include "document/change_set_vector.hpp"

int main() {
  std::ios::sync_with_stdio(false);
  size_t count = 0, differ = 0;
  for (std::string line; std::getline(std::cin, line); ++count) {
    const std::string difference = colibri::document::ChangeSetVector::difference(line);
    if (difference.empty()) continue;
    ++differ;
    std::cout << line << "\n";
    std::cerr << difference << "\n  in " << line << "\n";
  }
  std::cerr << count << " vectors, " << differ << " differ\n";
  return count == 0 || differ > 0 ? 1 : 0;
}
