#include "api/account_export.hpp"

#include <set>

#include "api/account_answers.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "drive/zip.hpp"

namespace colibri::api {

namespace {

// What goes to the disk at once.
constexpr size_t kPieceBytes = 1u << 20;
// Of all revisions together, unpacked.
constexpr int64_t kRevisionBytes = 2LL << 30;

template <class List, class F>
json::Array entries_of(const List& list, F to_entry) {
  json::Array out;
  for (const auto& each : list) out.emplace_back(to_entry(each));
  return out;
}

json::Object arrival_entry(const auth::SessionEntry& session) {
  return {{"method", session.arrival.method},
          {"user_agent", session.arrival.user_agent},
          {"address", session.arrival.address},
          {"created_ms", session.created_ms},
          {"last_seen_ms", session.last_seen_ms}};
}

json::Object token_entry(const auth::ApiToken& token) {
  return {{"name", token.name},
          {"scopes", json::Array(token.scopes.begin(), token.scopes.end())},
          {"created_ms", token.created_ms},
          {"expires_ms", token.expires_ms},
          {"used_ms", token.used_ms}};
}

json::Object linked_entry(const auth::LinkedSignIn& linked) {
  return {{"issuer", linked.issuer},
          {"subject", linked.subject},
          {"email", linked.email},
          {"created_ms", linked.created_ms},
          {"used_ms", linked.used_ms}};
}

json::Object person_entry(const auth::User& user) {
  json::Object out = to_json(user);
  out.set("created_ms", user.created_ms);
  out.set("last_seen_ms", user.last_seen_ms);
  return out;
}

// The object without its last bracket: more members follow.
std::string open_object(const json::Object& object) {
  std::string out = json::serialize(object);
  out.pop_back();
  return out;
}

}  // namespace

// The archive, and which places in it are taken. Used by one thread at a time.
class AccountExport::Archive {
 public:
  explicit Archive(std::shared_ptr<net::TemporaryFile> to)
      : file(std::move(to)), zip([this](std::string_view bytes) { return file->append(bytes); }) {}

