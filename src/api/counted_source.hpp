#pragma once
// Limits how many long answers are made at a time, of one person and of all. Internal to this
// module.
#include <map>
#include <memory>

#include "async/byte_source.hpp"
#include "base/id.hpp"

namespace colibri::api {

using CountsByUser = std::map<UserId, int>;

[[nodiscard]] bool may_begin(const CountsByUser& counts, const UserId& user, size_t most_of_one,
                             size_t most_of_all);

// Counts as long as it lives.
[[nodiscard]] std::shared_ptr<async::ByteSource> counted(std::shared_ptr<async::ByteSource> source,
                                                         std::shared_ptr<CountsByUser> counts,
                                                         UserId user);

}  // namespace colibri::api
