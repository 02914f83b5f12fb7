#pragma once
// Programs of the host that Colibri starts: where they are.
#include <initializer_list>
#include <string>

namespace colibri::engine {

// The path of the first of these programs that is installed (PATH, then the system's own folders);
// empty when none is.
[[nodiscard]] std::string find_program(std::initializer_list<const char*> names);

}  // namespace colibri::engine
