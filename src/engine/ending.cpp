#include "engine/ending.hpp"

#include <fstream>
#include <iterator>

#include "base/json.hpp"
#include "engine/private_files.hpp"

namespace colibri::engine {

namespace {

std::string ending_file(const std::string& folder) {
  return folder + "/ending.json";
}

}  // namespace

Result<> write_ending(const std::string& folder, const Ending& ending) {
  return write_private(
      ending_file(folder),
      json::serialize(json::Object{{"reason", ending.reason}, {"detail", ending.detail}}));
}

std::optional<Ending> read_ending(const std::string& folder) {
  std::ifstream file(ending_file(folder), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto object = json::parse_object(text);
  if (!object) return std::nullopt;
  const auto reason = json::string_at(*object, "reason");
  if (!reason) return std::nullopt;
  return Ending{*reason, json::string_at(*object, "detail").value_or("")};
}

}  // namespace colibri::engine
