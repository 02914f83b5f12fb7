#pragma once
// A document's file stays where it is, unwritten, as long as this lives. Internal to this module.
#include <memory>
#include <utility>

#include "notebooks/document_state.hpp"

namespace colibri::notebooks {

class FileHold {
 public:
  // The file is held already: DocumentActor::State::hold_file().
  explicit FileHold(std::shared_ptr<DocumentActor::State> state) : state_(std::move(state)) {}
  FileHold(FileHold&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  FileHold& operator=(FileHold&&) = delete;
  ~FileHold() {
    if (state_) state_->release_file();
  }

 private:
  std::shared_ptr<DocumentActor::State> state_;
};

}  // namespace colibri::notebooks
