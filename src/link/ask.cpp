#include "link/ask.hpp"

#include <algorithm>

#include "link/fields.hpp"

namespace colibri::link {
namespace {

constexpr size_t kMaxName = 64;
constexpr size_t kMaxOwnId = 128;
constexpr json::ParseOptions kAgentJson{.max_depth = 100, .max_values = 10'000};

bool is_word(std::string_view text) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
  });
}

bool is_own_id(const json::Value& id) {
  const std::string* text = id.if_string();
  return text ? text->size() <= kMaxOwnId
              : id.if_number() && id.if_number()->text.size() <= kMaxOwnId;
}

std::string ask_name(Fields& fields) {
  std::string name = fields.text("ask");
  return name.size() > kMaxName ? std::string() : name;
}

std::unexpected<Error> malformed(const char* what) {
  return failure(ErrorCode::invalid, std::string("A malformed ") + what + ".");
}

}  // namespace

AskError to_ask_error(const Error& error) {
  return {std::string(to_string(error.code)), error.detail};
}

bool is_ask_method(std::string_view method) {
  const size_t dot = method.find('.');
  return method.size() <= kMaxName && dot != std::string_view::npos &&
         is_word(method.substr(0, dot)) && is_word(method.substr(dot + 1));
}

std::expected<AgentRequest, BadAgentLine> parse_agent_line(std::string_view line) {
  const auto bad = [](json::Value id, const char* message) {
    return std::unexpected(BadAgentLine{std::move(id), {"invalid", message}});
  };
  auto object = json::parse_object(line, kAgentJson);
  if (!object) return bad({}, "A request must be one line of JSON, an object.");
  AgentRequest request;
  const json::Value* id = object->find("id");
  if (!id || !is_own_id(*id)) return bad({}, "A request needs an id: a number, or a string.");
  request.id = *id;
  request.method = json::string_at(*object, "method").value_or("");
  if (!is_ask_method(request.method)) return bad(request.id, "A request needs a method.");
  if (const json::Value* params = object->find("params"); params && !params->is_null()) {
    if (!params->if_object()) return bad(request.id, "The params of a request are an object.");
    request.params = *params->if_object();
  }
  if (const json::Value* timeout = object->find("timeout_ms"); timeout && !timeout->is_null()) {
    const auto ms = timeout->if_integer();
    if (!ms || *ms < 1) return bad(request.id, "The timeout_ms of a request is a whole number.");
    request.timeout_ms = std::min(*ms, kLongestAskMs);
  }
  return request;
}

std::string agent_reply(const json::Value& id, const AskResult& result) {
  json::Object reply{{"id", id}};
  if (result) {
    reply.set("result", *result);
  } else {
    reply.set("error",
              json::Object{{"code", result.error().code}, {"message", result.error().message}});
  }
  std::string line;
  json::append(line, reply);
  if (line.size() > kMaxAgentLine)
    return agent_reply(id, ask_failure("too_large", "The answer is over 1 MiB."));
  return line + "\n";
}

json::Object to_json(Ask ask) {
  return {{"type", "ask"},
          {"ask", std::move(ask.ask)},
          {"method", std::move(ask.method)},
          {"params", std::move(ask.params)},
          {"timeout_ms", ask.timeout_ms}};
}

json::Object to_json(const AskOver& over) {
  return {{"type", "ask_over"}, {"ask", over.ask}};
}

json::Object to_json(Answer answer) {
  json::Object object{{"type", "answer"}, {"ask", std::move(answer.ask)}};
  if (answer.result) {
    object.set("result", *std::move(answer.result));
  } else {
    const AskError& error = answer.result.error();
    object.set("error", json::Object{{"code", error.code}, {"message", error.message}});
  }
  return object;
}

Result<Ask> ask_from_json(json::Object& object) {
  Fields fields(object, "an ask");
  Ask ask{ask_name(fields), fields.text("method"), {}, fields.integer("timeout_ms")};
  json::Value* params = object.find("params");
  if (!fields.ok()) return fields.error();
  if (ask.ask.empty() || !is_ask_method(ask.method) || !params || !params->if_object() ||
      ask.timeout_ms < 0)
    return malformed("ask");
  ask.params = std::move(*params->if_object());
  ask.timeout_ms = std::min(ask.timeout_ms, kLongestAskMs);
  return ask;
}

Result<AskOver> ask_over_from_json(const json::Object& object) {
  Fields fields(object, "an ask_over");
  AskOver over{ask_name(fields)};
  if (!fields.ok()) return fields.error();
  if (over.ask.empty()) return malformed("ask_over");
  return over;
}

Result<Answer> answer_from_json(json::Object& object) {
  Fields fields(object, "an answer");
  Answer answer{ask_name(fields), json::Value()};
  if (!fields.ok()) return fields.error();
  if (const json::Object* error = json::object_at(object, "error")) {
    answer.result = ask_failure(json::string_at(*error, "code").value_or("failed"),
                                json::string_at(*error, "message").value_or(""));
  } else if (json::Value* result = object.find("result")) {
    answer.result = std::move(*result);
  } else {
    return malformed("answer");
  }
  if (answer.ask.empty()) return malformed("answer");
  return answer;
}

}  // namespace colibri::link
