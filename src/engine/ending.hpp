#pragma once
// How a supervisor ended, in a file of the runtime's folder: for a server that was not there when
// it said so.
#include <optional>
#include <string>

#include "engine/engine.hpp"

namespace colibri::engine {

// Both block. `folder` is the runtime's, which nobody inside can reach.
[[nodiscard]] Result<> write_ending(const std::string& folder, const Ending& ending);
[[nodiscard]] std::optional<Ending> read_ending(const std::string& folder);

}  // namespace colibri::engine
