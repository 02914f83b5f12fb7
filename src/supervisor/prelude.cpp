#include "supervisor/prelude.hpp"

#include "base/json.hpp"

namespace colibri::supervisor {

extern const char* const kPythonPrelude;  // Made from prelude.py by CMake.

std::optional<std::string> kernel_prelude(std::string_view language) {
  if (language != "python") return std::nullopt;
  // A string in JSON is one in Python too. Its own namespace: the user's stays empty.
  return "exec(compile(" + json::serialize(json::Value(std::string(kPythonPrelude))) +
         ", '<colibri>', 'exec'), {'__name__': '<colibri>'})";
}

}  // namespace colibri::supervisor
