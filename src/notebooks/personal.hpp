#pragma once
// What is one person's in all notebooks: to be exported, and to be deleted with the account. On the
// reactor thread.
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "drive/drive.hpp"
#include "notebooks/notebooks.hpp"

namespace colibri::notebooks {

// The name that stands at what people without an account have left in the notebooks of others.
inline constexpr const char* kDeletedUser = "Deleted user";

class Personal {
 public:
  // `notebooks` must outlive this.
  explicit Personal(const Notebooks& notebooks) : part_(notebooks.part_) {}

  // What goes with the account.
  struct Belongings {
    int64_t notebooks = 0;
    int64_t shared = 0;  // Of these: somebody else has access, by name or by the link.
  };
  Task<Result<Belongings>> belongings(UserId user);

  // --- export (personal_export.cpp) ---

  Task<Result<std::shared_ptr<const drive::Drive>>> drive(UserId user);
  // Notebooks whose document may have more than the file: those of the user's that are open, and
  // the user's playgrounds, which have no file.
  struct LiveNotebook {
    NotebookId id;
    std::string path;  // In the Drive; of a playground "Playground/ID/TITLE.ipynb".
    bool playground = false;
  };
  Task<Result<std::vector<LiveNotebook>>> live(UserId user);
  // All of the user's own, and the playgrounds.
  Task<Result<std::vector<LiveNotebook>>> own(UserId user);
  // {"shared_by_me", "shared_with_me", "starred"}
  Task<Result<json::Object>> shares(UserId user);
  // All notebooks that the user has ever opened or been given, or owns.
  Task<Result<std::vector<NotebookId>>> known(UserId user);
  // What the user has written and run in one of them; the title only as long as the user may see
  // it.
  Task<Result<json::Array>> comments(UserId user, NotebookId id);
  Task<Result<json::Array>> executions(UserId user, NotebookId id);

  // --- deletion (personal_removal.cpp) ---

  // Ends the user's runtimes, closes the user's notebooks, takes the user's name out of those of
  // others, and removes the Drive and the outputs that nobody else has. The rows of the user's
  // notebooks stay for whoever removes the account. Can be done again where it stopped.
  Task<Result<>> remove(UserId user);

 private:
  Task<void> end_runtimes(UserId user, std::vector<NotebookId> own);
  void close_own(const std::vector<NotebookId>& own);
  Task<Result<>> forget(UserId user, NotebookId id);
  Task<Result<>> forget_rows(UserId user);
  Task<Result<>> remove_blobs(UserId user);

  std::shared_ptr<Notebooks::Part> part_;
};

}  // namespace colibri::notebooks
