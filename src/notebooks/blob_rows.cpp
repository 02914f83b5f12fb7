#include "notebooks/blob_rows.hpp"

#include <soci/soci.h>

#include <algorithm>
#include <iterator>

#include "async/timer.hpp"
#include "base/log.hpp"
#include "base/sha256.hpp"
#include "drive/file_lock.hpp"
#include "notebooks/blob_files.hpp"

namespace colibri::notebooks {
namespace {

constexpr size_t kNameLength = 64;

void add_names(std::set<std::string>& names, soci::rowset<std::string>& rows,
               std::set<std::string> (*in)(std::string_view)) {
  for (const std::string& text : rows) names.merge(in(text));
}

std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// Those of `names` that no notebook has a row about.
Task<Result<std::vector<std::string>>> without_rows(store::Store& store,
                                                    std::vector<std::string> names) {
  using Names = std::vector<std::string>;
  auto work = [names = std::move(names)](soci::session& sql) -> Result<Names> {
    // One pass over all: no index begins with the name.
    const soci::rowset<std::string> rows = sql.prepare << "SELECT sha256 FROM notebook_blobs";
    const std::set<std::string> used(rows.begin(), rows.end());
    Names out;
    std::ranges::remove_copy_if(names, std::back_inserter(out),
                                [&](const std::string& name) { return used.contains(name); });
    return out;
  };
  co_return co_await store.read<Names>(std::move(work));
}

// A backup has the database as it was when it began, and copies what that names until it is done
// (src/backup): `conflict` meanwhile.
Result<> remove_unless_backed_up(const std::string& folder, const std::vector<std::string>& names,
                                 int64_t before_ms) {
  const auto lock = drive::FileLock::try_take(folder + "/.lock", drive::FileLock::Kind::exclusive);
  if (!lock) return std::unexpected(lock.error());
  for (const std::string& name : names)
    if (const auto removed = remove_blob(folder, name, before_ms); !removed)
      return std::unexpected(removed.error());
  return {};
}

}  // namespace

std::set<std::string> blobs_named_in(std::string_view json) {
  constexpr std::string_view kMember = "\"sha256\":\"";
  std::set<std::string> names;
  for (size_t at = json.find(kMember); at != std::string_view::npos; at = json.find(kMember, at)) {
    at += kMember.size();
    const std::string_view name = json.substr(at, kNameLength);
    if (is_sha256(name)) names.emplace(name);
  }
  return names;
}

std::vector<std::string> drop_unused_blobs(soci::session& sql, const std::string& notebook,
                                           const std::set<std::string>& used, long long seq) {
  std::set<std::string> unused;
  soci::rowset<std::string> rows =
      (sql.prepare << "SELECT sha256 FROM notebook_blobs WHERE notebook_id = :id",
       soci::use(notebook));
  for (const std::string& name : rows)
    if (!used.contains(name)) unused.insert(name);
  if (unused.empty()) return {};
  std::set<std::string> elsewhere;
  soci::rowset<std::string> records =
      (sql.prepare << "SELECT payload FROM document_records WHERE notebook_id = :id"
                      " AND seq > :seq AND payload LIKE '%\"sha256\"%'",
       soci::use(notebook), soci::use(seq));
  add_names(elsewhere, records, blobs_named_in);
  soci::rowset<std::string> parts =
      (sql.prepare << "SELECT blobs FROM revision_parts WHERE notebook_id = :id AND blobs <> ''",
       soci::use(notebook));
  add_names(elsewhere, parts, words_of);
  std::vector<std::string> gone;
  for (const std::string& name : unused) {
    if (elsewhere.contains(name)) continue;
    sql << "DELETE FROM notebook_blobs WHERE notebook_id = :id AND sha256 = :name",
        soci::use(notebook), soci::use(name);
    gone.push_back(name);
  }
  return gone;
}

Task<void> remove_blob_files(World world, std::vector<std::string> names) {
  if (names.empty()) co_return;
  const auto grace = std::chrono::milliseconds(world.settings.blob_grace_ms);
  co_await async::sleep_for(grace);
  const int64_t before_ms = async::now_ms() - grace.count();
  auto gone = co_await without_rows(world.store, std::move(names));
  if (!gone) co_return log::warn("outputs that nobody needs stay: {}", gone.error().detail);
  auto work = [gone = std::move(*gone), before_ms, folder = world.blob_folder()] {
    return remove_unless_backed_up(folder, gone, before_ms);
  };
  for (;;) {
    const auto removed = co_await world.pool.run(work);
    if (removed) co_return;
    if (removed.error().code != ErrorCode::conflict)
      co_return log::warn("outputs that nobody needs stay: {}", removed.error().detail);
    co_await async::sleep_for(grace);
  }
}

Task<void> sweep_blob_files(World world) {
  auto work = [folder = world.blob_folder()] { return list_blobs(folder); };
  auto names = co_await world.pool.run(std::move(work));
  co_await remove_blob_files(world, std::move(names));
}

}  // namespace colibri::notebooks
