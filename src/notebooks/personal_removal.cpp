// What goes with an account.
#include <soci/soci.h>

#include <algorithm>
#include <filesystem>

#include "async/timer.hpp"
#include "base/log.hpp"
#include "base/sha256.hpp"
#include "notebooks/blob_files.hpp"
#include "notebooks/notebooks_part.hpp"
#include "notebooks/personal.hpp"

namespace colibri::notebooks {
namespace {

constexpr uint16_t kAccountGone = 4404, kComeBack = 1011;
constexpr auto kRuntimesEndWithin = std::chrono::seconds(30);
// A row that names an output is committed within this time after its bytes are on the disk.
constexpr int64_t kBlobSeconds = 10;

using Ids = std::vector<NotebookId>;

Ids ids_in(soci::rowset<std::string>& rows) {
  Ids ids;
  for (const std::string& id : rows) ids.push_back({id});
  return ids;
}

// Where a person's name stands with the person's id, it becomes another. What notebooks are about
// (sources, outputs, metadata) is left alone.
void rename_person(json::Object& object, const std::string& user);

void rename_person(json::Value& value, const std::string& user) {
  if (json::Object* object = value.if_object()) rename_person(*object, user);
  if (json::Array* array = value.if_array())
    for (json::Value& each : *array) rename_person(each, user);
}

void rename_person(json::Object& object, const std::string& user) {
  constexpr std::string_view kContent[] = {"source",      "outputs", "metadata",
                                           "attachments", "extra",   "updates"};
  if (json::string_at(object, "user") == user && json::string_at(object, "name"))
    object.set("name", kDeletedUser);
  for (auto& [key, value] : object)
    if (std::ranges::find(kContent, key) == std::end(kContent)) rename_person(value, user);
}

Result<std::string> renamed(const std::string& text, const std::string& user) {
  auto object = json::parse_object(text);
  if (!object) return failure(ErrorCode::corrupt, "A stored notebook is damaged.");
  rename_person(*object, user);
  return json::serialize(*object, json::NanAs::python);
}

std::string pattern_of(const UserId& user) {
  return "%\"user\":\"" + user.value + "\"%";
}

// The notebooks of others in whose documents the user stands.
Result<Ids> with_traces(soci::session& sql, const UserId& user) {
  const std::string pattern = pattern_of(user);
  soci::rowset<std::string> rows =
      (sql.prepare << "SELECT id FROM notebooks n WHERE owner_id <> :user"
                      " AND (EXISTS (SELECT 1 FROM document_snapshots s"
                      " WHERE s.notebook_id = n.id AND s.state LIKE :pattern)"
                      " OR EXISTS (SELECT 1 FROM document_records r"
                      " WHERE r.notebook_id = n.id AND r.payload LIKE :pattern))",
       soci::use(user.value, "user"), soci::use(pattern, "pattern"));
  return ids_in(rows);
}

struct Rewritten {
  std::string snapshot;
  std::vector<std::pair<long long, std::string>> records;
};

Result<> write_back(soci::session& sql, const std::string& id, const Rewritten& rewritten) {
  sql << "UPDATE document_snapshots SET state = :state WHERE notebook_id = :id",
      soci::use(rewritten.snapshot), soci::use(id);
  for (const auto& [seq, payload] : rewritten.records)
    sql << "UPDATE document_records SET payload = :payload"
           " WHERE notebook_id = :id AND seq = :seq",
        soci::use(payload), soci::use(id), soci::use(seq);
  return {};
}

Result<> rename_in_revisions(soci::session& sql, const UserId& user) {
  struct Row {
    std::string id, authors;
    long long number = 0;
  };
  std::vector<Row> found;
  Row row;
  const std::string pattern = pattern_of(user);
  soci::statement rows =
      (sql.prepare << "SELECT notebook_id, number, authors FROM revisions WHERE authors LIKE :like",
       soci::use(pattern), soci::into(row.id), soci::into(row.number), soci::into(row.authors));
  rows.execute();
  while (rows.fetch()) found.push_back(row);
  for (const Row& each : found) {
    auto authors = json::parse(each.authors);
    if (!authors) continue;
    rename_person(*authors, user.value);
    const std::string text = json::serialize(*authors);
    sql << "UPDATE revisions SET authors = :authors WHERE notebook_id = :id AND number = :number",
        soci::use(text), soci::use(each.id), soci::use(each.number);
  }
  return {};
}

}  // namespace

Task<Result<>> Personal::remove(UserId user) {
  const auto part = part_;
  part->leaving.insert(user);
  auto owned = [user](soci::session& sql) -> Result<Ids> {
    soci::rowset<std::string> rows =
        (sql.prepare << "SELECT id FROM notebooks WHERE owner_id = :user", soci::use(user.value));
    return ids_in(rows);
  };
  const auto own = co_await part->world.store.read<Ids>(std::move(owned));
  if (!own) co_return std::unexpected(own.error());
  close_own(*own);
  co_await end_runtimes(user, *own);
  co_await runtimes::KeptFiles::discard_all(part->world.runtimes.kept_files(), user);
  close_own(*own);  // Whoever was loading one then.

  auto look = [user](soci::session& sql) { return with_traces(sql, user); };
  const auto others = co_await part->world.store.read<Ids>(std::move(look));
  if (!others) co_return std::unexpected(others.error());
  for (const NotebookId& id : *others) {
    const auto forgotten = co_await forget(user, id);
    if (!forgotten) co_return forgotten;
  }
  const auto forgotten = co_await forget_rows(user);
  if (!forgotten) co_return forgotten;
  const auto blobs = co_await remove_blobs(user);
  if (!blobs) co_return blobs;
  part->drives.erase(user);
  auto erase = [root = part->world.drive_root(user)]() -> Result<> {
    std::error_code error;
    std::filesystem::remove_all(root, error);
    if (error) return failure(ErrorCode::io, "removing " + root + ": " + error.message());
    return {};
  };
  co_return co_await part->world.pool.run(std::move(erase));
}

void Personal::close_own(const std::vector<NotebookId>& own) {
  for (const NotebookId& id : own) {
    const auto found = part_->notebooks.find(id);
    if (found == part_->notebooks.end()) continue;
    const auto state = found->second.state;
    part_->notebooks.erase(found);
    state->close(kAccountGone, "the owner's account was deleted");
    state->maybe_unused().set();
  }
}

Task<void> Personal::end_runtimes(UserId user, std::vector<NotebookId> own) {
  const auto part = part_;
  const auto is_theirs = [&](const runtimes::Runtime& runtime) {
    return runtime.user() == user || std::ranges::find(own, runtime.notebook()) != own.end();
  };
  const auto until = async::Clock::now() + kRuntimesEndWithin;
  for (bool waits = true; waits && async::Clock::now() < until;) {
    waits = false;
    for (const auto& runtime : part->world.runtimes.living()) {
      if (!is_theirs(*runtime)) continue;
      waits = true;
      runtime->end("disconnected", "The account was deleted.");
    }
    if (waits) co_await async::sleep_for(std::chrono::milliseconds(100));
  }
}

// The document is let go of, changed in the store, and loaded again by whoever comes back.
Task<Result<>> Personal::forget(UserId user, NotebookId id) {
  const auto part = part_;
  while (const auto busy =
             part->opening.find(id) == part->opening.end() ? nullptr : part->opening[id])
    co_await busy->wait_for(std::chrono::seconds(60));
  const auto done = std::make_shared<async::Event>();
  part->opening[id] = done;
  if (const auto found = part->notebooks.find(id); found != part->notebooks.end()) {
    const auto state = found->second.state;
    state->send_away(kComeBack, "the notebook is being loaded anew");
    co_await DocumentActor::State::flush(state);
    state->close(kComeBack, "the notebook is being loaded anew");
    state->maybe_unused().set();
    part->notebooks.erase(id);
  }
  DocumentLog log(part->world.store, id);
  const auto stored = co_await log.load();
  Result<> written;
  if (!stored) {
    written = std::unexpected(stored.error());
  } else if (*stored) {
    auto rewrite = [&stored, &user]() -> Result<Rewritten> {
      Rewritten out;
      auto snapshot = renamed((*stored)->snapshot, user.value);
      if (!snapshot) return std::unexpected(snapshot.error());
      out.snapshot = *std::move(snapshot);
      for (const auto& [seq, text] : (*stored)->records) {
        if (text->find(user.value) == std::string::npos) continue;
        auto record = renamed(*text, user.value);
        if (!record) return std::unexpected(record.error());
        out.records.emplace_back(static_cast<long long>(seq), *std::move(record));
      }
      return out;
    };
    auto rewritten = co_await part->world.pool.run(std::move(rewrite));
    if (rewritten) {
      auto work = [id, rewritten = *std::move(rewritten)](soci::session& sql) {
        return write_back(sql, id.value, rewritten);
      };
      written = co_await part->world.store.write(std::move(work));
    } else {
      written = std::unexpected(rewritten.error());
    }
  }
  part->opening.erase(id);
  done->set();
  // What computes goes on being listened to.
  if (!part->world.runtimes.of(id).empty()) (void)co_await part->open(id);
  co_return written;
}

Task<Result<>> Personal::forget_rows(UserId user) {
  const auto part = part_;
  auto work = [user](soci::session& sql) -> Result<> {
    const std::string name = kDeletedUser;
    sql << "UPDATE executions SET user_name = :name WHERE user_id = :user", soci::use(name),
        soci::use(user.value);
    return rename_in_revisions(sql, user);
  };
  co_return co_await part->world.store.write(std::move(work));
}

Task<Result<>> Personal::remove_blobs(UserId user) {
  const auto part = part_;
  using Names = std::vector<std::string>;
  auto look = [user](soci::session& sql) -> Result<Names> {
    const soci::rowset<std::string> rows =
        (sql.prepare << "SELECT DISTINCT b.sha256 FROM notebook_blobs b"
                        " JOIN notebooks n ON n.id = b.notebook_id WHERE n.owner_id = :user"
                        " AND NOT EXISTS (SELECT 1 FROM notebook_blobs c"
                        " JOIN notebooks m ON m.id = c.notebook_id"
                        " WHERE c.sha256 = b.sha256 AND m.owner_id <> :user)",
         soci::use(user.value, "user"));
    return Names(rows.begin(), rows.end());
  };
  for (;;) {
    const auto names = co_await part->world.store.read<Names>(look);
    if (!names) co_return std::unexpected(names.error());
    const int64_t before_ms = async::now_ms() - kBlobSeconds * 1000;
    auto work = [&names, before_ms, folder = part->world.blob_folder()]() -> Result<bool> {
      bool all = true;
      for (const std::string& name : *names) {
        if (!is_sha256(name)) continue;
        const auto removed = remove_blob(folder, name, before_ms);
        if (!removed) return std::unexpected(removed.error());
        all = all && *removed;
      }
      return all;
    };
    const auto all = co_await part->world.pool.run(std::move(work));
    if (!all) co_return std::unexpected(all.error());
    if (*all) co_return Result<>();
    co_await async::sleep_for(std::chrono::seconds(1));
  }
}

}  // namespace colibri::notebooks
