#pragma once
// Blobs: bytes by their sha-256, in FOLDER/ab/abcdef…. Written once, with fsync, never changed;
// removed when no notebook names them any more.
// All calls block.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace colibri::notebooks {

// Keeps the bytes (at little cost when they are there) and returns their sha-256.
[[nodiscard]] Result<std::string> store_blob(const std::string& folder, std::string_view bytes);

// `not_found` when there is none, `invalid` when `sha256` is no such name.
[[nodiscard]] Result<std::string> load_blob(const std::string& folder, const std::string& sha256);

// Removes the file unless it was stored, or stored again, at or after `before_ms`: then the row
// that names it may be on its way, and this returns false. Safe beside store_blob() of the same
// bytes. Nothing there is success.
[[nodiscard]] Result<bool> remove_blob(const std::string& folder, const std::string& sha256,
                                       int64_t before_ms);

// The names of all blobs, in no order.
[[nodiscard]] std::vector<std::string> list_blobs(const std::string& folder);

[[nodiscard]] std::string blob_path(const std::string& folder, const std::string& sha256);

}  // namespace colibri::notebooks
