#include "supervisor/runtime_command.hpp"

#include <algorithm>

#include "base/utf.hpp"

namespace colibri::supervisor {
namespace {

using What = RuntimeCommand::What;

constexpr int64_t kSecretMs = 60'000;  // A person may be asked.
constexpr int64_t kFilesMs = 60'000;
constexpr int64_t kUploadMs = 24LL * 60 * 60 * 1000;

struct Form {
  const char *group, *name;
  What what;
  enum { none, optional, needed } argument;
  const char *shown, *does;
};

constexpr Form kForms[] = {
    {"secret", "get", What::secret_get, Form::needed, "NAME",
     "prints a secret that this notebook may read; else asks for leave"},
    {"secret", "list", What::secret_list, Form::none, "",
     "prints the names of the secrets that this notebook may read"},
    {"files", "download", What::files_download, Form::needed, "PATH",
     "has the browser save a file, or a folder as a ZIP file"},
    {"files", "upload", What::files_upload, Form::optional, "[DIR]",
     "asks for files, and prints the paths that they have then"},
    {"files", "view", What::files_view, Form::needed, "PATH",
     "opens a file or folder beside the notebook"},
};

std::string usage_of(const Form& form) {
  std::string text = std::string("colibri ") + form.group + " " + form.name;
  if (*form.shown) text += std::string(" ") + form.shown;
  return text;
}

bool is_help(const std::string& word) {
  return word == "--help" || word == "-h" || word == "help";
}

// A path as the page takes it: a name is bytes, and not always text.
void put_path(json::Object& params, const std::string& path) {
  const bool is_text = !find_invalid_utf8(path) && std::ranges::none_of(path, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  params.set("path", make_valid_utf8(path));
  if (is_text) return;
  std::string hex;
  for (const char c : path) {
    constexpr const char* kDigits = "0123456789abcdef";
    hex += kDigits[static_cast<unsigned char>(c) >> 4];
    hex += kDigits[static_cast<unsigned char>(c) & 15];
  }
  params.set("path_hex", std::move(hex));
}

CommandEnd failed(CommandStatus status, std::string error) {
  return {.status = status, .output = "", .error = std::move(error)};
}

CommandEnd end_of_error(const RuntimeCommand& command, const json::Object& error) {
  const std::string code = json::string_at(error, "code").value_or("");
  std::string message = json::string_at(error, "message").value_or("");
  if (code == "no_such_secret" || code == "not_found")
    return failed(CommandStatus::not_there, std::move(message));
  if (code == "no_access") return failed(CommandStatus::refused, std::move(message));
  if (code == "timeout") return failed(CommandStatus::late, std::move(message));
  if (code != "no_page") return failed(CommandStatus::failed, std::move(message));
  if (command.what == What::secret_get)
    return failed(CommandStatus::no_page,
                  "Nobody can be asked for leave to read " + command.argument +
                      ": open the notebook, or tick Notebook access in its Secrets pane.");
  return failed(CommandStatus::no_page,
                "No page of this notebook is open: files go by a person's browser, so open the "
                "notebook and run this again.");
}

// One string a line: members themselves, or their `member`.
std::string lines_of(const json::Array& values, const char* member) {
  std::string lines;
  for (const json::Value& value : values) {
    const json::Value* line = member ? value.find(member) : &value;
    if (line && line->if_string()) lines += *line->if_string() + "\n";
  }
  return lines;
}

CommandEnd end_of_result(const RuntimeCommand& command, const json::Object& result) {
  switch (command.what) {
    case What::secret_get: {
      auto value = json::string_at(result, "value");
      if (!value) break;
      return {.status = CommandStatus::done, .output = *std::move(value) + "\n", .error = ""};
    }
    case What::secret_list: {
      const json::Array* names = json::array_at(result, "names");
      if (!names) break;
      return {.status = CommandStatus::done, .output = lines_of(*names, nullptr), .error = ""};
    }
    case What::files_upload: {
      const json::Array* files = json::array_at(result, "files");
      if (!files) break;
      if (files->empty()) return failed(CommandStatus::refused, "No file was uploaded.");
      return {.status = CommandStatus::done, .output = lines_of(*files, "path"), .error = ""};
    }
    case What::help:
    case What::files_download:
    case What::files_view:
      return {};
  }
  return failed(CommandStatus::failed, "The answer could not be read.");
}

}  // namespace

Result<RuntimeCommand> parse_runtime_command(const std::vector<std::string>& arguments) {
  if (arguments.empty() || std::ranges::any_of(arguments, is_help)) return RuntimeCommand{};
  const std::string second = arguments.size() > 1 ? arguments[1] : "";
  for (const Form& form : kForms) {
    if (arguments[0] != form.group || second != form.name) continue;
    const size_t given = arguments.size() - 2;
    const size_t least = form.argument == Form::needed ? 1 : 0;
    const size_t most = form.argument == Form::none ? 0 : 1;
    const std::string argument = given > 0 ? arguments[2] : "";
    if (given < least || given > most || (given == 1 && argument.empty()))
      return failure(ErrorCode::invalid, "This is used as: " + usage_of(form));
    return RuntimeCommand{form.what, argument};
  }
  std::string words = arguments[0];
  if (!second.empty()) words += " " + second;
  return failure(ErrorCode::invalid, "There is no \"" + words + "\". See colibri --help.");
}

std::string runtime_command_help() {
  std::string text = "Secrets and files of the notebook, from a program in its runtime.\n\n";
  for (const Form& form : kForms) {
    std::string usage = usage_of(form);
    usage.resize(std::max<size_t>(usage.size() + 1, 30), ' ');
    text += "  " + usage + form.does + "\n";
  }
  return text +
         "\nIt ends with 0 when that is done, 1 when it failed, 2 for a wrong use, 3 when there is "
         "no such secret or file,\n4 when the person said no or chose nothing, 5 when no page of "
         "the notebook is open, 6 when nobody answered in time.\n";
}

int64_t patience_ms(const RuntimeCommand& command) {
  if (command.what == What::files_upload) return kUploadMs;
  return command.what == What::secret_get ? kSecretMs : kFilesMs;
}

std::string request_line(const RuntimeCommand& command, const std::string& path) {
  json::Object params;
  const char* method = "";
  switch (command.what) {
    case What::secret_get:
      method = "secret.get";
      params.set("name", make_valid_utf8(command.argument));
      break;
    case What::secret_list:
      method = "secret.list";
      break;
    case What::files_download:
      method = "page.download";
      put_path(params, path);
      break;
    case What::files_view:
      method = "page.view";
      put_path(params, path);
      break;
    case What::files_upload:
      method = "page.upload";
      params = {{"folder", make_valid_utf8(path)}, {"several", true}, {"window", true}};
      break;
    case What::help:
      break;
  }
  return json::serialize(json::Object{{"id", 1},
                                      {"method", method},
                                      {"params", std::move(params)},
                                      {"timeout_ms", patience_ms(command)}});
}

CommandEnd end_of(const RuntimeCommand& command, std::string_view answer) {
  const auto object = json::parse_object(answer);
  if (!object) return failed(CommandStatus::failed, "The answer could not be read.");
  if (const json::Object* error = json::object_at(*object, "error"))
    return end_of_error(command, *error);
  const json::Object* result = json::object_at(*object, "result");
  return end_of_result(command, result ? *result : json::Object{});
}

}  // namespace colibri::supervisor
