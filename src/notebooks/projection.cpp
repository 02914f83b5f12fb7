#include "notebooks/projection.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "base/random.hpp"
#include "base/sha256.hpp"
#include "base/utf.hpp"
#include "notebooks/blob_files.hpp"

namespace colibri::notebooks {

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::string title_of(const std::string& path) {
  std::string name = path.substr(path.rfind('/') + 1);
  if (name.ends_with(".ipynb")) name.resize(name.size() - 6);
  return name;
}

Result<std::vector<BlobRow>> move_to_blobs(json::Object& output, const std::string& blob_folder) {
  std::vector<BlobRow> rows;
  json::Value* data = output.find("data");
  if (!data || !data->if_object()) return rows;
  json::Object blobs;
  const auto moved = nbformat::move_large_payloads(
      *data->if_object(), blobs,
      [&](std::string_view bytes) { return store_blob(blob_folder, bytes); });
  if (!moved) return std::unexpected(moved.error());
  for (const auto& [mime, blob] : blobs) {
    const json::Object& members = *blob.if_object();
    rows.push_back({json::string_at(members, "sha256").value_or(""),
                    static_cast<uint64_t>(json::integer_at(members, "bytes").value_or(0)), mime});
  }
  if (!blobs.empty()) output.set("blobs", std::move(blobs));
  return rows;
}

Result<FromFile> read_notebook(const drive::Drive& drive, const std::string& path,
                               const std::string& blob_folder) {
  const auto content = drive.read(path);
  if (!content) return std::unexpected(content.error());
  return parse_notebook(*content, blob_folder);
}

Result<FromFile> parse_notebook(const drive::Content& content, const std::string& blob_folder) {
  auto read = nbformat::read(content.bytes, [] { return random_id("c"); });
  if (!read) return std::unexpected(read.error());
  FromFile out{std::move(read->notebook), std::move(read->notes), {}, {}};
  out.file = {sha256_hex(content.bytes), content.stamp};
  for (document::Cell& cell : out.notebook.cells)
    for (document::Output& output : cell.outputs) {
      auto* rich = std::get_if<document::RichOutput>(&output);
      if (!rich) continue;
      auto rows = move_to_blobs(rich->object, blob_folder);
      if (!rows) return std::unexpected(rows.error());
      out.blobs.insert(out.blobs.end(), rows->begin(), rows->end());
    }
  return out;
}

bool omits_outputs(const json::Object& metadata) {
  const json::Object* colab = json::object_at(metadata, "colab");
  return colab && json::bool_at(*colab, "private_outputs").value_or(false);
}

nbformat::Notebook to_notebook(const document::Document& document, Outputs outputs) {
  nbformat::Notebook notebook{document.cells(), document.metadata(), document.nbformat_minor(),
                              document.extra()};
  if (outputs == Outputs::all || !omits_outputs(notebook.metadata)) return notebook;
  for (document::Cell& cell : notebook.cells) {
    cell.outputs.clear();
    cell.execution_count.reset();
    cell.metadata.erase(document::kExecutionInfo);
  }
  return notebook;
}

Result<std::string> to_bytes(const nbformat::Notebook& notebook, const std::string& blob_folder) {
  return nbformat::write(notebook,
                         [&](const std::string& sha256) { return load_blob(blob_folder, sha256); });
}

Result<FileNow> look_at_file(const drive::Drive& drive, const std::string& path,
                             const FileMark& known, const FileMark& next,
                             const std::string& blob_folder) {
  FileNow now;
  const auto stamp = drive.stat(path);
  if (!stamp) return std::unexpected(stamp.error());
  if (!*stamp) {
    now.is = FileIs::gone;
    return now;
  }
  now.mark = {known.sha256, **stamp};
  if (**stamp == known.stamp) return now;
  auto content = drive.read(path);
  if (!content && content.error().code == ErrorCode::not_found) {
    now.is = FileIs::gone;
    return now;
  }
  if (!content) return std::unexpected(content.error());
  now.mark = {sha256_hex(content->bytes), content->stamp};
  if (now.mark.sha256 == known.sha256) return now;
  if (now.mark.sha256 == next.sha256) {
    now.is = FileIs::next;
    return now;
  }
  auto theirs = parse_notebook(*content, blob_folder);
  if (theirs) {
    now.is = FileIs::changed;
    now.theirs = std::move(*theirs);
  } else if (theirs.error().code == ErrorCode::invalid ||
             theirs.error().code == ErrorCode::unsupported) {
    now.is = FileIs::unreadable;
    now.bytes = std::move(content->bytes);
  } else {
    return std::unexpected(theirs.error());
  }
  return now;
}

Result<std::string> keep_unreadable(const drive::Drive& drive, const std::string& path,
                                    const std::string& bytes) {
  const std::string stem = fmt::format("{}/{} (unreadable, {:%Y-%m-%d %H.%M.%S})", folder_of(path),
                                       title_of(path), fmt::localtime(std::time(nullptr)));
  for (int i = 0;; ++i) {
    const std::string kept = stem + (i == 0 ? "" : " (" + std::to_string(i) + ")") + ".txt";
    const auto made = drive.create(kept, bytes);
    if (made) return kept.substr(kept.rfind('/') + 1);
    if (made.error().code != ErrorCode::conflict || i == 100) return std::unexpected(made.error());
  }
}

std::string usable_title(std::string title) {
  if (const size_t back = title.rfind('\\'); back != std::string::npos) title.erase(0, back + 1);
  if (!drive::check_name(title + ".ipynb")) title = "Uploaded notebook";
  return title;
}

Result<std::string> revision_name(std::string name) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  while (name.starts_with(' ')) name.erase(0, 1);
  while (name.ends_with(' ')) name.pop_back();
  if (name.size() > kMaxRevisionName)
    return failure(ErrorCode::invalid, "This name for a revision is too long.");
  if (find_invalid_utf8(name) || std::ranges::any_of(name, is_control))
    return failure(ErrorCode::invalid, "This is no name for a revision: it is one line of text.");
  return name;
}

}  // namespace colibri::notebooks
