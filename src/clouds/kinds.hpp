#pragma once
// Which clouds a person can connect, and what may be said about one: rclone's own list of them,
// through a list of ours. What is not on ours can't be used: kinds that read the server's own files
// or wrap others, and options that name a file or a program of the server or take what is needed
// from its environment.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace colibri::clouds {

// By rclone's names: "url", "user", "pass".
using Options = std::map<std::string, std::string>;

inline constexpr size_t kMaxOptionBytes = 16u << 10;

struct Choice {
  std::string value, help;
};

struct Option {
  std::string name;
  std::string help;       // rclone's own words, its first line.
  std::string usual;      // What it is when nothing is said.
  bool password = false;  // rclone takes it obscured only.
  bool secret = false;    // Never told again.
  bool required = false;
  bool rare = false;            // Most people need not see it.
  bool long_text = false;       // Of several lines.
  std::vector<Choice> choices;  // Examples: others may be given too.
};

struct Kind {
  std::string name;   // As rclone's configuration has it: "webdav".
  std::string title;  // "WebDAV"
  std::vector<Option> options;
};

// What `rclone config providers` prints, as far as it is allowed, in our order. `corrupt` when it
// is something else.
[[nodiscard]] Result<std::vector<Kind>> kinds_of(const json::Value& providers);

[[nodiscard]] const Kind* find_kind(const std::vector<Kind>& kinds, std::string_view name);

// The options that somebody sent for a new cloud. Empty ones are left out.
//
// invalid  one is unknown, no text, too long, has control characters, or a required one is missing
[[nodiscard]] Result<Options> read_options(const Kind& kind, const json::Object& sent);
// The same over what was kept: an empty text takes a kept one away.
[[nodiscard]] Result<Options> change_options(const Kind& kind, Options kept,
                                             const json::Object& sent);

// Those that are no secret, to be shown again.
[[nodiscard]] Options open_options(const Kind& kind, const Options& options);

// Whether a line of rclone's begins what it says, and does not go on with what the line before
// said.
[[nodiscard]] bool begins_message(std::string_view line);

// Whether a cloud that says this does not take the name or the secret.
[[nodiscard]] bool refuses_secret(std::string_view words);

// What rclone said, without what is secret, its date and its own wrapping: one sentence for the
// person.
[[nodiscard]] std::string clear_words(std::string_view said, const Kind& kind,
                                      const Options& options);

}  // namespace colibri::clouds
