#pragma once
// A part of a file, read while it is sent: a download of any size costs no memory.
#include <cstdint>
#include <memory>
#include <string>

#include "async/blocking_pool.hpp"
#include "async/byte_source.hpp"

namespace colibri::net {

// `bytes` bytes of an open file from `offset` on. Takes `file` over. `pool` must outlive it.
[[nodiscard]] std::shared_ptr<async::ByteSource> file_source(async::BlockingPool& pool, int file,
                                                             uint64_t offset, uint64_t bytes);

}  // namespace colibri::net
