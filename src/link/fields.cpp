#include "link/fields.hpp"

namespace colibri::link {

const json::Value* Fields::find(std::string_view key, bool required) {
  const json::Value* value = object_.find(key);
  if (!value && required) refuse(key);
  return value;
}

void Fields::refuse(std::string_view key) {
  if (bad_.empty()) bad_ = key;
}

std::string Fields::text(std::string_view key) {
  const json::Value* value = find(key, true);
  if (!value) return {};
  if (const std::string* text = value->if_string()) return *text;
  refuse(key);
  return {};
}

std::string Fields::text_or(std::string_view key, std::string fallback) {
  return find(key, false) ? text(key) : std::move(fallback);
}

int64_t Fields::integer(std::string_view key) {
  const json::Value* value = find(key, true);
  if (!value) return 0;
  if (const std::optional<int64_t> integer = value->if_integer()) return *integer;
  refuse(key);
  return 0;
}

int64_t Fields::integer_or(std::string_view key, int64_t fallback) {
  return find(key, false) ? integer(key) : fallback;
}

uint64_t Fields::count(std::string_view key) {
  const int64_t integer_value = integer(key);
  if (integer_value < 0) refuse(key);
  return integer_value < 0 ? 0 : static_cast<uint64_t>(integer_value);
}

uint64_t Fields::count_or(std::string_view key, uint64_t fallback) {
  return find(key, false) ? count(key) : fallback;
}

double Fields::number_or(std::string_view key, double fallback) {
  const json::Value* value = find(key, false);
  if (!value) return fallback;
  if (const std::optional<double> number = value->if_double()) return *number;
  refuse(key);
  return fallback;
}

bool Fields::flag_or(std::string_view key, bool fallback) {
  const json::Value* value = find(key, false);
  if (!value) return fallback;
  if (const bool* flag = value->if_bool()) return *flag;
  refuse(key);
  return fallback;
}

std::vector<std::string> Fields::texts_or_empty(std::string_view key) {
  std::vector<std::string> texts;
  const json::Value* value = find(key, false);
  if (!value) return texts;
  const json::Array* array = value->if_array();
  if (!array) refuse(key);
  for (size_t i = 0; array && i < array->size(); ++i) {
    const std::string* text = (*array)[i].if_string();
    if (!text) refuse(key);
    if (text) texts.push_back(*text);
  }
  return texts;
}

json::Object Fields::object(std::string_view key) {
  const json::Value* value = find(key, true);
  if (!value) return {};
  if (const json::Object* object = value->if_object()) return *object;
  refuse(key);
  return {};
}

json::Object Fields::object_or_empty(std::string_view key) {
  return find(key, false) ? object(key) : json::Object{};
}

json::Array Fields::array_or_empty(std::string_view key) {
  const json::Value* value = find(key, false);
  if (!value) return {};
  if (const json::Array* array = value->if_array()) return *array;
  refuse(key);
  return {};
}

std::unexpected<Error> Fields::error() const {
  return failure(ErrorCode::invalid,
                 "\"" + bad_ + "\" is missing or malformed in " + std::string(what_) + ".");
}

}  // namespace colibri::link