  std::shared_ptr<net::TemporaryFile> file;
  drive::ZipWriter zip;
  std::set<std::string> taken;
};

Task<Result<std::shared_ptr<net::TemporaryFile>>> AccountExport::write() {
  auto create = [folder = folder_] { return net::TemporaryFile::create(folder); };
  auto made = co_await pool_.run(std::move(create));
  if (!made) co_return std::unexpected(made.error());
  auto file = std::make_shared<net::TemporaryFile>(*std::move(made));
  Archive archive(file);
  auto done = co_await add_account(archive);
  if (done) done = co_await add_live(archive);
  if (done) done = co_await add_drive(archive);
  if (done) done = co_await add_revisions(archive);
  auto finish = [&archive] { return archive.zip.finish(); };
  if (done) done = co_await pool_.run(std::move(finish));
  if (!done) co_return std::unexpected(done.error());
  co_return file;
}

Task<Result<>> AccountExport::add_live(Archive& archive) {
  const auto live = co_await personal_.live(user_);
  if (!live) co_return std::unexpected(live.error());
  for (const auto& notebook : *live) {
    auto bytes = co_await notebooks_.file_bytes(user_, notebook.id, notebooks::Outputs::all);
    if (!bytes) {  // Gone by now, or one that cannot be read: then its file is all there is.
      log::warn("an export lacks what is open of {}: {}", notebook.id.value, bytes.error().detail);
      continue;
    }
    const std::string root = notebook.playground ? "Playgrounds/" : "Drive/";
    const std::string name =
        notebook.playground ? notebook.path.substr(notebook.path.find('/') + 1) : notebook.path;
    auto add = [&archive, path = root + name, bytes = std::move(bytes->bytes)]() -> Result<> {
      if (!archive.taken.insert(path).second) return {};
      return archive.zip.add(path, bytes, async::now_ms());
    };
    const auto added = co_await pool_.run(std::move(add));
    if (!added) co_return added;
  }
  co_return Result<>();
}

Task<Result<>> AccountExport::add_drive(Archive& archive) {
  const auto drive = co_await personal_.drive(user_);
  if (!drive) co_return std::unexpected(drive.error());
  auto add = [&archive, d = *drive] {
    return d->for_each_file(
        [&archive](const std::string& path, int file, const drive::Stamp& stamp) -> Result<> {
          const std::string place = "Drive/" + path;
          if (!archive.taken.insert(place).second) return {};
          return archive.zip.add_file(place, file, stamp.size, stamp.mtime_ns / 1'000'000);
        });
  };
  co_return co_await pool_.run(std::move(add));
}

// What notebooks were: each revision as a file of its own. In the archive they take more than in
// the store, where they share what is the same, so there is a limit: the newest come first, of each
// notebook, and a list says what is missing.
Task<Result<>> AccountExport::add_revisions(Archive& archive) {
  const auto own = co_await personal_.own(user_);
  if (!own) co_return std::unexpected(own.error());
  std::string missing;
  int64_t left = kRevisionBytes;
  for (const auto& notebook : *own) {
    if (notebook.playground) continue;
    const auto added = co_await add_revisions_of(archive, notebook.id, notebook.path, left);
    if (!added) co_return std::unexpected(added.error());
    if (*added > 0) missing += notebook.path + ": " + std::to_string(*added) + " revisions\n";
  }
  if (missing.empty()) co_return Result<>();
  auto add = [&archive, &missing] {
    return archive.zip.add("Revisions/Left out.txt", missing, async::now_ms());
  };
  co_return co_await pool_.run(std::move(add));
}

// How many are not there for want of room, or because they cannot be read.
Task<Result<int64_t>> AccountExport::add_revisions_of(Archive& archive, NotebookId id,
                                                      std::string path, int64_t& left) {
  constexpr std::string_view kEnding = ".ipynb";
  std::string folder = "Revisions/" + path;
  if (folder.ends_with(kEnding)) folder.resize(folder.size() - kEnding.size());
  int64_t missing = 0;
  notebooks::RevisionQuery query;
  query.limit = 200;
  for (bool more = true; more;) {
    const auto page = co_await notebooks_.revisions(user_, id, query);
    // Gone by now, or somebody else's.
    if (!page && page.error().code == ErrorCode::not_found) co_return missing;
    if (!page) co_return std::unexpected(page.error());
    more = page->more && !page->revisions.empty();
    for (const auto& revision : page->revisions) {
      query.before = revision.number;
      if (left <= 0) {
        ++missing;
        continue;
      }
      auto file = co_await notebooks_.revision_file(user_, id, revision.number);
      if (!file) {
        log::warn("an export lacks revision {} of {}: {}", revision.number, id.value,
                  file.error().detail);
        ++missing;
        continue;
      }
      left -= static_cast<int64_t>(file->bytes.size());
      auto add = [&archive, &file, time_ms = revision.time_ms,
                  place = folder + "/" + std::to_string(revision.number) + " " + file->name] {
        return archive.zip.add(place, file->bytes, time_ms);
      };
      const auto added = co_await pool_.run(std::move(add));
      if (!added) co_return std::unexpected(added.error());
    }
  }
  co_return missing;
}

Task<Result<json::Object>> AccountExport::account() {
  const int64_t now = async::now_ms();
  const auto user = co_await parts_.accounts.find(user_);
  if (!user) co_return std::unexpected(user.error());
  const auto sessions = co_await parts_.sessions.list(user_, now);
  if (!sessions) co_return std::unexpected(sessions.error());
  const auto tokens = co_await parts_.tokens.list(user_, now);
  if (!tokens) co_return std::unexpected(tokens.error());
  const auto linked = co_await parts_.linked.list(user_);
  if (!linked) co_return std::unexpected(linked.error());
  auto shares = co_await personal_.shares(user_);
  if (!shares) co_return std::unexpected(shares.error());
  auto settings = co_await parts_.settings.all(user_);
  if (!settings) co_return std::unexpected(settings.error());
  json::Object out;
  out.set("account", person_entry(*user));
  out.set("settings", *std::move(settings));
  out.set("exported_ms", now);
  out.set("sessions", entries_of(*sessions, arrival_entry));
  out.set("api_tokens", entries_of(*tokens, token_entry));
  out.set("sign_ins", entries_of(*linked, linked_entry));
  for (auto& [name, value] : *shares) out.set(name, std::move(value));
  co_return out;
}

Task<Result<>> AccountExport::add_account(Archive& archive) {
  const auto object = co_await account();
  if (!object) co_return std::unexpected(object.error());
  auto create = [folder = folder_, text = open_object(*object)]() -> Result<net::TemporaryFile> {
    auto file = net::TemporaryFile::create(folder);
    if (!file) return file;
    if (auto done = file->append(text); !done) return std::unexpected(done.error());
    return file;
  };
  auto file = co_await pool_.run(std::move(create));
  if (!file) co_return std::unexpected(file.error());
  auto listed = co_await add_list(*file, "comments", true);
  if (listed) listed = co_await add_list(*file, "executed_code", false);
  if (!listed) co_return listed;
  auto add = [&archive, &file]() -> Result<> {
    if (auto done = file->append("}\n"); !done) return done;
    const auto descriptor = file->descriptor();
    if (!descriptor) return std::unexpected(descriptor.error());
    return archive.zip.add_file("account.json", *descriptor, static_cast<int64_t>(file->size()),
                                async::now_ms());
  };
  co_return co_await pool_.run(std::move(add));
}

// Notebook by notebook: all of it may be more than fits into memory.
Task<Result<>> AccountExport::add_list(net::TemporaryFile& file, std::string name, bool comments) {
  const auto known = co_await personal_.known(user_);
  if (!known) co_return std::unexpected(known.error());
  std::string text = ",\"" + name + "\":[";
  bool first = true;
  for (const NotebookId& id : *known) {
    Result<json::Array> entries;
    if (comments) {
      entries = co_await personal_.comments(user_, id);
    } else {
      entries = co_await personal_.executions(user_, id);
    }
    if (!entries) {
      log::warn("an export lacks the {} of {}: {}", name, id.value, entries.error().detail);
      continue;
    }
    for (const json::Value& entry : *entries) {
      text += first ? "\n" : ",\n";
      first = false;
      json::append(text, entry);
    }
    if (text.size() < kPieceBytes) continue;
    auto append = [&file, piece = std::exchange(text, "")] { return file.append(piece); };
    const auto appended = co_await pool_.run(std::move(append));
    if (!appended) co_return appended;
  }
  text += "]";
  auto append = [&file, &text] { return file.append(text); };
  co_return co_await pool_.run(std::move(append));
}

}  // namespace colibri::api
