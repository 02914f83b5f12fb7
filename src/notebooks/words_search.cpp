// Finding things in a Drive by their names and by the text in them. The text is kept in the store,
// in lower case, with what tells the version of the file that it was read from: what another
// program has changed since is read again before it is looked at.
#include <soci/soci.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/json.hpp"
#include "base/utf.hpp"
#include "notebooks/folder_rows.hpp"
#include "notebooks/folders.hpp"
#include "notebooks/lower_case.hpp"
#include "notebooks/notebooks_part.hpp"
#include "notebooks/projection.hpp"

namespace colibri::notebooks {
namespace {

constexpr size_t kMostWords = 12;
constexpr int64_t kLargestRead = 8 << 20;
constexpr size_t kMostText = 256 << 10;   // Of one file, kept.
constexpr size_t kMostFilesRead = 2'000;  // In one search: the next one goes on.
constexpr size_t kFilesAtOnce = 50;
constexpr size_t kAround = 60;

std::vector<std::string> words_in(const std::string& text) {
  std::vector<std::string> out;
  const std::string lower = lower_case(text);
  for (size_t at = 0; at < lower.size() && out.size() < kMostWords;) {
    const size_t end = std::min(lower.find_first_of(" \t", at), lower.size());
    if (end > at) out.push_back(lower.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

bool has_all(std::string_view text, const std::vector<std::string>& words) {
  return std::ranges::all_of(words, [&](const std::string& word) { return text.contains(word); });
}

bool has_text(std::string_view name) {
  static constexpr std::array<std::string_view, 22> kEndings = {
      ".ipynb", ".py", ".txt", ".md", ".csv", ".tsv", ".json", ".yaml", ".yml",  ".toml", ".ini",
      ".r",     ".jl", ".sh",  ".c",  ".cpp", ".h",   ".js",   ".ts",   ".html", ".tex",  ".rst"};
  const std::string lower = lower_case(name);
  return std::ranges::any_of(kEndings,
                             [&](std::string_view each) { return lower.ends_with(each); });
}

// A notebook's text is that of its cells.
std::string text_of_notebook(const std::string& bytes) {
  const auto notebook = json::parse_object(bytes, {.max_depth = 64});
  const json::Array* cells = notebook ? json::array_at(*notebook, "cells") : nullptr;
  std::string out;
  if (cells == nullptr) return out;
  for (const json::Value& cell : *cells) {
    const json::Value* source = cell.find("source");
    if (source == nullptr) continue;
    if (const std::string* text = source->if_string()) out += *text;
    if (const json::Array* lines = source->if_array())
      for (const json::Value& line : *lines)
        if (const std::string* text = line.if_string()) out += *text;
    out += '\n';
    if (out.size() > kMostText) break;
  }
  return out;
}

// Empty for what is no text.
std::string text_of(const drive::Drive& drive, const drive::Entry& file) {
  if (file.stamp.size > kLargestRead) return {};
  const auto content = drive.read(file.path);
  if (!content) return {};
  std::string text =
      file.path.ends_with(".ipynb") ? text_of_notebook(content->bytes) : content->bytes;
  if (text.find('\0') != std::string::npos) return {};
  if (text.size() > kMostText) text.resize(kMostText);
  return lower_case(make_valid_utf8(text));
}

using Known = std::map<std::string, drive::Stamp>;

Known known_texts(soci::session& sql, const std::string& user) {
  Known out;
  std::string path;
  drive::Stamp stamp;
  soci::statement rows =
      (sql.prepare << "SELECT path, size, mtime_ns, inode FROM drive_texts WHERE user_id = :user",
       soci::use(user), soci::into(path), soci::into(stamp.size), soci::into(stamp.mtime_ns),
       soci::into(stamp.inode));
  rows.execute();
  while (rows.fetch()) out.emplace(path, stamp);
  return out;
}

struct Text {
  drive::Entry file;
  std::string text;
};

void keep_texts(soci::session& sql, const std::string& user, const std::vector<Text>& texts) {
  for (const auto& [file, text] : texts)
    sql << "INSERT INTO drive_texts (user_id, path, size, mtime_ns, inode, text)"
           " VALUES (:user, :path, :size, :mtime, :inode, :text) ON CONFLICT (user_id, path)"
           " DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns,"
           " inode = excluded.inode, text = excluded.text",
        soci::use(user), soci::use(file.path), soci::use(file.stamp.size),
        soci::use(file.stamp.mtime_ns), soci::use(file.stamp.inode), soci::use(text);
}

std::string like(const std::string& word) {
  std::string out = "%";
  for (const char c : word) {
    if (c == '%' || c == '_' || c == '!') out += '!';
    out += c;
  }
  return out + "%";
}

// The word with a little of what stands around it, on one line.
std::string around(const std::string& text, const std::string& word) {
  const size_t at = text.find(word);
  if (at == std::string::npos) return {};
  const auto is_inside = [&](size_t i) {
    return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
  };
  size_t from = at > kAround ? at - kAround : 0;
  while (is_inside(from)) ++from;
  size_t to = std::min(text.size(), at + word.size() + kAround);
  while (is_inside(to)) ++to;
  std::string out = text.substr(from, to - from);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return (from > 0 ? "…" : "") + out + (to < text.size() ? "…" : "");
}

using Found = std::map<std::string, std::string>;  // By path: what was found.

Found find_texts(soci::session& sql, const std::string& user,
                 const std::vector<std::string>& words) {
  Found out;
  std::string path, text;
  // The longest word leaves the fewest; the others are looked for in what it leaves.
  const std::string longest = *std::ranges::max_element(words, {}, &std::string::size);
  const std::string pattern = like(longest);
  soci::statement rows = (sql.prepare << "SELECT path, text FROM drive_texts WHERE user_id = :user"
                                         " AND text LIKE :pattern ESCAPE '!'",
                          soci::use(user), soci::use(pattern), soci::into(path), soci::into(text));
  rows.execute();
  while (rows.fetch() && out.size() < Folders::kMostFound) {
    const std::string whole = lower_case(path.substr(path.rfind('/') + 1)) + "\n" + text;
    if (has_all(whole, words)) out.emplace(path, around(text, longest));
  }
  return out;
}

struct Seen {
  std::vector<drive::Entry> texts;           // Files that may have text in them.
  std::map<std::string, drive::Item> items;  // All, by path.
  std::vector<drive::Entry> notebooks;
};

Result<Seen> see(const drive::Drive& drive) {
  Seen out;
  const auto visit = [&](const std::string& path, const drive::Item& item) -> Result<> {
    if (path.find("/.") != std::string::npos) return {};
    out.items.emplace(path, item);
    if (item.is_folder || !drive::check_path(path)) return {};
    const drive::Entry file{path, item.stamp, item.born_ns};
    if (has_text(item.name)) out.texts.push_back(file);
    if (item.name.ends_with(".ipynb") && item.name.size() > 6) out.notebooks.push_back(file);
    return {};
  };
  if (auto walked = drive.walk(drive::kHome, visit); !walked)
    return std::unexpected(walked.error());
  std::ranges::sort(out.notebooks, {}, &drive::Entry::path);
  return out;
}

}  // namespace

// Makes the texts in the store those of the files.
Task<Result<>> Folders::index(UserId user, std::vector<drive::Entry> files) {
  const auto part = part_;
  auto look = [user](soci::session& sql) -> Result<Known> { return known_texts(sql, user.value); };
  auto known = co_await part->world.store.read<Known>(std::move(look));
  if (!known) co_return std::unexpected(known.error());
  std::vector<drive::Entry> changed;
  for (const drive::Entry& file : files) {
    const auto found = known->find(file.path);
    if ((found == known->end() || found->second != file.stamp) && changed.size() < kMostFilesRead)
      changed.push_back(file);
    if (found != known->end()) known->erase(found);
  }
  if (!known->empty()) {
    auto forget = [user, gone = *known](soci::session& sql) -> Result<> {
      for (const auto& [path, stamp] : gone)
        if (path.starts_with("My Drive/"))
          sql << "DELETE FROM drive_texts WHERE user_id = :user AND path = :path",
              soci::use(user.value), soci::use(path);
      return {};
    };
    const auto forgotten = co_await part->world.store.write(std::move(forget));
    if (!forgotten) co_return forgotten;
  }
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  for (size_t from = 0; from < changed.size(); from += kFilesAtOnce) {
    auto read = [d = *drive, &changed, from] {
      std::vector<Text> texts;
      for (size_t i = from; i < changed.size() && i < from + kFilesAtOnce; ++i)
        texts.push_back({changed[i], text_of(*d, changed[i])});
      return texts;
    };
    auto texts = co_await part->world.pool.run(std::move(read));
    auto keep = [user, texts = std::move(texts)](soci::session& sql) -> Result<> {
      keep_texts(sql, user.value, texts);
      return {};
    };
    const auto kept = co_await part->world.store.write(std::move(keep));
    if (!kept) co_return kept;
  }
  co_return Result<>();
}

Task<Result<Listing>> Folders::search(UserId user, std::string words) {
  const auto part = part_;
  const std::vector<std::string> wanted = words_in(words);
  if (wanted.empty()) co_return Listing();
  auto drive = co_await part->drive_of(user);
  if (!drive) co_return std::unexpected(drive.error());
  auto work = [d = *drive] { return see(*d); };
  auto seen = co_await part->world.pool.run(std::move(work));
  if (!seen) co_return std::unexpected(seen.error());
  const auto indexed = co_await index(user, std::move(seen->texts));
  if (!indexed) co_return std::unexpected(indexed.error());
  auto find = [user, wanted](soci::session& sql) -> Result<Found> {
    return find_texts(sql, user.value, wanted);
  };
  auto found = co_await part->world.store.read<Found>(std::move(find));
  if (!found) co_return std::unexpected(found.error());
  auto notebooks = co_await part->list(user, std::move(seen->notebooks));
  if (!notebooks) co_return std::unexpected(notebooks.error());
  std::map<std::string_view, NotebookEntry*> by_path;
  Listing out;
  for (NotebookEntry& notebook : *notebooks) {
    if (!notebook.path.empty()) {
      by_path.emplace(notebook.path, &notebook);
    } else if (has_all(lower_case(notebook.title + " " + notebook.owner.name), wanted)) {
      out.push_back(entry_of(notebook));
    }
  }
  for (const auto& [path, item] : seen->items) {
    if (out.size() >= kMostFound) break;
    const auto text = found->find(path);
    if (text == found->end() && !has_all(lower_case(item.name), wanted)) continue;
    const auto notebook = by_path.find(path);
    out.push_back(notebook == by_path.end() ? entry_of(path, item) : entry_of(*notebook->second));
    if (text != found->end()) out.back().found = text->second;
  }
  co_return out;
}

}  // namespace colibri::notebooks
