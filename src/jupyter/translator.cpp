#include "jupyter/translator.hpp"

#include <fmt/format.h>

namespace colibri::jupyter {
namespace {

json::Object object_of(const json::Object& content, std::string_view key) {
  const json::Object* object = json::object_at(content, key);
  return object ? *object : json::Object{};
}

std::string display_id(const json::Object& content) {
  const json::Object* transient = json::object_at(content, "transient");
  return transient ? json::string_at(*transient, "display_id").value_or("") : "";
}

json::Object rich_output(const char* type, const json::Object& content) {
  json::Object output{{"output_type", type},
                      {"data", object_of(content, "data")},
                      {"metadata", object_of(content, "metadata")}};
  if (std::string id = display_id(content); !id.empty()) output.set("display_id", std::move(id));
  return output;
}

json::Object error_output(const json::Object& content) {
  json::Array traceback;
  if (const json::Array* lines = json::array_at(content, "traceback")) {
    for (const json::Value& line : *lines) {
      if (line.if_string()) traceback.push_back(line);
    }
  }
  return {{"output_type", "error"},
          {"ename", json::string_at(content, "ename").value_or("")},
          {"evalue", json::string_at(content, "evalue").value_or("")},
          {"traceback", std::move(traceback)}};
}

json::Object too_large_output(const Message& message) {
  const std::string text = fmt::format(
      "A message of {} MiB ({}) was left out: the limit is 48 MiB. Save large results to a file.",
      message.left_out_bytes >> 20, message.header.msg_type);
  return {{"output_type", "error"},
          {"ename", "OutputTooLarge"},
          {"evalue", text},
          {"traceback", json::Array{"OutputTooLarge: " + text}}};
}

std::optional<link::Event> rich_event(const std::string& type, const ExecutionId& execution,
                                      Message& message) {
  json::Object& content = message.content;
  if (type == "display_data") {
    return link::OutputMade{execution, rich_output("display_data", content)};
  }
  if (type == "execute_result") {
    json::Object output = rich_output("execute_result", content);
    const auto count = json::integer_at(content, "execution_count");
    output.set("execution_count", count ? json::Value(*count) : json::Value());
    return link::OutputMade{execution, std::move(output)};
  }
  if (type == "update_display_data") {
    std::string id = display_id(content);
    if (id.empty()) return std::nullopt;
    return link::DisplayUpdated{std::move(id), object_of(content, "data"),
                                object_of(content, "metadata")};
  }
  if (type == "comm_open" || type == "comm_msg" || type == "comm_close") {
    return link::Comm{{{"type", type},
                       {"content", std::move(content)},
                       {"metadata", std::move(message.metadata)}},
                      std::move(message.buffers)};
  }
  return std::nullopt;
}

// What `?name` shows in a pager stands below the cell here.
void append_pages(const ExecutionId& execution, const json::Object& content,
                  std::vector<link::Event>& events) {
  const json::Array* payloads = json::array_at(content, "payload");
  if (!payloads) return;
  for (const json::Value& value : *payloads) {
    const json::Object* payload = value.if_object();
    if (!payload || json::string_at(*payload, "source") != "page") continue;
    json::Object data = object_of(*payload, "data");
    if (data.empty()) continue;
    events.push_back(link::OutputMade{execution,
                                      {{"output_type", "display_data"},
                                       {"data", std::move(data)},
                                       {"metadata", json::Object{}}}});
  }
}

}  // namespace

void Translator::begin(std::string msg_id, ExecutionId execution) {
  if (order_.size() >= kRemembered) {
    runs_.erase(order_.front());
    order_.pop_front();
  }
  order_.push_back(msg_id);
  runs_[std::move(msg_id)] = Run{std::move(execution)};
}

Translator::Run* Translator::find(const Message& message) {
  const auto found = runs_.find(message.parent_id());
  return found == runs_.end() ? nullptr : &found->second;
}

Translator::Run* Translator::find(const ExecutionId& execution) {
  // The one asked for is the newest, or nearly.
  for (auto id = order_.rbegin(); id != order_.rend(); ++id) {
    Run& run = runs_.at(*id);
    if (run.execution == execution) return &run;
  }
  return nullptr;
}

link::Event Translator::finish(Run& run) {
  run.done = true;
  if (input_ && input_->execution == run.execution) input_.reset();
  const std::string status = !run.status.empty() ? run.status : run.raised ? "error" : "ok";
  const bool interrupted = run.interrupted && status == "error" && run.ename == "KeyboardInterrupt";
  return link::Done{run.execution, status, interrupted ? "interrupted" : ""};
}

std::optional<link::Event> Translator::done_if_complete(Run& run) {
  if (run.done || !run.replied || !run.idle) return std::nullopt;
  return finish(run);
}

std::vector<link::Event> Translator::on_iopub(Message message) {
  std::vector<link::Event> events;
  Run* run = find(message);
  const ExecutionId execution = run ? run->execution : ExecutionId{};
  const std::string& type = message.header.msg_type;
  const json::Object& content = message.content;
  if (message.long_stream) {
    LongStream& stream = *message.long_stream;
    events.push_back(link::StreamText{execution, stream.name, std::move(stream.head)});
    events.push_back(link::StreamText{execution, stream.name, std::move(stream.tail),
                                      stream.dropped_lines, stream.dropped_bytes});
  } else if (message.left_out_bytes > 0) {
    events.push_back(link::OutputMade{execution, too_large_output(message)});
  } else if (type == "stream") {
    auto text = json::string_at(content, "text");
    if (!text || text->empty()) return events;
    const bool error = json::string_at(content, "name") == "stderr";
    events.push_back(link::StreamText{execution, error ? "stderr" : "stdout", std::move(*text)});
  } else if (type == "error") {
    if (run) {
      run->raised = true;
      run->ename = json::string_at(content, "ename").value_or("");
    }
    events.push_back(link::OutputMade{execution, error_output(content)});
  } else if (type == "clear_output") {
    events.push_back(
        link::OutputCleared{execution, json::bool_at(content, "wait").value_or(false)});
  } else if (type == "execute_input") {
    const auto count = json::integer_at(content, "execution_count");
    if (run && count && !run->counted) {
      run->counted = true;
      events.push_back(link::Counted{execution, *count});
    }
  } else if (type == "status") {
    if (run && json::string_at(content, "execution_state") == "idle") {
      run->idle = true;
      if (auto done = done_if_complete(*run)) events.push_back(std::move(*done));
    }
  } else if (auto event = rich_event(type, execution, message)) {
    events.push_back(std::move(*event));
  }
  return events;
}

std::vector<link::Event> Translator::on_shell(const Message& message) {
  std::vector<link::Event> events;
  Run* run = find(message);
  if (!run || run->done || run->replied || message.header.msg_type != "execute_reply")
    return events;
  run->replied = true;
  const std::string status = json::string_at(message.content, "status").value_or("error");
  // "abort" is what kernels before protocol 5.1 said.
  run->status = status == "ok" || status == "error" ? status : "aborted";
  if (run->ename.empty()) run->ename = json::string_at(message.content, "ename").value_or("");
  if (const auto count = json::integer_at(message.content, "execution_count");
      count && !run->counted && run->status != "aborted") {
    run->counted = true;
    events.push_back(link::Counted{run->execution, *count});
  }
  append_pages(run->execution, message.content, events);
  if (auto done = done_if_complete(*run)) events.push_back(std::move(*done));
  return events;
}

std::vector<link::Event> Translator::on_stdin(const Message& message) {
  std::vector<link::Event> events;
  const Run* run = find(message);
  if (!run || run->done || message.header.msg_type != "input_request") return events;
  input_ = Input{run->execution, message.raw_header};
  events.push_back(link::InputWanted{run->execution,
                                     json::string_at(message.content, "prompt").value_or(""),
                                     json::bool_at(message.content, "password").value_or(false)});
  return events;
}

void Translator::note_interrupt(const ExecutionId& execution) {
  if (Run* run = find(execution)) run->interrupted = true;
}

bool Translator::half_done(const ExecutionId& execution) {
  const Run* run = find(execution);
  return run && !run->done && run->replied != run->idle;
}

std::optional<link::Event> Translator::settle(const ExecutionId& execution) {
  Run* run = find(execution);
  if (!run || run->done) return std::nullopt;
  return finish(*run);
}

std::optional<json::Object> Translator::take_input(const ExecutionId& execution) {
  if (!input_ || input_->execution != execution) return std::nullopt;
  std::optional<json::Object> header = std::move(input_->header);
  input_.reset();
  return header;
}

}  // namespace colibri::jupyter
