#pragma once
// The command `colibri` of a runtime: secrets and files for programs in any language and for
// shells. Here is what it understands, asks the agent for (docs/protocol.md 3.4) and says; the
// program itself does the rest. Pure.
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace colibri::supervisor {

struct RuntimeCommand {
  enum class What { help, secret_get, secret_list, files_download, files_upload, files_view };
  What what = What::help;
  std::string argument;  // The secret's name, or the path as it was given; may be empty.
};

// What a shell sees of its end; the user guide lists them.
enum class CommandStatus {
  done = 0,
  failed = 1,
  misused = 2,
  not_there = 3,  // No such secret or file.
  refused = 4,    // The person said no, or chose nothing.
  no_page = 5,    // It needs a page of the notebook, and none is open.
  late = 6,       // Nobody answered in time.
};

struct CommandEnd {
  CommandStatus status = CommandStatus::done;
  std::string output;  // For stdout.
  std::string error;   // One sentence for stderr; empty when it is done.
};

// `arguments` without the program's name. `invalid` says in a sentence what is wrong.
[[nodiscard]] Result<RuntimeCommand> parse_runtime_command(
    const std::vector<std::string>& arguments);

// The text of --help.
[[nodiscard]] std::string runtime_command_help();

// The line that asks the agent, without its end. `path` is absolute, for commands about files; of
// an upload the folder, whose name must be text.
[[nodiscard]] std::string request_line(const RuntimeCommand& command, const std::string& path);

// How long the agent may take to answer it.
[[nodiscard]] int64_t patience_ms(const RuntimeCommand& command);

// What comes of the agent's answer; one that cannot be read has failed.
[[nodiscard]] CommandEnd end_of(const RuntimeCommand& command, std::string_view answer);

}  // namespace colibri::supervisor
