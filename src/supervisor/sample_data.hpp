#pragma once
// The data sets that every runtime begins with, in /content/sample_data: they come as a folder
// beside our programs (packaging/sample_data). An untouched one is nobody's work, and is told from
// such by its time.
#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace colibri::supervisor {

inline constexpr const char* kSampleFolder = "sample_data";

// Copies them into `content`, a folder of the host where nobody else writes yet, for this owner.
// What a failure leaves is part of them. Blocks.
[[nodiscard]] Result<> lay_sample_data(const std::string& content, uint32_t owner);

// Whether this file, by its path from /content on, is one of them as it came.
[[nodiscard]] bool is_sample_data(const std::string& path, const struct stat& status);

}  // namespace colibri::supervisor
