#pragma once
// Kept files as a ZIP archive, made by colibri-files while it is taken. Internal to this module.
#include <memory>
#include <string>
#include <vector>

#include "async/blocking_pool.hpp"
#include "async/byte_source.hpp"
#include "engine/engine.hpp"

namespace colibri::engine {

// What colibri-files at `program` says of what lies in `folder`, within a quarter of an hour.
//
// not_found  nothing is there
[[nodiscard]] Task<Result<KeptFiles>> examine_folder(std::string program, std::string folder);

// Starts colibri-files; it ends with the source. `pool` must outlive that.
[[nodiscard]] Result<std::shared_ptr<async::ByteSource>> open_archive(
    const asio::any_io_executor& reactor, async::BlockingPool& pool, const std::string& program,
    const std::string& folder);

// The runtimes that have a folder in `folder`.
[[nodiscard]] std::vector<RuntimeId> runtimes_in(const std::string& folder);

// Of the file system of `folder`; nothing when that cannot be told.
[[nodiscard]] DiskRoom room_of(const std::string& folder);

}  // namespace colibri::engine
