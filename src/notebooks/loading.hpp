#pragma once
// How a notebook becomes an open document: from its log, or from its file. Internal to this module.
#include <memory>

#include "notebooks/document_state.hpp"

namespace colibri::notebooks {

// From the log when there is one; from the file when it was never opened. Whether the file was
// changed meanwhile is for the open document to find out (State::meet_file). Without a drive,
// from the log alone.
Task<Result<DocumentActor::State::Opened>> load_document(World& world, NotebookId id,
                                                         std::string path,
                                                         std::shared_ptr<const drive::Drive> drive);

// The document as it was at `seq`. not_found when the log does not reach back or on to it.
[[nodiscard]] Result<document::Document> document_at(const StoredDocument& stored, uint64_t seq,
                                                     const document::Limits& limits);

}  // namespace colibri::notebooks
