#include "wire/page_message.hpp"

#include <algorithm>

namespace colibri::wire {
namespace {

using json::Object;

constexpr size_t kMaxIds = 10'000;
constexpr size_t kMaxIdBytes = 128;
constexpr size_t kMaxLanguageBytes = 35;  // Of a language tag.
constexpr json::ParseOptions kParseOptions{
    .max_depth = 100, .max_values = 2'000'000, .allow_nan = false};

// Reads members of an untrusted object; remembers the first that does not fit.
class Reader {
 public:
  explicit Reader(const Object& object) : object_(object) {}

  std::string string(std::string_view key) { return need(json::string_at(object_, key), key); }
  std::string optional_string(std::string_view key) {
    return object_.contains(key) ? string(key) : std::string();
  }
  // Of a flavor, an image or a kernel; missing: empty.
  std::string optional_name(std::string_view key) {
    std::string value = optional_string(key);
    if (value.size() > kMaxIdBytes) fail(key);
    return value;
  }
  std::string id(std::string_view key) {
    std::string value = string(key);
    if (value.empty() || value.size() > kMaxIdBytes) fail(key);
    return value;
  }
  uint64_t number(std::string_view key) {
    const int64_t n = need(json::integer_at(object_, key), key);
    if (n < 0) fail(key);
    return static_cast<uint64_t>(std::max<int64_t>(n, 0));
  }
  bool boolean(std::string_view key) { return need(json::bool_at(object_, key), key); }
  uint64_t command() {
    const uint64_t n = number("command");
    if (n == 0) fail("command");
    return n;
  }
  Object object(std::string_view key) {
    const Object* found = json::object_at(object_, key);
    if (!found) fail(key);
    return found ? *found : Object{};
  }
  CellId cell() { return {id("cell")}; }
  // Missing or null: none.
  std::optional<document::Anchor> optional_anchor() {
    const json::Value* value = object_.find("anchor");
    if (!value || value->is_null()) return std::nullopt;
    const Object* anchor = value->if_object();
    const auto read = anchor ? document::anchor_from_json(*anchor) : std::nullopt;
    if (!read) fail("anchor");
    return read;
  }
  document::CellType cell_type() {
    return need(document::parse_cell_type(string("cell_type")), "cell_type");
  }
  // `key`, or `otherwise` when it is missing; at most `most`.
  size_t optional_size(std::string_view key, size_t otherwise, size_t most) {
    if (!object_.contains(key)) return otherwise;
    const uint64_t n = number(key);
    if (n > most) fail(key);
    return static_cast<size_t>(std::min<uint64_t>(n, most));
  }
  // What JavaScript calls getTimezoneOffset().
  std::optional<int> optional_tz() {
    constexpr int64_t kMostMinutes = 24 * 60;
    if (!object_.contains("user_tz")) return std::nullopt;
    const int64_t minutes = need(json::integer_at(object_, "user_tz"), "user_tz");
    if (std::abs(minutes) > kMostMinutes) fail("user_tz");
    return static_cast<int>(minutes);
  }
  std::optional<CellId> after() { return optional_id("after"); }
  // A cell id, or nothing for null.
  std::optional<CellId> optional_id(std::string_view key) {
    const json::Value* value = object_.find(key);
    if (value && value->is_null()) return std::nullopt;
    return CellId{id(key)};
  }
  std::vector<std::pair<uint32_t, uint32_t>> selection() {
    constexpr size_t kMostRanges = 32;
    constexpr auto kMostUnits = static_cast<int64_t>(document::ChangeSet::kMaxLength);
    std::vector<std::pair<uint32_t, uint32_t>> out;
    const json::Array* array = json::array_at(object_, "selection");
    if (!array || array->size() > kMostRanges) return fail("selection"), out;
    for (const json::Value& value : *array) {
      const json::Array* range = value.if_array();
      if (!range || range->size() != 2) return fail("selection"), out;
      const auto anchor = (*range)[0].if_integer(), head = (*range)[1].if_integer();
      if (!anchor || !head || std::min(*anchor, *head) < 0 || std::max(*anchor, *head) > kMostUnits)
        return fail("selection"), out;
      out.emplace_back(static_cast<uint32_t>(*anchor), static_cast<uint32_t>(*head));
    }
    return out;
  }
  std::vector<CellId> cells() {
    std::vector<CellId> out;
    const json::Array* array = json::array_at(object_, "cells");
    if (!array || array->size() > kMaxIds) return fail("cells"), out;
    for (const json::Value& value : *array) {
      const std::string* id = value.if_string();
      if (!id || id->empty() || id->size() > kMaxIdBytes) return fail("cells"), out;
      out.push_back({*id});
    }
    return out;
  }
  std::vector<document::ChangeSet> changes() {
    std::vector<document::ChangeSet> out;
    const json::Array* array = json::array_at(object_, "changes");
    if (!array || array->empty() || array->size() > kMaxIds) return fail("changes"), out;
    for (const json::Value& value : *array) {
      auto change = document::ChangeSet::from_json(value);
      if (!change) return fail("changes"), out;
      out.push_back(std::move(*change));
    }
    return out;
  }

