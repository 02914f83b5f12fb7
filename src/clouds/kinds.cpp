#include "clouds/kinds.hpp"

#include <algorithm>
#include <optional>
#include <ranges>

#include "base/utf.hpp"

namespace colibri::clouds {

namespace {

struct AllowedOption {
  std::string_view name;
  bool rare = false;
  bool secret = false;  // Besides what rclone itself calls a password.
};

struct AllowedKind {
  std::string_view name;  // In the configuration.
  std::string_view title;
  std::vector<AllowedOption> options;
};

constexpr bool kRare = true;
constexpr bool kSecret = true;

// What signs in with a token that `rclone authorize` has made on the person's own computer.
#define COLIBRI_TOKEN_OPTIONS                        \
  {"token", false, kSecret}, {"client_id", kRare}, { \
    "client_secret", kRare, kSecret                  \
  }

const std::vector<AllowedKind> kAllowed = {
    {"drive",
     "Google Drive",
     {COLIBRI_TOKEN_OPTIONS,
      {"service_account_credentials", kRare, kSecret},
      {"scope", kRare},
      {"team_drive", kRare},
      {"root_folder_id", kRare},
      {"shared_with_me", kRare},
      {"impersonate", kRare},
      {"export_formats", kRare},
      {"skip_gdocs", kRare}}},
    {"s3",
     "Amazon S3 and compatible",
     {{"provider"},
      {"access_key_id"},
      {"secret_access_key", false, kSecret},
      {"region"},
      {"endpoint"},
      {"session_token", kRare, kSecret},
      {"location_constraint", kRare},
      {"acl", kRare},
      {"storage_class", kRare},
      {"server_side_encryption", kRare},
      {"force_path_style", kRare},
      {"no_check_bucket", kRare},
      {"requester_pays", kRare}}},
    {"webdav",
     "WebDAV, Nextcloud, ownCloud",
     {{"url"}, {"vendor"}, {"user"}, {"pass"}, {"bearer_token", kRare, kSecret}}},
    {"sftp",
     "SFTP (SSH)",
     {{"host"},
      {"user"},
      {"port"},
      {"pass"},
      {"key_pem", false, kSecret},
      {"key_file_pass", kRare},
      {"use_insecure_cipher", kRare},
      {"disable_hashcheck", kRare}}},
    {"ftp",
     "FTP",
     {{"host"},
      {"user"},
      {"port"},
      {"pass"},
      {"tls"},
      {"explicit_tls", kRare},
      {"no_check_certificate", kRare},
      {"disable_epsv", kRare}}},
    {"smb", "SMB (Windows shares)", {{"host"}, {"user"}, {"port"}, {"pass"}, {"domain", kRare}}},
    {"dropbox", "Dropbox", {COLIBRI_TOKEN_OPTIONS}},
    {"onedrive",
     "Microsoft OneDrive",
     {COLIBRI_TOKEN_OPTIONS, {"drive_id"}, {"drive_type"}, {"region", kRare}}},
    {"pcloud", "pCloud", {COLIBRI_TOKEN_OPTIONS, {"hostname", kRare}, {"root_folder_id", kRare}}},
    {"b2", "Backblaze B2", {{"account"}, {"key", false, kSecret}, {"hard_delete", kRare}}},
    {"azureblob",
     "Microsoft Azure Blob Storage",
     {{"account"}, {"key", false, kSecret}, {"sas_url", kRare, kSecret}, {"endpoint", kRare}}},
    {"google cloud storage",
     "Google Cloud Storage",
     {{"service_account_credentials", false, kSecret},
      {"project_number"},
      {"token", kRare, kSecret},
      {"client_id", kRare},
      {"client_secret", kRare, kSecret},
      {"anonymous", kRare},
      {"bucket_policy_only", kRare},
      {"location", kRare}}},
    {"swift",
     "OpenStack Swift",
     {{"user"},
      {"key", false, kSecret},
      {"auth"},
      {"tenant"},
      {"region"},
      {"domain", kRare},
      {"tenant_id", kRare},
      {"tenant_domain", kRare},
      {"application_credential_id", kRare},
      {"application_credential_secret", kRare, kSecret},
      {"auth_version", kRare}}},
    {"seafile", "Seafile", {{"url"}, {"user"}, {"pass"}, {"library"}, {"library_key", kRare}}},
    {"koofr", "Koofr", {{"provider"}, {"endpoint"}, {"user"}, {"password"}}},
};

#undef COLIBRI_TOKEN_OPTIONS

// Of several lines, as people have them; rclone takes them in one.
bool is_long(std::string_view name) {
  return name == "key_pem" || name == "token" || name == "service_account_credentials";
}

std::string first_line(std::string text) {
  if (const size_t end = text.find('\n'); end != std::string::npos) text.resize(end);
  return text;
}

// rclone lists an option once for every provider that it means something else for.
void add_choices(Option& option, const json::Object& told) {
  constexpr size_t kMostChoices = 100;
  const json::Array* examples = json::array_at(told, "Examples");
  for (const json::Value& each : examples ? *examples : json::Array{}) {
    const json::Object* example = each.if_object();
    if (!example || option.choices.size() >= kMostChoices) continue;
    std::string value = json::string_at(*example, "Value").value_or("");
    const bool known = std::ranges::any_of(
        option.choices, [&](const Choice& choice) { return choice.value == value; });
    if (value.empty() || known) continue;
    option.choices.push_back(
        {std::move(value), first_line(json::string_at(*example, "Help").value_or(""))});
  }
}

std::optional<Option> find_option(const json::Array& told, const AllowedOption& wanted) {
  std::optional<Option> found;
  for (const json::Value& each : told) {
    const json::Object* object = each.if_object();
    if (!object || json::string_at(*object, "Name") != std::string(wanted.name)) continue;
    if (!found) {
      const bool password = json::bool_at(*object, "IsPassword").value_or(false);
      found = Option{.name = std::string(wanted.name),
                     .help = first_line(json::string_at(*object, "Help").value_or("")),
                     .usual = json::string_at(*object, "DefaultStr").value_or(""),
                     .password = password,
                     .secret = password || wanted.secret,
                     .required = json::bool_at(*object, "Required").value_or(false),
                     .rare = wanted.rare,
                     .long_text = is_long(wanted.name)};
    }
    add_choices(*found, *object);
  }
  return found;
}

std::unexpected<Error> bad(std::string why) {
  return failure(ErrorCode::invalid, std::move(why));
}

// As one line: a key's lines are joined by \n in two characters, JSON needs none.
std::string in_one_line(const Option& option, std::string text) {
  if (!option.long_text) return text;
  const std::string_view end = option.name == "key_pem" ? "\\n" : " ";
  std::string out;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  for (const char c : text) {
    if (c == '\n') out += end;
    if (c != '\n' && c != '\r') out += c;
  }
  return out;
}

Result<std::string> read_option(const Option& option, const json::Value& value) {
  const std::string* text = value.if_string();
  if (!text) return bad(option.name + " must be given as text.");
  if (text->size() > kMaxOptionBytes) return bad(option.name + " is longer than 16 KiB.");
  std::string line = in_one_line(option, *text);
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (find_invalid_utf8(line) || std::ranges::any_of(line, is_control))
    return bad(option.name + " has control characters in it.");
  return line;
}

const Option* option_of(const Kind& kind, std::string_view name) {
  const auto found = std::ranges::find(kind.options, name, &Option::name);
  return found == kind.options.end() ? nullptr : &*found;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

constexpr size_t kDate = 20;

// "2026/11/27 21:11:02 ERROR : "
std::string_view without_date(std::string_view line) {
  if (begins_message(line)) line.remove_prefix(kDate);
  for (const std::string_view level : {"CRITICAL: ", "ERROR : ", "NOTICE: ", "Fatal error: "})
    if (line.starts_with(level)) line.remove_prefix(level.size());
  return line;
}

// How it ended. S3 goes on in further lines: of those the status says something to a person, or,
// where nothing answered at all, the cause.
std::string last_message(std::string_view said) {
  constexpr std::string_view kStatus = "\tstatus code: ";
  constexpr std::string_view kCause = "caused by: ";
  while (said.ends_with('\n') || said.ends_with(' ')) said.remove_suffix(1);
  std::string_view last, status, cause;
  for (const auto part : std::views::split(said, '\n')) {
    const std::string_view line(part.begin(), part.end());
    if (last.empty() || begins_message(line)) {
      last = line;
      status = cause = {};
    } else if (line.starts_with(kStatus)) {
      status = line.substr(kStatus.size(), line.find(',') - kStatus.size());
    } else if (line.starts_with(kCause)) {
      cause = line.substr(kCause.size());
    }
  }
  std::string words(without_date(last));
  if (status.empty() && cause.empty()) return words;
  if (words.ends_with('.')) words.pop_back();
  return status.empty() ? words.append(": ").append(cause)
                        : words.append(" (").append(status).append(")");
}

}  // namespace

Result<std::vector<Kind>> kinds_of(const json::Value& providers) {
  const json::Array* list = providers.if_array();
  if (!list) return failure(ErrorCode::corrupt, "rclone does not tell what it can connect to.");
  std::vector<Kind> kinds;
  for (const AllowedKind& wanted : kAllowed) {
    for (const json::Value& each : *list) {
      const json::Object* told = each.if_object();
      const json::Array* options = told ? json::array_at(*told, "Options") : nullptr;
      if (!options || json::string_at(*told, "Name") != std::string(wanted.name)) continue;
      Kind kind{std::string(wanted.name), std::string(wanted.title), {}};
      for (const AllowedOption& option : wanted.options)
        if (auto found = find_option(*options, option)) kind.options.push_back(*std::move(found));
      kinds.push_back(std::move(kind));
    }
  }
  return kinds;
}

const Kind* find_kind(const std::vector<Kind>& kinds, std::string_view name) {
  const auto found = std::ranges::find(kinds, name, &Kind::name);
  return found == kinds.end() ? nullptr : &*found;
}

Result<Options> read_options(const Kind& kind, const json::Object& sent) {
  return change_options(kind, {}, sent);
}

Result<Options> change_options(const Kind& kind, Options kept, const json::Object& sent) {
  for (const auto& [name, value] : sent) {
    const Option* option = option_of(kind, name);
    if (!option) return bad("A cloud of this kind has no option \"" + name.substr(0, 100) + "\".");
    auto text = read_option(*option, value);
    if (!text) return std::unexpected(text.error());
    if (text->empty()) {
      kept.erase(name);
    } else {
      kept[name] = *std::move(text);
    }
  }
  for (const Option& option : kind.options)
    if (option.required && !kept.contains(option.name)) return bad(option.name + " is missing.");
  return kept;
}

Options open_options(const Kind& kind, const Options& options) {
  Options open;
  for (const Option& option : kind.options) {
    const auto found = options.find(option.name);
    if (!option.secret && found != options.end()) open.insert(*found);
  }
  return open;
}

bool refuses_secret(std::string_view words) {
  for (const std::string_view status : {"401", "403"})
    for (size_t at = 0; (at = words.find(status, at)) != std::string_view::npos; ++at) {
      // Not a part of a port, of an address or of another number.
      constexpr std::string_view kNumber = "0123456789.:";
      const size_t behind = at + status.size();
      const bool begins = at == 0 || !kNumber.contains(words[at - 1]);
      if (begins && (behind == words.size() || !kNumber.contains(words[behind]))) return true;
    }
  return words.contains("unable to authenticate");
}

bool begins_message(std::string_view line) {
  return line.size() > kDate && line[4] == '/' && line[7] == '/' && line[13] == ':';
}

std::string clear_words(std::string_view said, const Kind& kind, const Options& options) {
  constexpr size_t kMostBytes = 300;
  std::string words = last_message(said);
  for (const std::string_view wrap : {"last error was: ", "Failed to create file system for "})
    if (const size_t at = words.find(wrap); at != std::string::npos)
      words.erase(0, at + wrap.size());
  for (const std::string_view wrap : {"error in ListJSON: ", "\"cloud:\": ", "error listing: ",
                                      "couldn't list files: ", "couldn't list directory: "})
    replace_all(words, wrap, "");
  constexpr size_t kShortest = 4;  // Shorter ones would tear words apart.
  for (const Option& option : kind.options) {
    const auto found = options.find(option.name);
    if (option.secret && found != options.end() && found->second.size() >= kShortest)
      replace_all(words, found->second, "…");
  }
  std::erase_if(words, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  while (words.size() > kMostBytes || find_invalid_utf8(words)) words.pop_back();
  return words;
}

}  // namespace colibri::clouds
