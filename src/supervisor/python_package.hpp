#pragma once
// The Python package google.colab, carried in this program and laid beside the packages of whatever
// image a runtime starts from.
#include <span>
#include <string>

#include "base/result.hpp"

namespace colibri::supervisor {

inline constexpr const char* kPythonInside = "/run/colibri/python";

struct PythonModule {
  const char* path;  // Below a folder of Python's path.
  const char* text;
};

// Made from python/ by CMake.
[[nodiscard]] std::span<const PythonModule> python_modules();

// Writes all of it below `folder`, which it makes, for everybody to read. Call it before anything
// else can write there. `io` when that fails.
[[nodiscard]] Result<> write_python_package(const std::string& folder);

}  // namespace colibri::supervisor
