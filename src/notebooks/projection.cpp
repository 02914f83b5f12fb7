#include "notebooks/projection.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

#include "base/random.hpp"
#include "base/sha256.hpp"
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
  auto content = drive.read(path);
  if (!content) return std::unexpected(content.error());
  auto read = nbformat::read(content->bytes, [] { return random_id("c"); });
  if (!read) return std::unexpected(read.error());
  FromFile out{std::move(read->notebook), std::move(read->notes), {}, {}};
  out.file = {sha256_hex(content->bytes), content->stamp};
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

nbformat::Notebook to_notebook(const document::Document& document) {
  return {document.cells(), document.metadata(), document.nbformat_minor(), document.extra()};
}

Result<std::string> to_bytes(const nbformat::Notebook& notebook, const std::string& blob_folder) {
  return nbformat::write(notebook,
                         [&](const std::string& sha256) { return load_blob(blob_folder, sha256); });
}

Result<bool> changed_outside(const drive::Drive& drive, const std::string& path,
                             const FileMark& last) {
  const auto stamp = drive.stat(path);
  if (!stamp) return std::unexpected(stamp.error());
  if (!*stamp) return true;
  if (**stamp == last.stamp) return false;
  const auto content = drive.read(path);
  if (!content) return std::unexpected(content.error());
  return sha256_hex(content->bytes) != last.sha256;
}

Result<std::string> keep_beside(const drive::Drive& drive, const std::string& path) {
  const auto content = drive.read(path);
  if (!content) return std::unexpected(content.error());
  const std::string stem = fmt::format("{} (changed outside, {:%Y-%m-%d %H.%M})", title_of(path),
                                       fmt::localtime(std::time(nullptr)));
  return drive.create_beside(folder_of(path), stem, content->bytes);
}

Result<Written> write_notebook(const drive::Drive& drive, const std::string& path,
                               const nbformat::Notebook& notebook, const FileMark& last,
                               const std::string& blob_folder) {
  auto bytes = to_bytes(notebook, blob_folder);
  if (!bytes) return std::unexpected(bytes.error());
  Written written{{sha256_hex(*bytes), {}}, {}};
  const auto stamp = drive.stat(path);
  if (!stamp) return std::unexpected(stamp.error());
  if (*stamp) {
    if (**stamp == last.stamp && written.file.sha256 == last.sha256) {
      written.file.stamp = last.stamp;
      return written;
    }
    const auto changed = changed_outside(drive, path, last);
    if (!changed) return std::unexpected(changed.error());
    if (*changed) {
      auto kept = keep_beside(drive, path);
      if (!kept) return std::unexpected(kept.error());
      written.kept_beside = std::move(*kept);
    }
  }
  const auto now = drive.write(path, *bytes);
  if (!now) return std::unexpected(now.error());
  written.file.stamp = *now;
  return written;
}

}  // namespace colibri::notebooks
