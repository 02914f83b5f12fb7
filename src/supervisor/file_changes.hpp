#pragma once
// What is changed in the tree of a runtime's files: made, renamed, removed. All calls block; errors
// are those of file_failure().
#include <functional>

#include "supervisor/file_root.hpp"

namespace colibri::supervisor {

// What becomes of a name that is there already.
enum class Collision {
  ask,        // It is a `conflict`.
  replace,    // A file takes its place; a folder never does.
  keep_both,  // The new one is called "name (1)".
};
[[nodiscard]] Collision collision_of(const std::string& word);

// Puts `name` of `from` into the place; what it is called there comes back.
[[nodiscard]] Result<std::string> put_in_place(const Descriptor& from, const std::string& name,
                                               const FileRoot::Place& place, Collision collision);

[[nodiscard]] Result<> make_folder(const FileRoot& root, const std::string& path);

// The new path, which may be another for keep_both.
[[nodiscard]] Result<std::string> rename_file(const FileRoot& root, const std::string& path,
                                              const std::string& to, Collision collision);

// Removes a file, a link (not what it leads to), or a folder: that only when it is empty, or with
// `whole` with all that is in it, which may be half done when it fails. Nothing on another file
// system goes. `going` is called now and then.
[[nodiscard]] Result<> remove_file(const FileRoot& root, const std::string& path, bool whole,
                                   const std::function<void()>& going);

// "name (2).tar.gz" of "name.tar.gz".
[[nodiscard]] std::string numbered_name(const std::string& name, int number);

}  // namespace colibri::supervisor
