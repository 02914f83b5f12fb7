#include "notebooks/revision_rows.hpp"

#include <soci/soci.h>

#include <algorithm>

#include "base/sha256.hpp"
#include "history/comparison.hpp"
#include "notebooks/packing.hpp"

namespace colibri::notebooks {
namespace {

constexpr int64_t kMaxPinnedByPeople = 500, kMaxPinnedByItself = 100;

std::unexpected<Error> no_revision() {
  return failure(ErrorCode::not_found, "There is no such revision.");
}

std::string authors_text(soci::session& sql, const std::vector<document::Author>& authors) {
  json::Array array;
  for (document::Author author : authors) {
    if (author.name.empty())
      sql << "SELECT name FROM users WHERE id = :id", soci::use(author.user.value),
          soci::into(author.name);
    array.push_back(json::Object{{"user", author.user.value}, {"name", author.name}});
  }
  return json::serialize(array);
}

std::vector<document::Author> authors_of(const std::string& text) {
  std::vector<document::Author> out;
  const auto value = json::parse(text);
  if (!value || !value->if_array()) return out;
  for (const json::Value& item : *value->if_array())
    if (const json::Object* object = item.if_object())
      out.push_back({{json::string_at(*object, "user").value_or("")},
                     json::string_at(*object, "name").value_or("")});
  return out;
}

std::vector<RevisionEntry> read_entries(soci::session& sql, const std::string& notebook,
                                        const RevisionQuery& query) {
  std::vector<RevisionEntry> out;
  RevisionEntry entry;
  std::string authors;
  long long number = 0, time = 0, pinned = 0, cells = 0;
  const long long before = query.before, all = query.named ? 0 : 1, limit = query.limit;
  soci::statement rows =
      (sql.prepare << "SELECT number, time_ms, kind, name, pinned, authors, cells FROM revisions"
                      " WHERE notebook_id = :id AND number < :before"
                      " AND (:all = 1 OR kept = 1 OR name <> '')"
                      " ORDER BY number DESC LIMIT :limit",
       soci::use(notebook), soci::use(before), soci::use(all), soci::use(limit), soci::into(number),
       soci::into(time), soci::into(entry.kind), soci::into(entry.name), soci::into(pinned),
       soci::into(authors), soci::into(cells));
  rows.execute();
  while (rows.fetch()) {
    entry.number = number;
    entry.time_ms = time;
    entry.pinned = pinned != 0;
    entry.authors = authors_of(authors);
    entry.cells = cells;
    out.push_back(entry);
  }
  return out;
}

Result<std::string> read_part(soci::session& sql, const std::string& notebook,
                              const std::string& sha256) {
  std::string data;
  sql << "SELECT data FROM revision_parts WHERE notebook_id = :id AND sha256 = :sha256",
      soci::use(notebook), soci::use(sha256), soci::into(data);
  if (!sql.got_data())
    return failure(ErrorCode::corrupt, "A part of this revision is missing in the store.");
  return unpack(data);
}

Result<std::string> read_manifest(soci::session& sql, const std::string& notebook,
                                  long long number) {
  std::string manifest;
  sql << "SELECT manifest FROM revisions WHERE notebook_id = :id AND number = :number",
      soci::use(notebook), soci::use(number), soci::into(manifest);
  if (!sql.got_data()) return no_revision();
  return unpack(manifest);
}

// What changed from revision to revision, each list of cells read once.
class ChangeReader {
 public:
  ChangeReader(soci::session& sql, std::string notebook)
      : sql_(sql), notebook_(std::move(notebook)) {}

  // Since the revision before; of the first one, nothing.
  Result<std::optional<history::Comparison>> of(long long number) {
    long long before = 0;
    sql_ << "SELECT COALESCE(MAX(number), 0) FROM revisions WHERE notebook_id = :id"
            " AND number < :number",
        soci::use(notebook_), soci::use(number), soci::into(before);
    if (before == 0) return std::optional<history::Comparison>();
    const auto then = head(before);
    if (!then) return std::unexpected(then.error());
    const auto now = head(number);
    if (!now) return std::unexpected(now.error());
    return history::compare(**then, **now);
  }

