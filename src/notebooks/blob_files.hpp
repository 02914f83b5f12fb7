#pragma once
// Blobs: bytes by their sha-256, in FOLDER/ab/abcdef…. Written once, with fsync, never changed;
// removed only with the account whose notebooks alone have had them.
// All calls block.
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace colibri::notebooks {

// Keeps the bytes (at no cost when they are there) and returns their sha-256.
[[nodiscard]] Result<std::string> store_blob(const std::string& folder, std::string_view bytes);

// `not_found` when there is none, `invalid` when `sha256` is no such name.
[[nodiscard]] Result<std::string> load_blob(const std::string& folder, const std::string& sha256);

// Whether somebody has stored it so lately that the row which names it may be on its way.
[[nodiscard]] bool was_stored_within(const std::string& folder, const std::string& sha256,
                                     int64_t seconds);
// Nothing there is success.
[[nodiscard]] Result<> remove_blob(const std::string& folder, const std::string& sha256);

[[nodiscard]] std::string blob_path(const std::string& folder, const std::string& sha256);

}  // namespace colibri::notebooks
