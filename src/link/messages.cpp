#include "link/messages.hpp"

#include <algorithm>
#include <functional>
#include <map>

#include "link/fields.hpp"

namespace colibri::link {
namespace {

json::Object typed(const char* type) {
  return {{"type", type}};
}

struct EventWriter {
  Frame frame;

  void operator()(RuntimeChanged& m) {
    frame.message = {
        {"type", "runtime"}, {"state", m.state}, {"reason", m.reason}, {"detail", m.detail}};
  }
  void operator()(KernelChanged& m) {
    frame.message = {{"type", "kernel"},   {"state", m.state},       {"reason", m.reason},
                     {"detail", m.detail}, {"language", m.language}, {"name", m.name}};
  }
  void operator()(Counted& m) {
    frame.message = {{"type", "count"}, {"execution", m.execution.value}, {"count", m.count}};
  }
  void operator()(StreamText& m) {
    frame.message = {{"type", "stream"},
                     {"execution", m.execution.value},
                     {"name", m.name},
                     {"text", std::move(m.text)}};
    if (m.dropped_bytes > 0 || m.dropped_lines > 0) {
      frame.message.set("dropped",
                        json::Object{{"lines", m.dropped_lines}, {"bytes", m.dropped_bytes}});
    }
  }
  void operator()(OutputMade& m) {
    frame.message = {
        {"type", "output"}, {"execution", m.execution.value}, {"output", std::move(m.output)}};
  }
  void operator()(DisplayUpdated& m) {
    frame.message = {{"type", "update"},
                     {"display_id", m.display_id},
                     {"data", std::move(m.data)},
                     {"metadata", std::move(m.metadata)}};
  }
  void operator()(OutputCleared& m) {
    frame.message = {{"type", "clear"}, {"execution", m.execution.value}, {"wait", m.wait}};
  }
  void operator()(InputWanted& m) {
    frame.message = {{"type", "input"},
                     {"execution", m.execution.value},
                     {"prompt", m.prompt},
                     {"password", m.password}};
  }
  void operator()(Done& m) {
    frame.message = {{"type", "done"},
                     {"execution", m.execution.value},
                     {"status", m.status},
                     {"reason", m.reason}};
  }
  void operator()(Comm& m) {
    frame.message = {{"type", "comm"}, {"message", std::move(m.message)}};
    frame.buffers = std::move(m.buffers);
  }
};

json::Value or_null(const auto& optional) {
  return optional ? json::Value(*optional) : json::Value();
}

json::Object accelerator_meter(const AcceleratorMeter& m) {
  return {{"id", m.id},
          {"title", m.title},
          {"memory_used", or_null(m.memory_used)},
          {"memory_total", m.memory_total},
          {"utilization", or_null(m.utilization)},
          {"shared_with", m.shared_with}};
}

void add_accelerators(const Meters& meters, json::Object& message) {
  if (meters.accelerators.empty()) return;
  json::Array list;
  for (const AcceleratorMeter& each : meters.accelerators) list.push_back(accelerator_meter(each));
  message.set("accelerators", std::move(list));
  if (!meters.notice) return;
  message.set("notice", json::Object{{"kind", meters.notice->kind},
                                     {"since_ms", meters.notice->since_ms},
                                     {"ends_ms", meters.notice->ends_ms}});
}

struct SupervisorWriter {
  Frame operator()(Numbered& m) {
    EventWriter writer;
    std::visit(writer, m.event);
    writer.frame.message.set("n", m.n);
    return std::move(writer.frame);
  }
  Frame operator()(Hello& m) {
    return {{{"type", "hello"},
             {"protocol", m.protocol},
             {"runtime", m.runtime.value},
             {"token", m.token},
             {"next", m.next},
             {"kept", m.kept},
             {"left_ms", m.left_ms},
             {"idle_left_ms", m.idle_left_ms}}};
  }
  Frame operator()(LineHello& m) {
    return {{{"type", "line_hello"}, {"runtime", m.runtime.value}, {"token", m.token}}};
  }
  Frame operator()(Meters& m) {
    Frame frame{{{"type", "meters"},
                 {"memory_used", m.memory_used},
                 {"memory_limit", m.memory_limit},
                 {"disk_used", m.disk_used},
                 {"disk_total", m.disk_total},
                 {"cpu", m.cpu}}};
    add_accelerators(m, frame.message);
    json::Array drives;
    for (const MountedDrive& drive : m.drives) drives.push_back(to_json(drive));
    if (!drives.empty()) frame.message.set("drives", std::move(drives));
    return frame;
  }
  Frame operator()(Reply& m) {
    json::Object message{{"type", "reply"}, {"request", m.request}};
    if (m.content) message.set("content", std::move(*m.content));
    if (m.error) {
      message.set("error",
                  json::Object{{"code", to_string(m.error->code)}, {"detail", m.error->detail}});
    }
    return {std::move(message), std::move(m.buffers)};
  }
  Frame operator()(Ask& m) { return {to_json(std::move(m))}; }
  Frame operator()(AskOver& m) { return {to_json(m)}; }
  Frame operator()(LineRuns& m) {
    json::Array calls;
    for (std::string& call : m.calls) calls.emplace_back(std::move(call));
    return {{{"type", "line"},
             {"execution", m.execution.value},
             {"line", m.line},
             {"calls", std::move(calls)}}};
  }
  Frame operator()(Pong& m) { return {{{"type", "pong"}, {"n", m.n}}}; }
};

struct ServerWriter {
  Frame operator()(Welcome& m) { return {{{"type", "welcome"}, {"acknowledged", m.acknowledged}}}; }
  Frame operator()(Refused& m) { return {{{"type", "refused"}, {"reason", m.reason}}}; }
  Frame operator()(Ack& m) { return {{{"type", "ack"}, {"n", m.n}}}; }
  Frame operator()(Execute& m) {
    return {{{"type", "execute"},
             {"execution", m.execution.value},
             {"code", std::move(m.code)},
             {"stop_on_error", m.stop_on_error}}};
  }
  Frame operator()(Interrupt&) { return {typed("interrupt")}; }
  Frame operator()(Restart& m) { return {{{"type", "restart"}, {"command", m.command}}}; }
  Frame operator()(AnswerInput& m) {
    return {{{"type", "answer_input"}, {"execution", m.execution.value}, {"value", m.value}}};
  }
  Frame operator()(Complete& m) {
    return {{{"type", "complete"},
             {"request", m.request},
             {"code", std::move(m.code)},
             {"cursor", m.cursor}}};
  }
  Frame operator()(Inspect& m) {
    return {{{"type", "inspect"},
             {"request", m.request},
             {"code", std::move(m.code)},
             {"cursor", m.cursor},
             {"detail", m.detail}}};
  }
  Frame operator()(Comm& m) {
    return {{{"type", "comm"}, {"message", std::move(m.message)}}, std::move(m.buffers)};
  }
  Frame operator()(Deadlines& m) {
    return {{{"type", "deadlines"},
             {"left_ms", m.left_ms},
             {"idle_ms", m.idle_ms},
             {"idle_left_ms", m.idle_left_ms}}};
  }
  Frame operator()(Claim& m) { return {to_json(m)}; }
  Frame operator()(TerminalOpen& m) {
    return {{{"type", "terminal_open"},
             {"request", m.request},
             {"title", m.title},
             {"columns", m.size.columns},
             {"rows", m.size.rows}}};
  }
  Frame operator()(TerminalList& m) {
    return {{{"type", "terminal_list"}, {"request", m.request}}};
  }
  Frame operator()(TerminalRead& m) {
    return {{{"type", "terminal_read"},
             {"request", m.request},
             {"terminal", m.terminal},
             {"from", m.from},
             {"wait", m.wait}}};
  }
  Frame operator()(TerminalInput& m) {
    Frame frame{{{"type", "terminal_input"}, {"request", m.request}, {"terminal", m.terminal}}, {}};
    frame.buffers.push_back(std::move(m.bytes));
    return frame;
  }
  Frame operator()(TerminalResize& m) {
    return {{{"type", "terminal_resize"},
             {"terminal", m.terminal},
             {"columns", m.size.columns},
             {"rows", m.size.rows}}};
  }
  Frame operator()(TerminalRename& m) {
    return {{{"type", "terminal_rename"}, {"terminal", m.terminal}, {"title", m.title}}};
  }
  Frame operator()(TerminalClose& m) {
    return {{{"type", "terminal_close"}, {"terminal", m.terminal}}};
  }
  Frame operator()(ReadLog& m) { return {{{"type", "read_log"}, {"request", m.request}}}; }
  Frame operator()(Answer& m) { return {to_json(std::move(m))}; }
  Frame operator()(FilesWanted& m) { return {{{"type", "files_wanted"}, {"token", m.token}}}; }
  Frame operator()(PortWanted& m) {
    return {{{"type", "port_wanted"}, {"token", m.token}, {"port", m.port}}};
  }
  Frame operator()(DriveMount& m) { return {to_json(m)}; }
  Frame operator()(DriveUnmount& m) { return {to_json(m)}; }
  Frame operator()(Shutdown& m) { return {{{"type", "shutdown"}, {"reason", m.reason}}}; }
  Frame operator()(Ping& m) { return {{{"type", "ping"}, {"n", m.n}}}; }
};

std::optional<ErrorCode> parse_code(std::string_view name) {
  for (const ErrorCode code :
       {ErrorCode::invalid, ErrorCode::not_found, ErrorCode::denied, ErrorCode::conflict,
        ErrorCode::stale_base, ErrorCode::no_such_cell, ErrorCode::too_large,
        ErrorCode::unsupported, ErrorCode::too_many, ErrorCode::unavailable, ErrorCode::timeout,
        ErrorCode::io, ErrorCode::corrupt}) {
    if (name == to_string(code)) return code;
  }
  return std::nullopt;
}

Reply read_reply(Fields& fields, Frame& frame) {
  const json::Object& message = frame.message;
  Reply reply{fields.text("request"), {}, {}, std::move(frame.buffers)};
  if (const json::Object* error = json::object_at(message, "error")) {
    const std::string name = json::string_at(*error, "code").value_or("");
    reply.error = Error{parse_code(name).value_or(ErrorCode::unavailable),
                        json::string_at(*error, "detail").value_or("")};
  } else {
    reply.content = fields.object("content");
  }
  return reply;
}

ExecutionId execution(Fields& fields) {
  return {fields.text("execution")};
}

// What is null, or no number, is unknown.
AcceleratorMeter read_accelerator_meter(const json::Object& object) {
  const auto count = [&object](const char* key) -> std::optional<uint64_t> {
    const auto value = json::integer_at(object, key);
    if (!value || *value < 0) return std::nullopt;
    return static_cast<uint64_t>(*value);
  };
  const json::Value* utilization = object.find("utilization");
  return {.id = json::string_at(object, "id").value_or(""),
          .title = json::string_at(object, "title").value_or(""),
          .memory_used = count("memory_used"),
          .memory_total = count("memory_total").value_or(0),
          .utilization = utilization ? utilization->if_double() : std::nullopt,
          .shared_with = count("shared_with").value_or(0)};
}

Meters read_meters(Fields& fields, const json::Object& message) {
  Meters meters{fields.count_or("memory_used", 0), fields.count_or("memory_limit", 0),
                fields.count_or("disk_used", 0), fields.count_or("disk_total", 0),
                fields.number_or("cpu", 0)};
  if (const json::Array* list = json::array_at(message, "accelerators")) {
    for (const json::Value& item : *list) {
      if (item.if_object())
        meters.accelerators.push_back(read_accelerator_meter(*item.if_object()));
    }
  }
  if (const json::Object* notice = json::object_at(message, "notice")) {
    meters.notice = MeterNotice{json::string_at(*notice, "kind").value_or(""),
                                json::integer_at(*notice, "since_ms").value_or(0),
                                json::integer_at(*notice, "ends_ms").value_or(0)};
  }
  for (const json::Value& item : fields.array_or_empty("drives")) {
    const json::Object* drive = item.if_object();
    const auto mountpoint = drive ? json::string_at(*drive, "mountpoint") : std::nullopt;
    if (!mountpoint || meters.drives.size() >= kMostDriveMounts) continue;
    meters.drives.push_back({*mountpoint, json::bool_at(*drive, "readonly").value_or(false)});
  }
  return meters;
}

StreamText read_stream(Fields& fields, const json::Object& message) {
  StreamText stream{execution(fields), fields.text("name"), fields.text("text")};
  if (const json::Object* dropped = json::object_at(message, "dropped")) {
    Fields counts(*dropped, "dropped");
    stream.dropped_lines = counts.count_or("lines", 0);
    stream.dropped_bytes = counts.count_or("bytes", 0);
  }
  return stream;
}

std::optional<Event> read_event(std::string_view type, Fields& f, Frame& frame) {
  if (type == "runtime") {
    return RuntimeChanged{f.text("state"), f.text_or("reason", ""), f.text_or("detail", "")};
  }
  if (type == "kernel") {
    return KernelChanged{f.text("state"), f.text_or("reason", ""), f.text_or("detail", ""),
                         f.text_or("language", ""), f.text_or("name", "")};
  }
  if (type == "count") return Counted{execution(f), f.integer("count")};
  if (type == "stream") return read_stream(f, frame.message);
  if (type == "output") return OutputMade{execution(f), f.object("output")};
  if (type == "update") {
    return DisplayUpdated{f.text("display_id"), f.object("data"), f.object_or_empty("metadata")};
  }
  if (type == "clear") return OutputCleared{execution(f), f.flag_or("wait", false)};
  if (type == "input") {
    return InputWanted{execution(f), f.text_or("prompt", ""), f.flag_or("password", false)};
  }
  if (type == "done") return Done{execution(f), f.text("status"), f.text_or("reason", "")};
  if (type == "comm") return Comm{f.object("message"), std::move(frame.buffers)};
  return std::nullopt;
}

TerminalSize size_in(Fields& fields) {
  const int64_t columns = fields.integer("columns");
  return clamped(columns, fields.integer("rows"));
}

std::string first_buffer(Frame& frame) {
  return frame.buffers.empty() ? "" : std::move(frame.buffers.front());
}

std::unexpected<Error> unknown_type(const std::string& type) {
  return failure(ErrorCode::invalid, "Unknown link message \"" + type.substr(0, 40) + "\".");
}

std::vector<std::string> read_calls(const json::Object& message) {
  std::vector<std::string> out;
  if (const json::Array* calls = json::array_at(message, "calls"))
    for (const json::Value& value : *calls)
      if (const std::string* name = value.if_string();
          name && name->size() <= LineRuns::kMostCallBytes && out.size() < LineRuns::kMostCalls)
        out.push_back(*name);
  return out;
}

}  // namespace

TerminalSize clamped(int64_t columns, int64_t rows) {
  const auto within = [](int64_t n) {
    return static_cast<int>(std::clamp<int64_t>(n, 1, TerminalSize::kMost));
  };
  return {within(columns), within(rows)};
}

Frame to_frame(FromSupervisor message) {
  return std::visit(SupervisorWriter{}, message);
}
Frame to_frame(FromServer message) {
  return std::visit(ServerWriter{}, message);
}

Result<FromSupervisor> parse_from_supervisor(Frame frame) {
  Fields fields(frame.message, "a message of a supervisor");
  const std::string type = fields.text("type");
  std::optional<FromSupervisor> parsed;
  if (type == "hello") {
    parsed = Hello{{fields.text("runtime")},
                   fields.text("token"),
                   fields.count("next"),
                   fields.count("kept"),
                   static_cast<int>(fields.integer("protocol")),
                   fields.integer_or("left_ms", 0),
                   fields.integer_or("idle_left_ms", 0)};
  } else if (type == "line_hello") {
    parsed = LineHello{{fields.text("runtime")}, fields.text("token")};
  } else if (type == "meters") {
    parsed = read_meters(fields, frame.message);
  } else if (type == "reply") {
    parsed = read_reply(fields, frame);
  } else if (type == "ask") {
    auto ask = ask_from_json(frame.message);
    if (!ask) return std::unexpected(ask.error());
    return *std::move(ask);
  } else if (type == "ask_over") {
    auto over = ask_over_from_json(frame.message);
    if (!over) return std::unexpected(over.error());
    return *std::move(over);
  } else if (type == "line") {
    parsed =
        LineRuns{{fields.text("execution")}, fields.integer("line"), read_calls(frame.message)};
  } else if (type == "pong") {
    parsed = Pong{fields.integer("n")};
  } else {
    const uint64_t n = fields.count("n");
    if (auto event = read_event(type, fields, frame)) parsed = Numbered{n, std::move(*event)};
    if (parsed && fields.ok() && n == 0) {
      return failure(ErrorCode::invalid, "A numbered link message has number 0.");
    }
  }
  if (!parsed) return unknown_type(type);
  if (!fields.ok()) return fields.error();
  return std::move(*parsed);
}

namespace {

using Reader = std::function<FromServer(Fields&, Frame&)>;
using Readers = std::map<std::string, Reader, std::less<>>;

Readers terminal_readers() {
  return {
      {"terminal_open",
       [](Fields& f, Frame&) {
         return TerminalOpen{f.text("request"), f.text_or("title", ""), size_in(f)};
       }},
      {"terminal_list", [](Fields& f, Frame&) { return TerminalList{f.text("request")}; }},
      {"terminal_read",
       [](Fields& f, Frame&) {
         return TerminalRead{f.text("request"), f.text("terminal"), f.count("from"),
                             f.flag_or("wait", true)};
       }},
      {"terminal_input",
       [](Fields& f, Frame& frame) {
         return TerminalInput{f.text("request"), f.text("terminal"), first_buffer(frame)};
       }},
      {"terminal_resize",
       [](Fields& f, Frame&) {
         return TerminalResize{f.text("terminal"), size_in(f)};
       }},
      {"terminal_rename",
       [](Fields& f, Frame&) {
         return TerminalRename{f.text("terminal"), f.text("title")};
       }},
      {"terminal_close", [](Fields& f, Frame&) { return TerminalClose{f.text("terminal")}; }},
      {"read_log", [](Fields& f, Frame&) { return ReadLog{f.text("request")}; }},
      {"files_wanted", [](Fields& f, Frame&) { return FilesWanted{f.text("token")}; }},
      {"port_wanted",
       [](Fields& f, Frame&) {
         return PortWanted{f.text("token"), f.integer("port")};
       }},
  };
}

Readers drive_readers() {
  return {
      {"drive_mount",
       [](Fields& f, Frame&) {
         return DriveMount{f.text("request"),         f.text("folder"),
                           f.text("mountpoint"),      f.flag_or("readonly", false),
                           f.flag_or("force", false), read_clouds(f.array_or_empty("clouds"))};
       }},
      {"drive_unmount",
       [](Fields& f, Frame&) {
         return DriveUnmount{f.text("request"), f.text_or("mountpoint", "")};
       }},
  };
}

Readers server_readers() {
  Readers readers = {
      {"welcome", [](Fields& f, Frame&) { return Welcome{f.count("acknowledged")}; }},
      {"refused", [](Fields& f, Frame&) { return Refused{f.text_or("reason", "")}; }},
      {"ack", [](Fields& f, Frame&) { return Ack{f.count("n")}; }},
      {"execute",
       [](Fields& f, Frame&) {
         return Execute{execution(f), f.text("code"), f.flag_or("stop_on_error", true)};
       }},
      {"interrupt", [](Fields&, Frame&) { return Interrupt{}; }},
      {"restart", [](Fields& f, Frame&) { return Restart{f.text("command")}; }},
      {"answer_input",
       [](Fields& f, Frame&) {
         return AnswerInput{execution(f), f.text("value")};
       }},
      {"complete",
       [](Fields& f, Frame&) {
         return Complete{f.text("request"), f.text("code"), f.integer("cursor")};
       }},
      {"inspect",
       [](Fields& f, Frame&) {
         return Inspect{f.text("request"), f.text("code"), f.integer("cursor"),
                        f.integer_or("detail", 0)};
       }},
      {"comm",
       [](Fields& f, Frame& frame) {
         return Comm{f.object("message"), std::move(frame.buffers)};
       }},
      {"deadlines",
       [](Fields& f, Frame&) {
         return Deadlines{f.integer_or("left_ms", 0), f.integer_or("idle_ms", 0),
                          f.integer_or("idle_left_ms", 0)};
       }},
      {"shutdown", [](Fields& f, Frame&) { return Shutdown{f.text_or("reason", "")}; }},
      {"ping", [](Fields& f, Frame&) { return Ping{f.integer_or("n", 0)}; }},
  };
  readers.merge(terminal_readers());
  readers.merge(drive_readers());
  return readers;
}

}  // namespace

Result<FromServer> parse_from_server(Frame frame) {
  static const Readers readers = server_readers();
  Fields fields(frame.message, "a message of the server");
  const std::string type = fields.text("type");
  if (type == "claim") {
    auto claim = claim_from_json(frame.message);
    if (!claim) return std::unexpected(claim.error());
    return FromServer(*std::move(claim));
  }
  if (type == "answer") {
    auto answer = answer_from_json(frame.message);
    if (!answer) return std::unexpected(answer.error());
    return FromServer(*std::move(answer));
  }
  const auto reader = readers.find(type);
  if (reader == readers.end()) return unknown_type(type);
  FromServer parsed = reader->second(fields, frame);
  if (!fields.ok()) return fields.error();
  return parsed;
}

}  // namespace colibri::link
