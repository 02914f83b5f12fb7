#include "supervisor/runtime_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace colibri::supervisor {
namespace {

using ::testing::HasSubstr;
using What = RuntimeCommand::What;

json::Object request_of(const RuntimeCommand& command, const std::string& path = "") {
  return json::parse_object(request_line(command, path)).value();
}

std::string refusal(const std::vector<std::string>& arguments) {
  const auto command = parse_runtime_command(arguments);
  return command ? "" : command.error().detail;
}

TEST(RuntimeCommand, KnowsItsFormsAndRefusesOthersInASentence) {
  EXPECT_EQ(parse_runtime_command({"secret", "get", "TOKEN"})->what, What::secret_get);
  EXPECT_EQ(parse_runtime_command({"secret", "get", "TOKEN"})->argument, "TOKEN");
  EXPECT_EQ(parse_runtime_command({"secret", "list"})->what, What::secret_list);
  EXPECT_EQ(parse_runtime_command({"files", "upload"})->argument, "");
  EXPECT_EQ(parse_runtime_command({"files", "upload", "in"})->argument, "in");
  EXPECT_EQ(parse_runtime_command({})->what, What::help);
  EXPECT_EQ(parse_runtime_command({"files", "--help"})->what, What::help);
  EXPECT_EQ(refusal({"secret", "get"}), "This is used as: colibri secret get NAME");
  EXPECT_EQ(refusal({"secret", "get", ""}), "This is used as: colibri secret get NAME");
  EXPECT_EQ(refusal({"secret", "list", "x"}), "This is used as: colibri secret list");
  EXPECT_EQ(refusal({"files", "view", "a", "b"}), "This is used as: colibri files view PATH");
  EXPECT_EQ(refusal({"serve"}), "There is no \"serve\". See colibri --help.");
  EXPECT_EQ(refusal({"files", "eat"}), "There is no \"files eat\". See colibri --help.");
  EXPECT_THAT(runtime_command_help(), HasSubstr("colibri files upload [DIR]"));
}

TEST(RuntimeCommand, AsksForAPathAsTextOrAsItsBytes) {
  const RuntimeCommand view{What::files_view, "x"};
  const json::Object text = request_of(view, "/content/ü.csv");
  EXPECT_EQ(json::string_at(text, "method"), "page.view");
  EXPECT_EQ(json::string_at(*json::object_at(text, "params"), "path"), "/content/ü.csv");
  EXPECT_FALSE(json::object_at(text, "params")->contains("path_hex"));
  const json::Object bytes = request_of(view, "/a\xff\n");
  EXPECT_EQ(json::string_at(*json::object_at(bytes, "params"), "path_hex"), "2f61ff0a");
  const json::Object upload = request_of({What::files_upload, ""}, "/content");
  EXPECT_EQ(json::string_at(*json::object_at(upload, "params"), "folder"), "/content");
  EXPECT_EQ(json::integer_at(upload, "timeout_ms"), 24 * 60 * 60 * 1000);
}

TEST(RuntimeCommand, PrintsWhatWasAskedFor) {
  const auto printed = [](What what, std::string_view answer) {
    const CommandEnd end = end_of({what, "A"}, answer);
    return end.status == CommandStatus::done ? end.output : "not done: " + end.error;
  };
  EXPECT_EQ(printed(What::secret_get, R"({"id":1,"result":{"value":"a\nb"}})"), "a\nb\n");
  EXPECT_EQ(printed(What::secret_list, R"({"id":1,"result":{"names":["A","B"]}})"), "A\nB\n");
  EXPECT_EQ(printed(What::files_upload, R"({"id":1,"result":{"files":[{"path":"/content/a"}]}})"),
            "/content/a\n");
  EXPECT_EQ(printed(What::files_view, R"({"id":1,"result":null})"), "");
}

TEST(RuntimeCommand, EndsWithAStatusForEachReason) {
  const auto ended = [](What what, std::string_view answer) {
    return end_of({what, "A"}, answer).status;
  };
  const auto error = [](const char* code) {
    return R"({"id":1,"error":{"code":")" + std::string(code) + R"(","message":"No."}})";
  };
  EXPECT_EQ(ended(What::secret_get, error("no_such_secret")), CommandStatus::not_there);
  EXPECT_EQ(ended(What::secret_get, error("no_access")), CommandStatus::refused);
  EXPECT_EQ(ended(What::secret_get, error("timeout")), CommandStatus::late);
  EXPECT_EQ(ended(What::files_view, error("no_page")), CommandStatus::no_page);
  EXPECT_EQ(ended(What::files_view, error("failed")), CommandStatus::failed);
  EXPECT_EQ(ended(What::files_upload, R"({"id":1,"result":{"files":[]}})"), CommandStatus::refused);
  EXPECT_EQ(ended(What::secret_get, R"({"id":1,"result":{}})"), CommandStatus::failed);
  EXPECT_EQ(ended(What::secret_get, "no JSON"), CommandStatus::failed);
  EXPECT_THAT(end_of({What::secret_get, "A"}, error("no_page")).error,
              HasSubstr("leave to read A"));
}

}  // namespace
}  // namespace colibri::supervisor
