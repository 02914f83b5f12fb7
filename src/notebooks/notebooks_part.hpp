#pragma once
// What Notebooks is made of, shared by all that works on open notebooks, on the reactor thread.
// Internal to this module.
#include <map>
#include <memory>
#include <set>

#include "async/event.hpp"
#include "async/lock.hpp"
#include "notebooks/document_state.hpp"
#include "notebooks/notebook_rows.hpp"
#include "notebooks/notebooks.hpp"
#include "notebooks/world.hpp"

namespace colibri::notebooks {

class Notebooks::Part : public std::enable_shared_from_this<Notebooks::Part> {
 public:
  struct OpenNotebook {
    std::shared_ptr<DocumentActor::State> state;
    std::shared_ptr<DocumentActor> actor;
  };
  using Drive = std::shared_ptr<const drive::Drive>;

  explicit Part(World world) : world(std::move(world)), rows(this->world.store) {}

  Task<Result<Drive>> drive_of(UserId user);
  // Opens a notebook, whoever asks; several who ask at a time share one loading.
  Task<Result<OpenNotebook>> open(NotebookId id);
  // Ends its runtimes, lets its clients go (4404) and writes the file.
  Task<void> close(NotebookId id, std::string reason);
  // The user's notebooks in these files, which are all there are of them, and those of others.
  Task<Result<std::vector<NotebookEntry>>> list(UserId user, std::vector<drive::Entry> files);
  [[nodiscard]] NotebookEntry entry_of(const ListedRow& listed, const drive::Stamp& stamp,
                                       const UserId& user) const;
  // Call after who may do what was changed: all who follow the notebook get their present role, and
  // those without any are let go (4403).
  Task<void> access_changed(NotebookId id);
  // Writes what a new playground holds; takes its row away when that fails. `document` must outlive
  // the task.
  Task<Result<>> fill_playground(NotebookId id, const document::Document& document,
                                 std::vector<BlobRow> blobs);
  // Now and then, until the end.
  static Task<void> clear_playgrounds(std::shared_ptr<Part> self);

  World world;
  NotebookRows rows;
  std::map<UserId, Drive> drives;
  std::map<UserId, std::shared_ptr<async::Lock>> moving;  // One at a time moves files of a user.
  std::map<NotebookId, OpenNotebook> notebooks;
  std::map<NotebookId, std::shared_ptr<async::Event>> opening;
  std::set<UserId> leaving;  // Their accounts are being deleted: nothing of theirs is opened.
  bool stopping = false;
  async::Event stop;            // Set with `stopping`.
  uint64_t access_changes = 0;  // How often who may do what was changed since the start.

 private:
  Task<Result<OpenNotebook>> load(NotebookId id);
  // Whose runtimes work for the document, or did when it was left.
  Task<std::vector<DocumentActor::State::LaneBefore>> lanes_before(
      NotebookId id, const document::Document& document);
  // Lets go of a notebook that nobody has used for a while.
  static Task<void> watch(std::shared_ptr<Part> self, NotebookId id,
                          std::shared_ptr<DocumentActor::State> state);
};

}  // namespace colibri::notebooks
