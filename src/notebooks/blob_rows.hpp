#pragma once
// Which blobs a notebook still needs: its rows about them, and the files behind these. A row goes
// when the log is compacted and nothing names the blob any more; the file goes some time later,
// when no notebook has a row about it. Internal to this module.
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.hpp"
#include "notebooks/world.hpp"

namespace soci {
class session;
}

namespace colibri::notebooks {

// All that JSON of ours names as a blob. More than there are does no harm.
[[nodiscard]] std::set<std::string> blobs_named_in(std::string_view json);

// Drops the rows of this notebook that neither `used`, the blobs in its snapshot at `seq`, nor
// later records, nor its revisions name. Inside a transaction. Returns the names.
//
// Earlier records may go on naming them: who replays these replays what took their place too.
[[nodiscard]] std::vector<std::string> drop_unused_blobs(soci::session& sql,
                                                         const std::string& notebook,
                                                         const std::set<std::string>& used,
                                                         long long seq);

// Removes the files of those that no notebook has a row about, after a time: who stored one just
// now may not have committed its row yet.
Task<void> remove_blob_files(World world, std::vector<std::string> names);

// The same for all files there are, from before a server was killed, or of notebooks that are gone.
Task<void> sweep_blob_files(World world);

}  // namespace colibri::notebooks
