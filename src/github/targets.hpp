#pragma once
// Where a person has a notebook at GitHub: where it came from, or where they last put it. It is
// kept with the version that was seen there, so that a later save can tell what others changed
// meanwhile.
#include <optional>
#include <string>

#include "async/task.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "store/store.hpp"

namespace colibri::github {

struct FileTarget {
  std::string repository;  // "owner/name"
  std::string branch, path;
  std::string sha;   // Of the file as it was then, as git names it.
  bool link = true;  // Its first cell leads back to Colibri.
};

struct GistTarget {
  std::string id, owner;
  std::string version;
  bool is_public = false;
  bool link = true;
};

struct Targets {
  std::optional<FileTarget> file;
  std::optional<GistTarget> gist;
};

[[nodiscard]] json::Object to_json(const Targets& targets);
// What is malformed counts as not there.
[[nodiscard]] Targets targets_from_json(const json::Object& object);

class TargetRows {
 public:
  // `store` must outlive this.
  explicit TargetRows(store::Store& store) : store_(store) {}

  // None of them when nothing is known.
  Task<Result<Targets>> find(UserId user, NotebookId notebook);
  // Replaces what is known of the one or the other; what is not in `targets` stays. not_found: the
  // notebook is gone.
  Task<Result<>> remember(UserId user, NotebookId notebook, Targets targets);

 private:
  store::Store& store_;
};

}  // namespace colibri::github
