#include "examples/examples.hpp"

#include <algorithm>
#include <span>

#include "base/assert.hpp"
#include "base/embedded_file.hpp"
#include "base/json.hpp"

namespace colibri::examples {

// From the library colibri_example_files.
[[nodiscard]] std::span<const EmbeddedFile> embedded_files();

namespace {

std::string_view bytes_of(std::string_view name) {
  for (const EmbeddedFile& file : embedded_files())
    if (file.path.substr(1) == name) return file.bytes;
  return {};
}

Words words_at(const json::Object& object, std::string_view key) {
  Words words;
  if (const json::Object* by_language = json::object_at(object, key)) {
    for (const auto& [language, value] : *by_language)
      if (const auto text = json::string_at(*by_language, language)) words.emplace(language, *text);
  }
  return words;
}

const std::string& in_language(const Words& words, std::string_view language) {
  const auto found = words.find(language);
  return found != words.end() ? found->second : words.at("en");
}

std::vector<Example> read_index() {
  const auto index = json::parse_object(bytes_of("index.json"));
  COLIBRI_ASSERT(index.has_value());
  std::vector<Example> out;
  const json::Array* examples = json::array_at(*index, "examples");
  COLIBRI_ASSERT(examples != nullptr);
  for (const json::Value& value : *examples) {
    const json::Object* object = value.if_object();
    COLIBRI_ASSERT(object != nullptr);
    Example example{.name = json::string_at(*object, "name").value_or(""),
                    .title = words_at(*object, "title"),
                    .text = words_at(*object, "text"),
                    .files = words_at(*object, "files"),
                    .image = json::string_at(*object, "image").value_or("")};
    for (const Words* words : {&example.title, &example.text, &example.files})
      COLIBRI_ASSERT(words->contains("en"));
    out.push_back(std::move(example));
  }
  return out;
}

}  // namespace

const std::vector<Example>& all() {
  static const std::vector<Example> examples = read_index();
  return examples;
}

Result<ExampleFile> find(std::string_view name, std::string_view language) {
  const auto found = std::ranges::find(all(), name, &Example::name);
  if (found == all().end()) return failure(ErrorCode::not_found, "There is no such example.");
  return ExampleFile{in_language(found->title, language),
                     bytes_of(in_language(found->files, language))};
}

std::string_view snippets() {
  return bytes_of("snippets.ipynb");
}

}  // namespace colibri::examples
