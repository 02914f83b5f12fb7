#pragma once
// nbformat 2 and 3 to 4.5, as nbformat's own convert.py does it. Internal to this module.
#include "base/json.hpp"
#include "base/result.hpp"

namespace colibri::nbformat {

[[nodiscard]] Result<json::Object> upgrade_from_3(json::Object notebook);

// A string, or a list of strings joined; anything else is left as it is.
void join_lines(json::Value& value);

}  // namespace colibri::nbformat