  // `value` when every member fitted.
  template <class T, class U>
  Result<T> done(U value) const {
    if (!bad_.empty())
      return failure(ErrorCode::invalid, "A message with a missing or malformed " + bad_ + ".");
    return T(std::move(value));
  }

 private:
  void fail(std::string_view key) {
    if (bad_.empty()) bad_ = key;
  }
  template <class T>
  T need(std::optional<T> value, std::string_view key) {
    if (!value) fail(key);
    return value.value_or(T{});
  }

  const Object& object_;
  std::string bad_;
};

std::optional<Result<document::Op>> parse_comment_op(const std::string& type, Reader& r) {
  using document::Op;
  if (type == "start_thread") {
    document::StartThread op{{r.id("thread")}, {r.id("comment")}, r.cell(), {}, 0,
                             r.string("text")};
    op.anchor = r.optional_anchor();
    if (op.anchor) op.version = r.number("version");
    return r.done<Op>(std::move(op));
  }
  if (type == "reply")
    return r.done<Op>(document::Reply{{r.id("thread")}, {r.id("comment")}, r.string("text")});
  if (type == "edit_comment")
    return r.done<Op>(document::EditComment{{r.id("thread")}, {r.id("comment")}, r.string("text")});
  if (type == "delete_comment")
    return r.done<Op>(document::DeleteComment{{r.id("thread")}, {r.id("comment")}});
  if (type == "resolve_thread")
    return r.done<Op>(document::ResolveThread{{r.id("thread")}, r.boolean("resolved")});
  return std::nullopt;
}

Result<document::Op> parse_op(const Object& object) {
  using document::Op;
  Reader r(object);
  const std::string type = json::string_at(object, "type").value_or("");
  if (type == "push_text")
    return r.done<Op>(
        document::PushText{r.cell(), r.number("version"), r.number("first"), r.changes()});
  if (type == "insert_cell") {
    document::InsertCell op{r.cell(), r.cell_type(), r.after(), r.optional_string("source"), {}};
    if (object.contains("metadata")) op.metadata = r.object("metadata");
    return r.done<Op>(std::move(op));
  }
  if (type == "delete_cell") return r.done<Op>(document::DeleteCell{r.cell()});
  if (type == "restore_cell") return r.done<Op>(document::RestoreCell{r.cell(), r.after()});
  if (type == "split_cell")
    return r.done<Op>(document::SplitCell{
        r.cell(), r.number("version"), static_cast<size_t>(r.number("at")), {r.id("new_cell")}});
  if (type == "merge_cells")
    return r.done<Op>(document::MergeCells{r.cells(), r.optional_size("newlines", 1, 100)});
  if (type == "move_cell") return r.done<Op>(document::MoveCell{r.cell(), r.after()});
  if (type == "set_cell_type") return r.done<Op>(document::SetCellType{r.cell(), r.cell_type()});
  if (type == "set_cell_metadata")
    return r.done<Op>(document::SetCellMetadata{r.cell(), r.object("metadata")});
  if (type == "set_notebook_metadata")
    return r.done<Op>(document::SetNotebookMetadata{r.object("metadata")});
  if (type == "set_attachments")
    return r.done<Op>(document::SetAttachments{r.cell(), r.object("attachments")});
  if (type == "restore_outputs") return r.done<Op>(document::RestoreOutputs{r.cells()});
  if (type == "clear_outputs") return r.done<Op>(document::ClearOutputs{r.cells()});
  if (type == "run") return r.done<Op>(document::RunCells{r.cells(), {}, {}, {}});
  if (type == "cancel_runs") return r.done<Op>(document::CancelRuns{r.cells(), {}});
  if (auto op = parse_comment_op(type, r)) return *std::move(op);
  return failure(ErrorCode::invalid, "An unknown kind of command.");
}

Result<PageMessage> parse_hello(const Object& object) {
  Reader r(object);
  Hello hello{{r.id("client")},
              "",
              std::nullopt,
              r.optional_string("language"),
              object.contains("asks") && r.boolean("asks"),
              r.optional_tz()};
  if (hello.language.size() > kMaxLanguageBytes) return failure(ErrorCode::invalid, "language");
  if (r.number("protocol") != kProtocol)
    return failure(ErrorCode::unsupported, "The page speaks another protocol; reload it.");
  if (object.contains("epoch") || object.contains("seq")) {
    hello.epoch = r.id("epoch");
    hello.seq = r.number("seq");
  }
  return r.done<PageMessage>(std::move(hello));
}

Result<PageMessage> parse_presence(const Object& object) {
  Reader r(object);
  Presence presence{r.optional_id("cell"), r.selection(), r.number("version"),
                    r.boolean("editing")};
  return r.done<PageMessage>(std::move(presence));
}

Result<PageMessage> parse_answer(const Object& object) {
  Reader r(object);
  AnswerAsk answer{r.id("ask"), {}, {}, {}};
  if (object.contains("error")) {
    const Object error = r.object("error");
    answer.code = json::string_at(error, "code").value_or("");
    answer.detail = json::string_at(error, "detail").value_or("");
    if (answer.code.empty() || answer.code.size() > kMaxIdBytes)
      return failure(ErrorCode::invalid, "An answer with a malformed error.");
  } else if (const json::Value* result = object.find("result")) {
    answer.result = *result;
  } else {
    return failure(ErrorCode::invalid, "An answer without a result.");
  }
  return r.done<PageMessage>(std::move(answer));
}

Result<PageMessage> parse_comm(const Object& object, std::vector<std::string> buffers) {
  Reader r(object);
  Comm comm{r.object("message"), std::move(buffers)};
  Reader message(comm.message);
  const std::string type = message.string("type");
  message.object("content");
  if (type != "comm_open" && type != "comm_msg" && type != "comm_close")
    return failure(ErrorCode::invalid, "An unknown kind of comm message.");
  if (const auto good = message.done<bool>(true); !good) return std::unexpected(good.error());
  return r.done<PageMessage>(std::move(comm));
}

}  // namespace

Result<PageMessage> parse_page_text(std::string_view text) {
  if (text.size() > kMaxMessageBytes)
    return failure(ErrorCode::too_large, "A message over 16 MiB.");
  const auto object = json::parse_object(text, kParseOptions);
  if (!object) return std::unexpected(object.error());
  Reader r(*object);
  const std::string type = json::string_at(*object, "type").value_or("");
  if (type == "hello") return parse_hello(*object);
  if (type == "command") {
    const Object* op_object = json::object_at(*object, "op");
    if (!op_object) return failure(ErrorCode::invalid, "A command without op.");
    auto op = parse_op(*op_object);
    if (!op) return std::unexpected(op.error());
    return r.done<PageMessage>(CommandMessage{r.command(), std::move(*op)});
  }
  if (type == "connect")
    return r.done<PageMessage>(Connect{r.optional_name("flavor"), r.optional_name("image"),
                                       r.optional_name("kernel"), r.optional_name("meanwhile")});
  if (type == "disconnect") return Disconnect{};
  if (type == "keep") return Keep{};
  if (type == "claim") return Claim{};
  if (type == "leave_queue") return LeaveQueue{};
  if (type == "share_runtime") return r.done<PageMessage>(ShareRuntime{r.boolean("shared")});
  if (type == "use_runtime") return r.done<PageMessage>(UseRuntime{{r.id("owner")}});
  if (type == "interrupt") return r.done<PageMessage>(Interrupt{r.command()});
  if (type == "restart") return r.done<PageMessage>(Restart{r.command()});
  if (type == "answer_input")
    return r.done<PageMessage>(AnswerInput{r.command(), {r.id("execution")}, r.string("value")});
  if (type == "complete")
    return r.done<PageMessage>(Complete{r.id("request"), r.string("code"), r.number("cursor")});
  if (type == "inspect")
    return r.done<PageMessage>(Inspect{r.id("request"), r.string("code"), r.number("cursor"),
                                       r.number("detail") > 0 ? 1 : 0});
  if (type == "comm") return parse_comm(*object, {});
  if (type == "read_comments") return r.done<PageMessage>(ReadComments{r.number("seq")});
  if (type == "take_ask") return r.done<PageMessage>(TakeAsk{r.id("ask")});
  if (type == "answer") return parse_answer(*object);
  if (type == "presence") return parse_presence(*object);
  if (type == "scratch_run") return r.done<PageMessage>(ScratchRun{r.cell(), r.string("code")});
  if (type == "scratch_cancel") return r.done<PageMessage>(ScratchCancel{r.cell()});
  if (type == "scratch_close") return r.done<PageMessage>(ScratchClose{r.cell()});
  if (type == "scratch_answer")
    return r.done<PageMessage>(ScratchAnswer{{r.id("execution")}, r.string("value")});
  if (type == "ping") return r.done<PageMessage>(Ping{r.number("n")});
  return failure(ErrorCode::invalid, "An unknown type of message.");
}

Result<PageMessage> parse_page_binary(std::string_view bytes) {
  const auto malformed = [] { return failure(ErrorCode::invalid, "A malformed binary message."); };
  if (bytes.size() < 4 || bytes.size() > kMaxMessageBytes) return malformed();
  uint32_t length = 0;
  for (int i = 3; i >= 0; --i) length = length << 8 | static_cast<unsigned char>(bytes[i]);
  bytes.remove_prefix(4);
  if (length > bytes.size()) return malformed();
  const auto object = json::parse_object(bytes.substr(0, length), kParseOptions);
  if (!object) return std::unexpected(object.error());
  bytes.remove_prefix(length);

  std::vector<std::string> buffers;
  const json::Array* lengths = json::array_at(*object, "buffers");
  if (json::string_at(*object, "type") != "comm" || !lengths) return malformed();
  for (const json::Value& value : *lengths) {
    const auto size = value.if_integer();
    if (!size || *size < 0 || static_cast<uint64_t>(*size) > bytes.size()) return malformed();
    buffers.emplace_back(bytes.substr(0, static_cast<size_t>(*size)));
    bytes.remove_prefix(static_cast<size_t>(*size));
  }
  if (!bytes.empty()) return malformed();
  return parse_comm(*object, std::move(buffers));
}

}  // namespace colibri::wire
