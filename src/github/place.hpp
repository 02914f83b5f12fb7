#pragma once
// Addresses of notebooks at GitHub, as its own pages and Colab's links write them, made into
// requests that reach nothing else: what is no name or path there is refused.
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace colibri::github {

struct Repository {
  std::string owner, name;
  [[nodiscard]] std::string full_name() const { return owner + "/" + name; }
};

// A file in a repository at a branch, tag or commit.
struct Place {
  Repository repository;
  std::string ref;
  std::string path;
};

// "owner/name". invalid: these are no names that GitHub gives.
[[nodiscard]] Result<Repository> parse_repository(std::string_view text);
// A user's or an organisation's name.
[[nodiscard]] bool is_owner(std::string_view name);
// A branch, tag or commit, which may have slashes in it.
[[nodiscard]] bool is_ref(std::string_view ref);

// Where a notebook can be put in a repository: "notes/first one.ipynb".
[[nodiscard]] bool is_notebook_path(std::string_view path);
// Each part of a path by itself percent-encoded: a slash stays one.
[[nodiscard]] std::string encoded_path(const std::string& path);

// "owner/name/blob/REF/PATH.ipynb": as the ref may have slashes, all that can be meant, the
// shortest ref first, four at most. invalid: no such address.
[[nodiscard]] Result<std::vector<Place>> parse_blob(std::string_view address);

// "USER/ID" or "ID": the id. invalid: no such address.
[[nodiscard]] Result<std::string> parse_gist(std::string_view address);

}  // namespace colibri::github
