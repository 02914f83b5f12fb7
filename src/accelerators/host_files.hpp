#pragma once
// Reads of small files and folders of the host, all of which may be missing: for discovery here,
// and for the doctor.
#include <filesystem>
#include <string>
#include <vector>

namespace colibri::accelerators {

// The file's text without white space at its ends; empty when it can't be read.
[[nodiscard]] std::string read_trimmed(const std::filesystem::path& path, size_t limit = 1u << 16);

// What lies in a folder, sorted; nothing when there is none.
[[nodiscard]] std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder);

// The number behind the prefix ("renderD128" → 128); -1 when the name is another.
[[nodiscard]] int number_behind(const std::string& name, std::string_view prefix);

[[nodiscard]] bool is_there(const std::filesystem::path& path);

}  // namespace colibri::accelerators