 private:
  Result<const history::RevisionHead*> head(long long number) {
    if (const auto found = heads_.find(number); found != heads_.end()) return &found->second;
    const auto manifest = read_manifest(sql_, notebook_, number);
    if (!manifest) return std::unexpected(manifest.error());
    const auto load = [this](const std::string& sha256) -> Result<std::string> {
      if (const auto found = lists_.find(sha256); found != lists_.end()) return found->second;
      auto text = read_part(sql_, notebook_, sha256);
      if (text) lists_.emplace(sha256, *text);
      return text;
    };
    auto head = history::read_head(*manifest, load);
    if (!head) return std::unexpected(head.error());
    return &heads_.emplace(number, *std::move(head)).first->second;
  }

  soci::session& sql_;
  std::string notebook_;
  std::map<long long, history::RevisionHead> heads_;
  std::map<std::string, std::string> lists_;
};

// The newest revision, when it holds what the draft does.
std::optional<int64_t> same_as_newest(soci::session& sql, const std::string& notebook,
                                      const RevisionDraft& draft) {
  long long number = 0;
  std::string manifest;
  sql << "SELECT number, manifest_sha256 FROM revisions WHERE notebook_id = :id"
         " ORDER BY number DESC LIMIT 1",
      soci::use(notebook), soci::into(number), soci::into(manifest);
  if (!sql.got_data() || manifest != draft.manifest_sha256) return std::nullopt;
  return number;
}

void mark_same(soci::session& sql, const std::string& notebook, int64_t same,
               const RevisionDraft& draft) {
  const long long number = same, seq = static_cast<long long>(draft.seq);
  sql << "UPDATE revisions SET seq = :seq WHERE notebook_id = :id AND number = :number",
      soci::use(seq), soci::use(notebook), soci::use(number);
  if (!draft.pinned) return;
  const long long kept = draft.kept ? 1 : 0;
  sql << "UPDATE revisions SET pinned = 1, kept = CASE WHEN kept = 1 THEN 1 ELSE :kept END,"
         " kind = CASE WHEN kept = 1 THEN kind ELSE :kind END,"
         " name = CASE WHEN :given = '' THEN name ELSE :name END"
         " WHERE notebook_id = :id AND number = :number",
      soci::use(kept), soci::use(draft.kind), soci::use(draft.name), soci::use(draft.name),
      soci::use(notebook), soci::use(number);
}

// Those that were pinned by themselves long ago grow old like others.
void unpin_oldest(soci::session& sql, const std::string& notebook) {
  const long long most = kMaxPinnedByItself;
  sql << "UPDATE revisions SET pinned = 0 WHERE notebook_id = :id AND pinned = 1 AND kept = 0"
         " AND number <= (SELECT COALESCE(MIN(number), 0) - 1 FROM (SELECT number FROM revisions"
         " WHERE notebook_id = :same AND pinned = 1 AND kept = 0 ORDER BY number DESC"
         " LIMIT :most) AS newest)",
      soci::use(notebook), soci::use(notebook), soci::use(most);
}

// Deletes the parts that no revision has any more.
Result<> collect_parts(soci::session& sql, const std::string& notebook) {
  std::set<std::string> used;
  std::map<std::string, std::string> lists;  // The only parts that are read: each once.
  const auto load = [&](const std::string& sha256) -> Result<std::string> {
    if (const auto found = lists.find(sha256); found != lists.end()) return found->second;
    auto text = read_part(sql, notebook, sha256);
    if (text) lists.emplace(sha256, *text);
    return text;
  };
  for (const RevisionEntry& entry : read_entries(sql, notebook, {})) {
    const auto manifest = read_manifest(sql, notebook, entry.number);
    if (!manifest) return std::unexpected(manifest.error());
    const auto parts = history::parts_of(*manifest, load);
    if (!parts) return std::unexpected(parts.error());
    used.insert(parts->begin(), parts->end());
  }
  std::vector<std::string> gone;
  std::string sha256;
  soci::statement rows =
      (sql.prepare << "SELECT sha256 FROM revision_parts WHERE notebook_id = :id",
       soci::use(notebook), soci::into(sha256));
  rows.execute();
  while (rows.fetch())
    if (!used.contains(sha256)) gone.push_back(sha256);
  for (const std::string& name : gone)
    sql << "DELETE FROM revision_parts WHERE notebook_id = :id AND sha256 = :sha256",
        soci::use(notebook), soci::use(name);
  return {};
}

}  // namespace

RevisionDraft make_draft(const nbformat::Notebook& notebook, history::KeepOutputs keep,
                         const std::set<std::string>& known_parts) {
  const history::Revision revision = history::make_revision(notebook, keep);
  RevisionDraft draft;
  draft.cells = revision.cells;
  draft.manifest_sha256 = sha256_hex(revision.manifest);
  draft.manifest = pack(revision.manifest);
  for (const auto& [sha256, part] : revision.parts) {
    if (known_parts.contains(sha256)) continue;
    std::string blobs;
    for (const std::string& blob : part.blobs) blobs += (blobs.empty() ? "" : " ") + blob;
    draft.parts.push_back({sha256, pack(part.text), std::move(blobs)});
  }
  return draft;
}

int64_t insert_revision(soci::session& sql, const std::string& notebook,
                        const RevisionDraft& draft) {
  if (const auto same = same_as_newest(sql, notebook, draft)) {
    mark_same(sql, notebook, *same, draft);
    return *same;
  }
  RevisionDraft::PackedPart part;
  soci::statement insert =
      (sql.prepare << "INSERT INTO revision_parts (notebook_id, sha256, data, blobs)"
                      " VALUES (:id, :sha256, :data, :blobs)"
                      " ON CONFLICT (notebook_id, sha256) DO NOTHING",
       soci::use(notebook), soci::use(part.sha256), soci::use(part.data), soci::use(part.blobs));
  for (const RevisionDraft::PackedPart& each : draft.parts) {
    part = each;
    insert.execute(true);
  }
  long long number = 0;
  sql << "SELECT COALESCE(MAX(number), 0) + 1 FROM revisions WHERE notebook_id = :id",
      soci::use(notebook), soci::into(number);
  const long long time = draft.time_ms, pinned = draft.pinned ? 1 : 0, kept = draft.kept ? 1 : 0;
  const auto cells = static_cast<long long>(draft.cells);
  const auto seq = static_cast<long long>(draft.seq);
  const std::string authors = authors_text(sql, draft.authors);
  sql << "INSERT INTO revisions (notebook_id, number, time_ms, kind, name, pinned, kept, authors,"
         " cells, seq, manifest_sha256, manifest) VALUES (:id, :number, :time, :kind, :name,"
         " :pinned, :kept, :authors, :cells, :seq, :sha256, :manifest)",
      soci::use(notebook), soci::use(number), soci::use(time), soci::use(draft.kind),
      soci::use(draft.name), soci::use(pinned), soci::use(kept), soci::use(authors),
      soci::use(cells), soci::use(seq), soci::use(draft.manifest_sha256), soci::use(draft.manifest);
  if (draft.pinned && !draft.kept) unpin_oldest(sql, notebook);
  return number;
}

Task<Result<std::vector<RevisionEntry>>> RevisionRows::list() {
  using Entries = std::vector<RevisionEntry>;
  auto work = [id = notebook_.value](soci::session& sql) -> Result<Entries> {
    return read_entries(sql, id, {});
  };
  co_return co_await store_.read<Entries>(std::move(work));
}

Task<Result<RevisionPage>> RevisionRows::page(RevisionQuery query) {
  auto work = [id = notebook_.value, query](soci::session& sql) -> Result<RevisionPage> {
    RevisionQuery wanted = query;
    wanted.limit = query.limit + 1;
    RevisionPage page{read_entries(sql, id, wanted), false};
    page.more = page.revisions.size() > static_cast<size_t>(query.limit);
    if (page.more) page.revisions.pop_back();
    ChangeReader changes(sql, id);
    for (RevisionEntry& entry : page.revisions) {
      const auto changed = changes.of(entry.number);
      if (!changed) return std::unexpected(changed.error());
      entry.changed = *changed;
    }
    return page;
  };
  co_return co_await store_.read<RevisionPage>(std::move(work));
}

Task<Result<std::optional<uint64_t>>> RevisionRows::newest_seq() {
  using Seq = std::optional<uint64_t>;
  auto work = [id = notebook_.value](soci::session& sql) -> Result<Seq> {
    long long seq = 0;
    sql << "SELECT seq FROM revisions WHERE notebook_id = :id ORDER BY number DESC LIMIT 1",
        soci::use(id), soci::into(seq);
    return sql.got_data() ? Seq(static_cast<uint64_t>(seq)) : Seq();
  };
  co_return co_await store_.read<Seq>(std::move(work));
}

Task<Result<std::set<std::string>>> RevisionRows::parts() {
  using Names = std::set<std::string>;
  auto work = [id = notebook_.value](soci::session& sql) -> Result<Names> {
    Names names;
    std::string sha256;
    soci::statement rows =
        (sql.prepare << "SELECT sha256 FROM revision_parts WHERE notebook_id = :id", soci::use(id),
         soci::into(sha256));
    rows.execute();
    while (rows.fetch()) names.insert(sha256);
    return names;
  };
  co_return co_await store_.read<Names>(std::move(work));
}

Task<Result<int64_t>> RevisionRows::insert(RevisionDraft draft) {
  auto work = [id = notebook_.value,
               draft = std::move(draft)](soci::session& sql) -> Result<int64_t> {
    return insert_revision(sql, id, draft);
  };
  co_return co_await store_.write<int64_t>(std::move(work));
}

Task<Result<StoredRevision>> RevisionRows::load(int64_t number, bool with_outputs) {
  auto work = [id = notebook_.value, number,
               with_outputs](soci::session& sql) -> Result<StoredRevision> {
    const RevisionQuery one{.before = number + 1, .limit = 1};
    const auto entries = read_entries(sql, id, one);
    if (entries.empty() || entries.front().number != number) return no_revision();
    const auto manifest = read_manifest(sql, id, number);
    if (!manifest) return std::unexpected(manifest.error());
    const auto load = [&](const std::string& sha256) { return read_part(sql, id, sha256); };
    auto head = history::read_head(*manifest, load);
    if (!head) return std::unexpected(head.error());
    auto notebook = history::read_revision(*head, load, with_outputs);
    if (!notebook) return std::unexpected(notebook.error());
    return StoredRevision{entries.front(), std::move(*head), std::move(*notebook)};
  };
  co_return co_await store_.read<StoredRevision>(std::move(work));
}

Task<Result<std::string>> RevisionRows::part(std::string sha256) {
  auto work = [id = notebook_.value,
               sha256 = std::move(sha256)](soci::session& sql) -> Result<std::string> {
    auto text = read_part(sql, id, sha256);
    if (!text) return failure(ErrorCode::not_found, "There is no such output.");
    return text;
  };
  co_return co_await store_.read<std::string>(std::move(work));
}

Task<Result<>> RevisionRows::change(int64_t number, RevisionChange change) {
  auto work = [id = notebook_.value, wanted = static_cast<long long>(number),
               change = std::move(change)](soci::session& sql) -> Result<> {
    long long pinned = 0, kept = 0;
    sql << "SELECT pinned FROM revisions WHERE notebook_id = :id AND number = :number",
        soci::use(id), soci::use(wanted), soci::into(pinned);
    if (!sql.got_data()) return no_revision();
    if (change.name)
      sql << "UPDATE revisions SET name = :name WHERE notebook_id = :id AND number = :number",
          soci::use(*change.name), soci::use(id), soci::use(wanted);
    // A name is given to what one wants to find again.
    const bool pin = change.pinned.value_or(pinned != 0 || (change.name && !change.name->empty()));
    sql << "SELECT COUNT(*) FROM revisions WHERE notebook_id = :id AND kept = 1", soci::use(id),
        soci::into(kept);
    if (pin && pinned == 0 && kept >= kMaxPinnedByPeople)
      return failure(ErrorCode::conflict, "Too many revisions are pinned; unpin another first.");
    const long long flag = pin ? 1 : 0;
    sql << "UPDATE revisions SET pinned = :pinned, kept = :kept"
           " WHERE notebook_id = :id AND number = :number",
        soci::use(flag), soci::use(flag), soci::use(id), soci::use(wanted);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<>> RevisionRows::thin(int64_t now_ms, history::Keeping keeping, size_t at_least) {
  const auto entries = co_await list();
  if (!entries) co_return std::unexpected(entries.error());
  std::vector<history::RevisionAge> ages;
  for (const RevisionEntry& entry : *entries)
    ages.push_back({entry.number, entry.time_ms, entry.pinned});
  auto gone = history::thin(std::move(ages), now_ms, keeping);
  if (gone.empty() || gone.size() < at_least) co_return Result<>();
  auto work = [id = notebook_.value, gone = std::move(gone)](soci::session& sql) -> Result<> {
    for (const long long number : gone)
      sql << "DELETE FROM revisions WHERE notebook_id = :id AND number = :number"
             " AND pinned = 0",
          soci::use(id), soci::use(number);
    return collect_parts(sql, id);
  };
  co_return co_await store_.write(std::move(work));
}

}  // namespace colibri::notebooks
