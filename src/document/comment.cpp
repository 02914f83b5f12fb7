#include "document/comment.hpp"

#include <algorithm>

namespace colibri::document {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// What the part of an address before its @ is made of here.
bool is_of_local_part(char c) {
  return is_letter_or_digit(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-';
}

bool is_of_label(char c) {
  return is_letter_or_digit(c) || c == '-';
}

// The address at `at`, or nothing.
std::string_view address_at(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && is_of_local_part(text[end])) ++end;
  if (end == at || end == text.size() || text[end] != '@') return {};
  size_t label = ++end;
  while (end < text.size() && is_of_label(text[end])) ++end;
  if (end == label) return {};
  while (end + 1 < text.size() && text[end] == '.' && is_of_label(text[end + 1])) {
    label = ++end;
    while (end < text.size() && is_of_label(text[end])) ++end;
  }
  return text.substr(at, end - at);
}

json::Object to_json(const Comment& comment) {
  return {{"id", comment.id.value}, {"user", comment.user.value}, {"name", comment.name},
          {"text", comment.text},   {"time_ms", comment.time_ms}, {"edited_ms", comment.edited_ms},
          {"seq", comment.seq}};
}

std::optional<Comment> comment_from_json(const json::Object& o) {
  const auto id = json::string_at(o, "id"), text = json::string_at(o, "text");
  if (!id || !text) return std::nullopt;
  return Comment{{*id},
                 {json::string_at(o, "user").value_or("")},
                 json::string_at(o, "name").value_or(""),
                 *text,
                 json::integer_at(o, "time_ms").value_or(0),
                 json::integer_at(o, "edited_ms").value_or(0),
                 static_cast<uint64_t>(json::integer_at(o, "seq").value_or(0))};
}

json::Value optional_anchor(const std::optional<Anchor>& anchor) {
  return anchor ? json::Value(to_json(*anchor)) : json::Value();
}

std::optional<Anchor> optional_anchor(const json::Object& o) {
  const json::Object* anchor = json::object_at(o, "anchor");
  return anchor ? anchor_from_json(*anchor) : std::nullopt;
}

}  // namespace

json::Object to_json(const Anchor& anchor) {
  return {{"from", static_cast<uint64_t>(anchor.from)}, {"to", static_cast<uint64_t>(anchor.to)}};
}

std::optional<Anchor> anchor_from_json(const json::Object& object) {
  const auto from = json::integer_at(object, "from"), to = json::integer_at(object, "to");
  if (!from || !to || *from < 0 || *to < *from) return std::nullopt;
  return Anchor{static_cast<size_t>(*from), static_cast<size_t>(*to)};
}

json::Object to_json(const Thread& thread) {
  json::Array comments;
  for (const Comment& comment : thread.comments) comments.push_back(to_json(comment));
  json::Object o{{"id", thread.id.value},
                 {"cell", thread.cell.value},
                 {"anchor", optional_anchor(thread.anchor)},
                 {"quote", thread.quote},
                 {"comments", std::move(comments)}};
  if (thread.resolved)
    o.set("resolved", json::Object{{"user", thread.resolved->user.value},
                                   {"name", thread.resolved->name},
                                   {"time_ms", thread.resolved->time_ms}});
  if (thread.home)
    o.set("home", json::Object{{"cell", thread.home->cell.value},
                               {"anchor", optional_anchor(thread.home->anchor)}});
  return o;
}

Result<Thread> thread_from_json(const json::Object& o) {
  const auto bad = [] { return failure(ErrorCode::corrupt, "stored comments do not fit"); };
  const auto id = json::string_at(o, "id"), cell = json::string_at(o, "cell");
  const auto* comments = json::array_at(o, "comments");
  if (!id || !cell || !comments || comments->empty()) return bad();
  Thread thread{{*id}, {*cell}, optional_anchor(o), json::string_at(o, "quote").value_or(""), {},
                {},    {}};
  for (const json::Value& value : *comments) {
    auto comment = value.if_object() ? comment_from_json(*value.if_object()) : std::nullopt;
    if (!comment) return bad();
    thread.comments.push_back(std::move(*comment));
  }
  if (const auto* resolved = json::object_at(o, "resolved"))
    thread.resolved = Resolution{{json::string_at(*resolved, "user").value_or("")},
                                 json::string_at(*resolved, "name").value_or(""),
                                 json::integer_at(*resolved, "time_ms").value_or(0)};
  if (const auto* home = json::object_at(o, "home"))
    thread.home =
        Thread::Home{{json::string_at(*home, "cell").value_or("")}, optional_anchor(*home)};
  return thread;
}

std::vector<std::string> mentions_of(std::string_view text) {
  std::vector<std::string> out;
  for (size_t at = 0; at < text.size() && out.size() < kMostMentions; ++at) {
    if (text[at] != '@' && text[at] != '+') continue;
    if (at > 0 && (is_of_local_part(text[at - 1]) || text[at - 1] == '@')) continue;
    std::string address(address_at(text, at + 1));
    if (address.empty()) continue;
    at += address.size();
    std::ranges::transform(address, address.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (std::ranges::find(out, address) == out.end()) out.push_back(std::move(address));
  }
  return out;
}

}  // namespace colibri::document
