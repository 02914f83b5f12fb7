#pragma once
// One line of tools/vectors/change_set_vectors.mjs, that is, what the npm packages made of random
// changes, against what this module makes of them. For change_set_test and change_set_vectors.
#include <string>
#include <string_view>
#include <vector>

#include "base/utf.hpp"
#include "document/change_set.hpp"

namespace colibri::document {

class ChangeSetVector {
 public:
  // Where the two differ, for a person to read; empty when they agree.
  static std::string difference(std::string_view line) {
    const auto vector = json::parse_object(line);
    if (!vector) return "no vector: " + vector.error().detail;
    ChangeSetVector check(*vector);
    check.compare_change_sets();
    if (check.difference_.empty()) check.compare_rebased();
    return check.difference_;
  }

 private:
  explicit ChangeSetVector(const json::Object& vector) : vector_(vector) {}

  void compare_change_sets() {
    const ChangeSet a = set("a"), b = set("b"), next = set("next");
    if (!difference_.empty()) return;
    same("a", a.to_json());
    std::u16string text = to_utf16(json::string_at(vector_, "text").value_or(""));
    same("applied", to_utf8(a.apply(text)));
    a.apply_to(text);
    same("applied", to_utf8(text));
    same("composed", a.compose(next).to_json());
    same("mapped", a.map(b).to_json());
    same("mapped_before", a.map(b, true).to_json());
    const auto position = static_cast<size_t>(json::integer_at(vector_, "position").value_or(0));
    same("position_mapped", json::Array{a.map_position(position), a.map_position(position, false)});
  }

  void compare_rebased() {
    const auto own = updates("updates"), over = updates("over");
    if (!difference_.empty()) return;
    const auto rebased = rebase(own, over);
    if (!rebased) return differ("rebased", "nothing");
    json::Array array;
    for (const Update& u : *rebased)
      array.push_back(json::Object{{"client", u.client}, {"changes", u.changes.to_json()}});
    same("rebased", std::move(array));
  }

  ChangeSet read(const json::Value* value, const std::string& name) {
    auto set = value ? ChangeSet::from_json(*value) : failure(ErrorCode::invalid, "missing");
    if (!set) return differ(name, set.error().detail), ChangeSet();
    return std::move(*set);
  }
  ChangeSet set(const std::string& name) { return read(vector_.find(name), name); }
  std::vector<Update> updates(const std::string& name) {
    std::vector<Update> out;
    const json::Array* array = json::array_at(vector_, name);
    if (!array) return differ(name, "missing"), out;
    for (const json::Value& update : *array) {
      const json::Value* client = update.find("client");
      if (!client || !client->if_string()) return differ(name, "no client"), out;
      out.push_back({*client->if_string(), read(update.find("changes"), name)});
    }
    return out;
  }

  void same(const std::string& name, const json::Value& ours) {
    const json::Value* theirs = vector_.find(name);
    const std::string text = json::serialize(ours);
    if (!theirs || json::serialize(*theirs) != text) differ(name, text);
  }
  void differ(const std::string& name, const std::string& ours) {
    if (difference_.empty()) difference_ = name + " is here " + ours;
  }

  const json::Object& vector_;
  std::string difference_;
};

}  // namespace colibri::document
