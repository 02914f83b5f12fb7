#include "notebooks/loading.hpp"

#include <algorithm>
#include <limits>

#include "base/random.hpp"

namespace colibri::notebooks {
namespace {

using Opened = DocumentActor::State::Opened;

Result<document::Document> document_of(const StoredDocument& stored,
                                       const document::Limits& limits) {
  const auto snapshot = json::parse_object(stored.snapshot);
  if (!snapshot) return failure(ErrorCode::corrupt, "The stored notebook is damaged.");
  return document::Document::from_snapshot(*snapshot, limits);
}

Result<document::Record> next_record(const document::Document& document, const std::string& text) {
  const auto object = json::parse_object(text);
  if (!object) return failure(ErrorCode::corrupt, "A stored change is damaged.");
  auto record = document::record_from_json(*object);
  if (record && record->seq != document.seq() + 1)
    return failure(ErrorCode::corrupt, "Stored changes are missing.");
  return record;
}

// Snapshot, then the records behind it.
Result<Opened> replay(const StoredDocument& stored, const document::Limits& limits,
                      std::optional<uint64_t> revised) {
  auto document = document_of(stored, limits);
  if (!document) return std::unexpected(document.error());
  Opened opened{std::move(*document), {}, stored.file, {}, stored.seq, false};
  for (const auto& [seq, text] : stored.records) {
    if (seq > opened.document.seq()) {
      const auto record = next_record(opened.document, *text);
      if (!record) return std::unexpected(record.error());
      opened.document.apply(*record);
      const bool known = std::ranges::find(opened.authors, record->user) != opened.authors.end();
      if (seq > revised.value_or(0) && !record->user.empty() && !known)
        opened.authors.push_back(record->user);
    }
    opened.tail.emplace_back(seq, text);
  }
  opened.next = stored.next;
  opened.revised_seq = revised;
  opened.snapshot_bytes = stored.snapshot.size();
  // The writer finds out that nothing is to be written when that is so.
  opened.unsaved = stored.file.seq != static_cast<int64_t>(opened.document.seq());
  return opened;
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
  opened.file.seq = 0;
  DocumentLog log(world.store, id);
  // First: what the document names and no row tells of would be swept away.
  if (!file->blobs.empty()) {
    Batch batch;
    batch.blobs = std::move(file->blobs);
    const auto kept = co_await log.append(std::move(batch));
    if (!kept) co_return std::unexpected(kept.error());
  }
  auto snapshot = [&opened] {
    const std::string text = json::serialize(opened.document.snapshot(), json::NanAs::python);
    opened.snapshot_bytes = text.size();
    return pack_snapshot(text);
  };
  auto packed = co_await world.pool.run(std::move(snapshot));
  const auto written =
      co_await log.write_snapshot(opened.document.epoch(), 0, std::move(packed), opened.file,
                                  static_cast<uint64_t>(std::numeric_limits<int64_t>::max()));
  if (!written) co_return std::unexpected(written.error());
  co_return opened;
}

}  // namespace

Task<Result<Opened>> load_document(World& world, NotebookId id, std::string path,
                                   std::shared_ptr<const drive::Drive> drive) {
  DocumentLog log(world.store, id);
  auto stored = co_await log.load();
  if (!stored) co_return std::unexpected(stored.error());
  if (!*stored && !drive) co_return failure(ErrorCode::not_found, "There is no such notebook.");
  if (!*stored) co_return co_await load_from_file(world, id, path, drive);
  RevisionRows revisions(world.store, id);
  const auto revised = co_await revisions.newest_seq();
  if (!revised) co_return std::unexpected(revised.error());
  auto work = [&stored, &world, &revised] {
    return replay(**stored, world.settings.limits, *revised);
  };
  co_return co_await world.pool.run(std::move(work));
}

Result<document::Document> document_at(const StoredDocument& stored, uint64_t seq,
                                       const document::Limits& limits) {
  auto document = document_of(stored, limits);
  if (!document) return document;
  if (document->seq() > seq) return failure(ErrorCode::not_found, "The log begins later.");
  for (const auto& [number, text] : stored.records) {
    if (number <= document->seq()) continue;
    if (number > seq) break;
    const auto record = next_record(*document, *text);
    if (!record) return std::unexpected(record.error());
    document->apply(*record);
  }
  if (document->seq() != seq) return failure(ErrorCode::not_found, "The log ends earlier.");
  return document;
}

}  // namespace colibri::notebooks
