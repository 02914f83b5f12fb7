#pragma once
// How a notebook becomes an open document: from its log, or from its file. Internal to this module.
#include <memory>

#include "notebooks/document_state.hpp"

namespace colibri::notebooks {

// From the log when there is one; from the file when it was never opened, or was changed from
// outside while the log holds nothing that the file lacked.
Task<Result<DocumentActor::State::Opened>> load_document(World& world, NotebookId id,
                                                         std::string path,
                                                         std::shared_ptr<const drive::Drive> drive);

}  // namespace colibri::notebooks
