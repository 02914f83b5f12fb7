#include "backup/manifest.hpp"

#include "base/json.hpp"
#include "base/sha256.hpp"
#include "store/migrate.hpp"

namespace colibri::backup {

namespace {

std::unexpected<Error> no_backup() {
  return failure(ErrorCode::corrupt, "this is no backup of Colibri");
}

json::Object to_json(const Head& head) {
  return {{"format", kFormat},
          {"colibri", head.program},
          {"schema", head.schema},
          {"created_ms", head.created_ms}};
}

Result<Head> head_of(const json::Object& object) {
  const auto format = json::integer_at(object, "format");
  const auto program = json::string_at(object, "colibri");
  const auto schema = json::integer_at(object, "schema");
  const auto created_ms = json::integer_at(object, "created_ms");
  if (!format || !program || !schema || !created_ms) return no_backup();
  if (*format > kFormat || *schema > store::newest_version()) {
    return failure(ErrorCode::unsupported,
                   "this backup was made by a newer version of Colibri; use that one");
  }
  if (*format < 1 || *schema < 1) return no_backup();
  return Head{*program, *schema, *created_ms};
}

}  // namespace

std::string to_text(const Head& head) {
  return json::serialize(to_json(head)) + "\n";
}

// A line a file, so that people can look for one.
std::string to_text(const Manifest& manifest) {
  json::Object head = to_json(manifest.head);
  head.set("accounts", manifest.accounts);
  head.set("notebooks", manifest.notebooks);
  std::string out = json::serialize(head);
  out.pop_back();
  out += ",\"files\":[";
  const char* before = "\n";
  for (const auto& [path, file] : manifest.files) {
    out += before;
    json::append(out, json::Object{{"path", path}, {"bytes", file.bytes}, {"sha256", file.sha256}});
    before = ",\n";
  }
  return out + "\n]}\n";
}

Result<Head> parse_head(std::string_view text) {
  const auto object = json::parse_object(text);
  if (!object) return no_backup();
  return head_of(*object);
}

Result<Manifest> parse_manifest(std::string_view text) {
  const auto object = json::parse_object(text);
  if (!object) return failure(ErrorCode::corrupt, "the list of the files in it is damaged");
  auto head = head_of(*object);
  if (!head) return std::unexpected(head.error());
  const auto accounts = json::integer_at(*object, "accounts");
  const auto notebooks = json::integer_at(*object, "notebooks");
  const json::Array* files = json::array_at(*object, "files");
  if (!accounts || !notebooks || files == nullptr) return no_backup();
  Manifest manifest{*std::move(head), *accounts, *notebooks, {}};
  for (const json::Value& value : *files) {
    const json::Object* file = value.if_object();
    if (file == nullptr) return no_backup();
    const auto path = json::string_at(*file, "path");
    const auto bytes = json::integer_at(*file, "bytes");
    auto sha256 = json::string_at(*file, "sha256");
    if (!path || !bytes || !sha256 || !is_sha256(*sha256)) return no_backup();
    if (!manifest.files.emplace(*path, Summed{*bytes, *std::move(sha256)}).second) {
      return no_backup();
    }
  }
  return manifest;
}

}  // namespace colibri::backup
