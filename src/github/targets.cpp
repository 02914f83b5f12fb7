#include "github/targets.hpp"

#include <soci/soci.h>

namespace colibri::github {
namespace {

std::string text_at(const json::Object& object, std::string_view key) {
  return json::string_at(object, key).value_or("");
}

Result<Targets> read_targets(soci::session& sql, const UserId& user, const NotebookId& notebook) {
  std::string text;
  sql << "SELECT targets FROM github_targets WHERE user_id = :user AND notebook_id = :notebook",
      soci::use(user.value), soci::use(notebook.value), soci::into(text);
  if (!sql.got_data()) return Targets{};
  const auto object = json::parse_object(text);
  if (!object) return Targets{};
  return targets_from_json(*object);
}

}  // namespace

json::Object to_json(const Targets& targets) {
  json::Object out;
  if (const auto& file = targets.file)
    out.set("file", json::Object{{"repository", file->repository},
                                 {"branch", file->branch},
                                 {"path", file->path},
                                 {"sha", file->sha},
                                 {"link", file->link}});
  if (const auto& gist = targets.gist)
    out.set("gist", json::Object{{"id", gist->id},
                                 {"owner", gist->owner},
                                 {"version", gist->version},
                                 {"public", gist->is_public},
                                 {"link", gist->link}});
  return out;
}

Targets targets_from_json(const json::Object& object) {
  Targets targets;
  if (const json::Object* file = json::object_at(object, "file"))
    targets.file = FileTarget{.repository = text_at(*file, "repository"),
                              .branch = text_at(*file, "branch"),
                              .path = text_at(*file, "path"),
                              .sha = text_at(*file, "sha"),
                              .link = json::bool_at(*file, "link").value_or(true)};
  if (const json::Object* gist = json::object_at(object, "gist"))
    targets.gist = GistTarget{.id = text_at(*gist, "id"),
                              .owner = text_at(*gist, "owner"),
                              .version = text_at(*gist, "version"),
                              .is_public = json::bool_at(*gist, "public").value_or(false),
                              .link = json::bool_at(*gist, "link").value_or(true)};
  return targets;
}

Task<Result<Targets>> TargetRows::find(UserId user, NotebookId notebook) {
  auto work = [user, notebook](soci::session& sql) { return read_targets(sql, user, notebook); };
  co_return co_await store_.read<Targets>(std::move(work));
}

Task<Result<>> TargetRows::remember(UserId user, NotebookId notebook, Targets targets) {
  auto work = [user, notebook, targets = std::move(targets)](soci::session& sql) -> Result<> {
    long long notebooks = 0;
    sql << "SELECT count(*) FROM notebooks WHERE id = :id", soci::use(notebook.value),
        soci::into(notebooks);
    if (notebooks == 0) return failure(ErrorCode::not_found, "There is no such notebook.");
    auto known = read_targets(sql, user, notebook);
    if (!known) return std::unexpected(known.error());
    if (targets.file) known->file = targets.file;
    if (targets.gist) known->gist = targets.gist;
    const std::string text = json::serialize(to_json(*known));
    sql << "INSERT INTO github_targets (user_id, notebook_id, targets)"
           " VALUES (:user, :notebook, :targets)"
           " ON CONFLICT (user_id, notebook_id) DO UPDATE SET targets = excluded.targets",
        soci::use(user.value), soci::use(notebook.value), soci::use(text);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

}  // namespace colibri::github
