// What a person takes along of all notebooks.
#include <soci/soci.h>

#include <algorithm>

#include "notebooks/loading.hpp"
#include "notebooks/notebooks_part.hpp"
#include "notebooks/personal.hpp"

namespace colibri::notebooks {
namespace {

using Title = std::optional<std::string>;

// A notebook's title, as far as the user may see it.
Title visible_title(soci::session& sql, const UserId& user, const NotebookId& id) {
  if (!find_role(sql, user.value, id.value)) return std::nullopt;
  std::string path;
  sql << "SELECT path FROM notebooks WHERE id = :id", soci::use(id.value), soci::into(path);
  return title_of(path);
}

Task<Result<Title>> find_title(store::Store& store, UserId user, NotebookId id) {
  auto look = [user, id](soci::session& sql) -> Result<Title> {
    return visible_title(sql, user, id);
  };
  co_return co_await store.read<Title>(std::move(look));
}

json::Array shared_by(soci::session& sql, const std::string& user) {
  json::Array out;
  std::string path, email, role, link;
  soci::statement rows =
      (sql.prepare << "SELECT n.path, u.email, a.role, n.link_role FROM notebooks n"
                      " JOIN notebook_access a ON a.notebook_id = n.id"
                      " JOIN users u ON u.id = a.user_id WHERE n.owner_id = :user"
                      " UNION ALL SELECT n.path, i.email, i.role, n.link_role FROM notebooks n"
                      " JOIN notebook_invitations i ON i.notebook_id = n.id"
                      " WHERE n.owner_id = :user"
                      " UNION ALL SELECT n.path, '', '', n.link_role FROM notebooks n"
                      " WHERE n.owner_id = :user AND n.link_role <> '' ORDER BY 1, 2",
       soci::use(user, "user"), soci::into(path), soci::into(email), soci::into(role),
       soci::into(link));
  rows.execute();
  while (rows.fetch()) {
    json::Object entry{{"path", path}};
    if (email.empty()) {
      entry.set("anyone_with_the_link", link);
    } else {
      entry.set("email", email);
      entry.set("role", role);
    }
    out.emplace_back(std::move(entry));
  }
  return out;
}

json::Array shared_with(soci::session& sql, const std::string& user) {
  json::Array out;
  std::string id, path, role, owner;
  soci::statement rows =
      (sql.prepare << "SELECT n.id, n.path, a.role, u.email FROM notebook_access a"
                      " JOIN notebooks n ON n.id = a.notebook_id JOIN users u ON u.id = n.owner_id"
                      " WHERE a.user_id = :user ORDER BY n.id",
       soci::use(user), soci::into(id), soci::into(path), soci::into(role), soci::into(owner));
  rows.execute();
  while (rows.fetch())
    out.emplace_back(json::Object{
        {"notebook", id}, {"title", title_of(path)}, {"role", role}, {"owner", owner}});
  return out;
}

json::Array starred_by(soci::session& sql, const UserId& user) {
  std::vector<std::string> ids;
  {
    const soci::rowset<std::string> rows =
        (sql.prepare << "SELECT notebook_id FROM notebook_user_state"
                        " WHERE user_id = :user AND starred = 1 ORDER BY notebook_id",
         soci::use(user.value));
    ids.assign(rows.begin(), rows.end());
  }
  json::Array out;
  for (const std::string& id : ids)
    if (const auto title = visible_title(sql, user, {id}))
      out.emplace_back(json::Object{{"notebook", id}, {"title", *title}});
  return out;
}

json::Object comment_json(const NotebookId& id, const Title& title, const document::Thread& thread,
                          const document::Comment& comment) {
  json::Object out{{"notebook", id.value}};
  if (title) out.set("title", *title);
  out.set("cell", thread.cell.value);
  if (!thread.quote.empty()) out.set("quote", thread.quote);
  out.set("text", comment.text);
  out.set("time_ms", comment.time_ms);
  if (comment.edited_ms != 0) out.set("edited_ms", comment.edited_ms);
  out.set("resolved", thread.resolved.has_value());
  return out;
}

json::Object execution_json(const NotebookId& id, const Title& title, const ExecutionEntry& entry) {
  json::Object out{{"notebook", id.value}};
  if (title) out.set("title", *title);
  out.set("cell", entry.cell.value);
  out.set("source", entry.source);
  out.set("started_ms", entry.started_ms);
  out.set("finished_ms", entry.finished_ms);
  out.set("status", entry.status);
  return out;
}

}  // namespace

Task<Result<Personal::Belongings>> Personal::belongings(UserId user) {
  const auto part = part_;
  auto work = [user](soci::session& sql) -> Result<Belongings> {
    Belongings out;
    sql << "SELECT COUNT(*) FROM notebooks WHERE owner_id = :user AND origin_id = ''",
        soci::use(user.value), soci::into(out.notebooks);
    sql << "SELECT COUNT(*) FROM notebooks n WHERE n.owner_id = :user AND n.origin_id = ''"
           " AND (n.link_role <> ''"
           " OR EXISTS (SELECT 1 FROM notebook_access a WHERE a.notebook_id = n.id)"
           " OR EXISTS (SELECT 1 FROM notebook_invitations i WHERE i.notebook_id = n.id))",
        soci::use(user.value), soci::into(out.shared);
    return out;
  };
  co_return co_await part->world.store.read<Belongings>(std::move(work));
}

Task<Result<std::shared_ptr<const drive::Drive>>> Personal::drive(UserId user) {
  const auto part = part_;
  co_return co_await part->drive_of(user);
}

Task<Result<std::vector<Personal::LiveNotebook>>> Personal::own(UserId user) {
  const auto part = part_;
  using Notebooks = std::vector<LiveNotebook>;
  auto work = [user](soci::session& sql) -> Result<Notebooks> {
    Notebooks out;
    LiveNotebook one;
    std::string origin;
    soci::statement rows =
        (sql.prepare << "SELECT id, path, origin_id FROM notebooks"
                        " WHERE owner_id = :user ORDER BY id",
         soci::use(user.value), soci::into(one.id.value), soci::into(one.path), soci::into(origin));
    rows.execute();
    while (rows.fetch()) {
      one.playground = !origin.empty();
      out.push_back(one);
    }
    return out;
  };
  co_return co_await part->world.store.read<Notebooks>(std::move(work));
}

Task<Result<std::vector<Personal::LiveNotebook>>> Personal::live(UserId user) {
  const auto part = part_;
  auto all = co_await own(user);
  if (all)
    std::erase_if(*all, [&](const LiveNotebook& each) {
      return !each.playground && !part->notebooks.contains(each.id);
    });
  co_return all;
}

Task<Result<json::Object>> Personal::shares(UserId user) {
  const auto part = part_;
  auto work = [user](soci::session& sql) -> Result<json::Object> {
    return json::Object{{"shared_by_me", shared_by(sql, user.value)},
                        {"shared_with_me", shared_with(sql, user.value)},
                        {"starred", starred_by(sql, user)}};
  };
  co_return co_await part->world.store.read<json::Object>(std::move(work));
}

Task<Result<std::vector<NotebookId>>> Personal::known(UserId user) {
  const auto part = part_;
  using Ids = std::vector<NotebookId>;
  auto work = [user](soci::session& sql) -> Result<Ids> {
    Ids ids;
    const soci::rowset<std::string> rows =
        (sql.prepare << "SELECT id FROM notebooks WHERE owner_id = :user"
                        " UNION SELECT notebook_id FROM notebook_user_state WHERE user_id = :user"
                        " UNION SELECT notebook_id FROM notebook_access WHERE user_id = :user"
                        " UNION SELECT notebook_id FROM executions WHERE user_id = :user"
                        " ORDER BY 1",
         soci::use(user.value, "user"));
    for (const std::string& id : rows) ids.push_back({id});
    return ids;
  };
  co_return co_await part->world.store.read<Ids>(std::move(work));
}

Task<Result<json::Array>> Personal::comments(UserId user, NotebookId id) {
  const auto part = part_;
  const auto title = co_await find_title(part->world.store, user, id);
  if (!title) co_return std::unexpected(title.error());
  DocumentLog log(part->world.store, id);
  const auto stored = co_await log.load();
  if (!stored) co_return std::unexpected(stored.error());
  if (!*stored) co_return json::Array();
  auto work = [&]() -> Result<json::Array> {
    json::Array out;
    const StoredDocument& document = **stored;
    const uint64_t last = document.records.empty() ? 0 : document.records.back().first;
    const auto now =
        document_at(document, std::max(document.seq, last), part->world.settings.limits);
    if (!now) return std::unexpected(now.error());
    for (const document::Thread& thread : now->threads().all())
      for (const document::Comment& comment : thread.comments)
        if (comment.user == user) out.emplace_back(comment_json(id, *title, thread, comment));
    return out;
  };
  co_return co_await part->world.pool.run(std::move(work));
}

Task<Result<json::Array>> Personal::executions(UserId user, NotebookId id) {
  const auto part = part_;
  const auto title = co_await find_title(part->world.store, user, id);
  if (!title) co_return std::unexpected(title.error());
  const auto entries = co_await list_executions(part->world.store, id);
  if (!entries) co_return std::unexpected(entries.error());
  json::Array out;
  for (const ExecutionEntry& entry : *entries)
    if (entry.by.user == user) out.emplace_back(execution_json(id, *title, entry));
  co_return out;
}

}  // namespace colibri::notebooks
