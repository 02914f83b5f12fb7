#include "notebooks/loading.hpp"

#include <limits>

#include "base/random.hpp"
#include "base/sha256.hpp"
#include "notebooks/blob_files.hpp"

namespace colibri::notebooks {
namespace {

using Opened = DocumentActor::State::Opened;

// Snapshot, then the records behind it.
Result<Opened> replay(const StoredDocument& stored, const document::Limits& limits) {
  const auto snapshot = json::parse_object(stored.snapshot);
  if (!snapshot) return failure(ErrorCode::corrupt, "The stored notebook is damaged.");
  auto document = document::Document::from_snapshot(*snapshot, limits);
  if (!document) return std::unexpected(document.error());
  Opened opened{std::move(*document), {}, stored.file, {}, stored.seq, false};
  for (const auto& [seq, text] : stored.records) {
    if (seq > opened.document.seq()) {
      const auto object = json::parse_object(*text);
      if (!object) return failure(ErrorCode::corrupt, "A stored change is damaged.");
      const auto record = document::record_from_json(*object);
      if (!record) return std::unexpected(record.error());
      if (record->seq != opened.document.seq() + 1)
        return failure(ErrorCode::corrupt, "Stored changes are missing.");
      opened.document.apply(*record);
    }
    opened.tail.emplace_back(seq, text);
  }
  // The writer finds out that nothing is to be written when that is so.
  opened.unsaved = opened.document.seq() > 0;
  return opened;
}

Result<bool> file_has_all_of(const document::Document& document, const FileMark& file,
                             const std::string& blob_folder) {
  const auto bytes = to_bytes(to_notebook(document), blob_folder);
  if (!bytes) return std::unexpected(bytes.error());
  return document.seq() == 0 || sha256_hex(*bytes) == file.sha256;
}

Task<Result<Opened>> load_from_file(World& world, NotebookId id, std::string path,
                                    std::shared_ptr<const drive::Drive> drive) {
  auto work = [drive, path, folder = world.blob_folder()] {
    return read_notebook(*drive, path, folder);
  };
  auto file = co_await world.pool.run(std::move(work));
  if (!file) co_return std::unexpected(file.error());
  document::Document document(random_id("e_"), world.settings.limits);
  document.load(std::move(file->notebook.cells), std::move(file->notebook.metadata),
                file->notebook.minor, std::move(file->notebook.extra));
  Opened opened{std::move(document), {}, file->file, std::move(file->notes), 0, false};
  DocumentLog log(world.store, id);
  const std::string text = json::serialize(opened.document.snapshot(), json::NanAs::python);
  const auto written =
      co_await log.write_snapshot(opened.document.epoch(), 0, text, opened.file,
                                  static_cast<uint64_t>(std::numeric_limits<int64_t>::max()));
  if (!written) co_return std::unexpected(written.error());
  if (!file->blobs.empty()) {
    Batch batch;
    batch.blobs = std::move(file->blobs);
    const auto kept = co_await log.append(std::move(batch));
    if (!kept) co_return std::unexpected(kept.error());
  }
  co_return opened;
}

}  // namespace

Task<Result<Opened>> load_document(World& world, NotebookId id, std::string path,
                                   std::shared_ptr<const drive::Drive> drive) {
  DocumentLog log(world.store, id);
  auto stored = co_await log.load();
  if (!stored) co_return std::unexpected(stored.error());
  if (!*stored) co_return co_await load_from_file(world, id, path, drive);
  auto work = [&stored, &world] { return replay(**stored, world.settings.limits); };

  auto opened = co_await world.pool.run(std::move(work));
  if (!opened) co_return std::unexpected(opened.error());
  auto compare = [&opened, &world, drive, path]() -> Result<bool> {
    const auto there = drive->stat(path);
    if (!there) return std::unexpected(there.error());
    if (!*there) return false;
    const auto changed = changed_outside(*drive, path, opened->file);
    if (!changed || !*changed) return changed;
    return file_has_all_of(opened->document, opened->file, world.blob_folder());
  };
  const auto stale = co_await world.pool.run(std::move(compare));
  if (!stale) co_return std::unexpected(stale.error());
  const bool runs = !world.runtimes.of(id).empty() || !opened->document.queue().empty();
  if (*stale && !runs) co_return co_await load_from_file(world, id, path, drive);
  co_return std::move(*opened);
}

}  // namespace colibri::notebooks
