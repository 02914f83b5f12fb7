#pragma once
// What a backup says of itself: at its beginning who made it and of what, at its end every file
// with its SHA-256, so that nothing that is missing or changed goes unseen.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "backup/tar.hpp"
#include "base/result.hpp"

namespace colibri::backup {

inline constexpr int64_t kFormat = 1;
inline constexpr const char* kHeadPath = "colibri-backup.json";
inline constexpr const char* kManifestPath = "manifest.json";
inline constexpr const char* kDatabasePath = "database/colibri.db";

struct Head {
  std::string program;  // The version of Colibri that made it.
  int64_t schema = 0;   // Of the database in it.
  int64_t created_ms = 0;

  friend bool operator==(const Head&, const Head&) = default;
};

struct Manifest {
  Head head;
  int64_t accounts = 0;
  int64_t notebooks = 0;
  std::map<std::string, Summed> files;  // By path in the archive; all but the manifest.
};

[[nodiscard]] std::string to_text(const Head& head);
[[nodiscard]] std::string to_text(const Manifest& manifest);
// `corrupt` for what is none, `unsupported` when a newer Colibri made it.
[[nodiscard]] Result<Head> parse_head(std::string_view text);
[[nodiscard]] Result<Manifest> parse_manifest(std::string_view text);

}  // namespace colibri::backup
