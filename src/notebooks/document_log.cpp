#include "notebooks/document_log.hpp"

#include <soci/soci.h>

#include "notebooks/blob_rows.hpp"
#include "notebooks/packing.hpp"

namespace colibri::notebooks {
namespace {

using Loaded = std::optional<StoredDocument>;

Result<Loaded> read_rows(soci::session& sql, const std::string& notebook) {
  StoredDocument out;
  long long seq = 0, size = 0, mtime = 0, inode = 0, file_seq = -1, next_seq = -1;
  soci::indicator found = soci::i_null;
  sql << "SELECT seq, state, file_sha256, file_size, file_mtime_ns, file_inode,"
         " file_seq, file_base, next_sha256, next_seq"
         " FROM document_snapshots WHERE notebook_id = :id",
      soci::use(notebook), soci::into(seq, found), soci::into(out.snapshot),
      soci::into(out.file.sha256), soci::into(size), soci::into(mtime), soci::into(inode),
      soci::into(file_seq), soci::into(out.file.base), soci::into(out.next.sha256),
      soci::into(next_seq);
  if (!sql.got_data()) return Loaded();
  if (!out.snapshot.starts_with('{')) {  // As servers kept it before they packed it.
    auto text = unpack(out.snapshot);
    if (!text) return std::unexpected(text.error());
    out.snapshot = *std::move(text);
  }
  out.seq = static_cast<uint64_t>(seq);
  out.file.stamp = {size, mtime, inode};
  out.file.seq = file_seq;
  out.next.seq = next_seq;
  std::string payload;
  soci::statement rows = (sql.prepare << "SELECT seq, payload FROM document_records"
                                         " WHERE notebook_id = :id ORDER BY seq",
                          soci::use(notebook), soci::into(seq), soci::into(payload));
  rows.execute();
  while (rows.fetch())
    out.records.emplace_back(static_cast<uint64_t>(seq),
                             std::make_shared<const std::string>(payload));
  return Loaded(std::move(out));
}

void write_mark(soci::session& sql, const std::string& notebook, const FileMark& file,
                const FileMark& next) {
  const long long size = file.stamp.size, mtime = file.stamp.mtime_ns, inode = file.stamp.inode,
                  seq = file.seq, next_seq = next.seq;
  sql << "UPDATE document_snapshots SET file_sha256 = :sha256, file_size = :size,"
         " file_mtime_ns = :mtime, file_inode = :inode, file_seq = :seq, file_base = :base,"
         " next_sha256 = :next, next_seq = :next_seq WHERE notebook_id = :id",
      soci::use(file.sha256), soci::use(size), soci::use(mtime), soci::use(inode), soci::use(seq),
      soci::use(file.base), soci::use(next.sha256), soci::use(next_seq), soci::use(notebook);
}

Result<> write_rows(soci::session& sql, const std::string& notebook, const Batch& batch) {
  long long seq = 0;
  std::string payload;
  soci::statement insert =
      (sql.prepare << "INSERT INTO document_records (notebook_id, seq, payload)"
                      " VALUES (:id, :seq, :payload)",
       soci::use(notebook), soci::use(seq), soci::use(payload));
  for (const auto& [number, text] : batch.records) {
    seq = static_cast<long long>(number);
    payload = *text;
    insert.execute(true);
  }
  for (const BlobRow& blob : batch.blobs) {
    const auto bytes = static_cast<long long>(blob.bytes);
    sql << "INSERT INTO notebook_blobs (notebook_id, sha256, bytes, media_type)"
           " VALUES (:id, :sha256, :bytes, :type) ON CONFLICT (notebook_id, sha256) DO NOTHING",
        soci::use(notebook), soci::use(blob.sha256), soci::use(bytes), soci::use(blob.media_type);
  }
  write_executions(sql, notebook, batch.executions);
  for (const RevisionDraft& revision : batch.revisions) insert_revision(sql, notebook, revision);
  if (batch.file) write_mark(sql, notebook, *batch.file, {});
  for (const auto& [runtime, frame] : batch.frames) {
    const auto last = static_cast<long long>(frame);
    sql << "UPDATE leases SET last_frame = :last WHERE id = :id", soci::use(last),
        soci::use(runtime.value);
  }
  return {};
}

}  // namespace

Task<Result<Loaded>> DocumentLog::load() {
  auto work = [id = notebook_.value](soci::session& sql) { return read_rows(sql, id); };
  co_return co_await store_.read<Loaded>(std::move(work));
}

Task<Result<>> DocumentLog::append(Batch batch) {
  auto work = [id = notebook_.value, batch = std::move(batch)](soci::session& sql) -> Result<> {
    return write_rows(sql, id, batch);
  };
  co_return co_await store_.write(std::move(work));
}

PackedSnapshot pack_snapshot(std::string_view text) {
  return {pack(text), blobs_named_in(text)};
}

Task<Result<std::vector<std::string>>> DocumentLog::write_snapshot(std::string epoch, uint64_t seq,
                                                                   PackedSnapshot snapshot,
                                                                   FileMark file,
                                                                   uint64_t keep_after) {
  using Names = std::vector<std::string>;
  auto work = [id = notebook_.value, epoch = std::move(epoch), seq = static_cast<long long>(seq),
               snapshot = std::move(snapshot), file = std::move(file),
               keep = static_cast<long long>(keep_after)](soci::session& sql) -> Result<Names> {
    sql << "INSERT INTO document_snapshots (notebook_id, epoch, seq, state,"
           " file_sha256, file_size, file_mtime_ns) VALUES (:id, :epoch, :seq, :state, '', 0, 0)"
           " ON CONFLICT (notebook_id) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq,"
           " state = excluded.state",
        soci::use(id), soci::use(epoch), soci::use(seq), soci::use(snapshot.text);
    write_mark(sql, id, file, {});
    trim_executions(sql, id);
    sql << "DELETE FROM document_records WHERE notebook_id = :id AND seq <= :keep", soci::use(id),
        soci::use(keep);
    return drop_unused_blobs(sql, id, snapshot.blobs, seq);
  };
  co_return co_await store_.write<Names>(std::move(work));
}

Task<Result<>> DocumentLog::mark_file(FileMark file) {
  FileMark none;
  co_return co_await announce_file(std::move(file), std::move(none));
}

Task<Result<>> DocumentLog::announce_file(FileMark file, FileMark next) {
  auto work = [id = notebook_.value, file = std::move(file),
               next = std::move(next)](soci::session& sql) -> Result<> {
    write_mark(sql, id, file, next);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

}  // namespace colibri::notebooks
