#pragma once
// The notebooks that teach Colibri by running, embedded in the program: the files of examples/ and
// their list, index.json. Nothing here changes; any thread may ask.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace colibri::examples {

// By language: "en", which is always there, and "zh-CN".
using Words = std::map<std::string, std::string, std::less<>>;

struct Example {
  std::string name;   // In addresses: lower-case letters, digits and _.
  Words title, text;  // What it is called, and a sentence on what one learns.
  Words files;        // "plots.ipynb"
  std::string image;  // The runtime image that has what it needs; empty: every one of ours.
};

struct ExampleFile {
  std::string title;
  std::string_view bytes;  // Live as long as the process.
};

// In the order in which they are shown. Requires what a test checks: that index.json is well made.
[[nodiscard]] const std::vector<Example>& all();

// The notebook in this language, else in English. `not_found` for another name.
[[nodiscard]] Result<ExampleFile> find(std::string_view name, std::string_view language);

// The notebook whose code cells are the built-in snippets.
[[nodiscard]] std::string_view snippets();

}  // namespace colibri::examples
