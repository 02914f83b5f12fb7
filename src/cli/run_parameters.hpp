#pragma once
// Parameters of `colibri run -p name=value`: a cell of assignments behind the one tagged
// `parameters`, as papermill does it.
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "nbformat/notebook.hpp"

namespace colibri::cli {

struct Parameter {
  std::string name;
  json::Value value;
};

// "alpha=0.5": the value is read as JSON, and taken as a string when it is none. `invalid` when
// there is no =, or the name is none that a program could have.
[[nodiscard]] Result<Parameter> parse_parameter(std::string_view text);

// The lines that assign them, in a language that the kernel's notebook names. `unsupported` for one
// whose literals we do not know (python, R and julia we do).
[[nodiscard]] Result<std::string> assignments(const std::vector<Parameter>& parameters,
                                              std::string_view language);

// Puts the cell, tagged `injected-parameters`, in the place of an earlier such cell, else behind
// the first one tagged `parameters`, else at the top. `cell_id` must be free.
[[nodiscard]] Result<> inject_parameters(nbformat::Notebook& notebook,
                                         const std::vector<Parameter>& parameters,
                                         std::string cell_id);

// "python" when the notebook says nothing.
[[nodiscard]] std::string language_of(const json::Object& metadata);

}  // namespace colibri::cli
