#pragma once
// Reads members of one untrusted object and remembers the first that is missing or of another type,
// so that a parser can take all fields and check once.
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace colibri::link {

class Fields {
 public:
  // `what` names the object in the error. Both must outlive this.
  Fields(const json::Object& object, std::string_view what) : object_(object), what_(what) {}

  std::string text(std::string_view key);
  std::string text_or(std::string_view key, std::string fallback);
  int64_t integer(std::string_view key);
  int64_t integer_or(std::string_view key, int64_t fallback);
  uint64_t count(std::string_view key);  // An integer that is not negative.
  uint64_t count_or(std::string_view key, uint64_t fallback);
  double number_or(std::string_view key, double fallback);
  bool flag_or(std::string_view key, bool fallback);
  std::vector<std::string> texts_or_empty(std::string_view key);
  json::Object object(std::string_view key);
  json::Object object_or_empty(std::string_view key);
  json::Array array_or_empty(std::string_view key);

  [[nodiscard]] bool ok() const { return bad_.empty(); }
  [[nodiscard]] std::unexpected<Error> error() const;

 private:
  const json::Value* find(std::string_view key, bool required);
  void refuse(std::string_view key);

  const json::Object& object_;
  std::string_view what_;
  std::string bad_;
};

}  // namespace colibri::link
