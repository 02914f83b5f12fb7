// Reads a notebook from standard input and writes it again: how tests/python compares this module
// with nbformat itself. Notes and errors go to standard error; exit code 1 when it is refused.
#include <iostream>
#include <iterator>
#include <map>

#include "nbformat/notebook.hpp"

int main() {
  using namespace colibri;
  const std::string bytes{std::istreambuf_iterator<char>(std::cin), {}};
  int ids = 0;
  auto read = nbformat::read(bytes, [&] { return "new-" + std::to_string(++ids); });
  if (!read) return std::cerr << read.error().detail << "\n", 1;
  for (const std::string& note : read->notes) std::cerr << note << "\n";

  std::map<std::string, std::string> blobs;
  for (document::Cell& cell : read->notebook.cells)
    for (document::Output& output : cell.outputs) {
      auto* rich = std::get_if<document::RichOutput>(&output);
      json::Value* data = rich ? rich->object.find("data") : nullptr;
      if (!data || !data->if_object()) continue;
      json::Object kept;
      const auto moved = nbformat::move_large_payloads(
          *data->if_object(), kept, [&](std::string_view payload) -> Result<std::string> {
            const std::string name = std::to_string(blobs.size());
            blobs[name] = payload;
            return name;
          });
      if (!moved) return std::cerr << moved.error().detail << "\n", 1;
      if (!kept.empty()) rich->object.set("blobs", kept);
    }
  const auto written = nbformat::write(
      read->notebook, [&](const std::string& name) -> Result<std::string> { return blobs[name]; });
  if (!written) return std::cerr << written.error().detail << "\n", 1;
  std::cout << *written;
  return 0;
}
