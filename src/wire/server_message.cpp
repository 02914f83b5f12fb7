#include "wire/server_message.hpp"

namespace colibri::wire {

using json::Object;
using json::serialize;

namespace {

Object person_object(const Person& person) {
  return {{"id", person.id.value}, {"email", person.email}, {"name", person.name}};
}

}  // namespace

std::string welcome(const Person& user, const OpenNotebook& notebook, bool resumed) {
  return serialize(Object{{"type", "welcome"},
                          {"user", person_object(user)},
                          {"notebook", Object{{"id", notebook.id.value},
                                              {"title", notebook.title},
                                              {"role", document::to_string(notebook.role)},
                                              {"author", person_object(notebook.author)},
                                              {"playground", notebook.playground},
                                              {"origin", notebook.origin},
                                              {"starred", notebook.starred},
                                              {"trusted", notebook.trusted}}},
                          {"resumed", resumed}});
}

std::string role(document::Role role) {
  return serialize(Object{{"type", "role"}, {"role", document::to_string(role)}});
}

std::string comments_read(uint64_t seq) {
  return serialize(Object{{"type", "comments_read"}, {"seq", seq}});
}

std::string access() {
  return serialize(Object{{"type", "access"}});
}

std::string snapshot(std::string_view snapshot, std::span<const std::string> notes) {
  json::Array list;
  for (const std::string& note : notes) list.emplace_back(note);
  std::string out = R"({"type":"snapshot","notes":)";
  json::append(out, list);
  out += R"(,"snapshot":)";
  out += snapshot;
  out += '}';
  return out;
}

std::string outputs(std::string_view cells) {
  std::string out = R"({"type":"outputs","cells":)";
  out += cells;
  out += '}';
  return out;
}

std::string scratch_record(const document::Record& record) {
  return serialize(
      Object{{"type", "scratch"}, {"records", json::Array{document::to_json(record)}}});
}

std::string scratch_snapshot(const std::optional<std::string>& snapshot) {
  return R"({"type":"scratch","snapshot":)" + snapshot.value_or("null") + "}";
}

std::string line(const ExecutionId& execution, int64_t line, std::span<const std::string> calls) {
  json::Array names;
  for (const std::string& call : calls) names.emplace_back(call);
  return serialize(Object{{"type", "line"},
                          {"execution", execution.value},
                          {"line", line},
                          {"calls", std::move(names)}});
}

std::string record_text(const document::Record& record) {
  return serialize(document::to_json(record));
}

std::string records(std::string_view epoch,
                    std::span<const std::shared_ptr<const std::string>> texts) {
  std::string out = R"({"type":"records","epoch":)";
  json::append_string(out, epoch);
  out += R"(,"records":[)";
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i) out += ',';
    out += *texts[i];
  }
  out += "]}";
  return out;
}

namespace {

Object error_object(const Error& error) {
  return {{"code", to_string(error.code)}, {"detail", error.detail}};
}

}  // namespace

std::string refused(uint64_t command, const Error& error) {
  return serialize(
      Object{{"type", "refused"}, {"command", command}, {"error", error_object(error)}});
}

std::string lease(const std::optional<Object>& lease) {
  return serialize(
      Object{{"type", "lease"}, {"lease", lease ? json::Value(*lease) : json::Value()}});
}

std::string runtimes(const UserId& in_use, std::span<const RuntimeChoice> choices) {
  json::Array list;
  for (const RuntimeChoice& choice : choices) {
    json::Array users(choice.users.begin(), choice.users.end());
    list.emplace_back(Object{{"owner", choice.owner.value},
                             {"name", choice.name},
                             {"alive", choice.alive},
                             {"shared", choice.shared},
                             {"users", std::move(users)}});
  }
  return serialize(
      Object{{"type", "runtimes"}, {"in_use", in_use.value}, {"runtimes", std::move(list)}});
}

std::string meters(const Meters& meters) {
  return serialize(Object{{"type", "meters"},
                          {"memory_used", meters.memory_used},
                          {"memory_limit", meters.memory_limit},
                          {"disk_used", meters.disk_used},
                          {"disk_total", meters.disk_total},
                          {"cpu", meters.cpu}});
}

std::string saved(uint64_t seq, int64_t time_ms, std::string_view error) {
  Object o{{"type", "saved"}, {"seq", seq}, {"time_ms", time_ms}};
  if (!error.empty()) o.set("error", error);
  return serialize(o);
}

std::string title(std::string_view title) {
  return serialize(Object{{"type", "title"}, {"title", title}});
}

std::string notice(std::string_view level, std::string_view code, std::string_view detail) {
  return serialize(
      Object{{"type", "notice"}, {"level", level}, {"code", code}, {"detail", detail}});
}

std::string reply(std::string_view request, const Result<Object>& content) {
  Object o{{"type", "reply"}, {"request", request}};
  if (content)
    o.set("content", *content);
  else
    o.set("error", error_object(content.error()));
  return serialize(o);
}

std::string ask(std::string_view ask, std::string_view name, const Object& params) {
  return serialize(Object{{"type", "ask"}, {"ask", ask}, {"name", name}, {"params", params}});
}

std::string ask_yours(std::string_view ask) {
  return serialize(Object{{"type", "ask_yours"}, {"ask", ask}});
}

std::string ask_over(std::string_view ask) {
  return serialize(Object{{"type", "ask_over"}, {"ask", ask}});
}

std::string pong(uint64_t n) {
  return serialize(Object{{"type", "pong"}, {"n", n}});
}

std::string comm(const Object& message) {
  return serialize(Object{{"type", "comm"}, {"message", message}});
}

std::string comm_binary(const Object& message, std::span<const std::string> buffers) {
  json::Array lengths;
  for (const std::string& buffer : buffers)
    lengths.emplace_back(static_cast<uint64_t>(buffer.size()));
  const std::string text =
      serialize(Object{{"type", "comm"}, {"message", message}, {"buffers", std::move(lengths)}});
  std::string out;
  const auto length = static_cast<uint32_t>(text.size());
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(length >> shift & 255);
  out += text;
  for (const std::string& buffer : buffers) out += buffer;
  return out;
}

}  // namespace colibri::wire
