#pragma once
// Which notebooks may mount a person's Drive without asking again: what the person has said, for
// good in the store, or for one runtime in memory.
#include <map>
#include <memory>
#include <string>

#include "async/task.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "store/store.hpp"

namespace colibri::mounts {

class DriveConsents {
 public:
  // `store` must outlive this.
  explicit DriveConsents(store::Store& store) : store_(store) {}

  Task<Result<bool>> remembered(UserId user, NotebookId notebook);
  // not_found: there is no such notebook.
  Task<Result<>> remember(UserId user, NotebookId notebook, int64_t now_ms);
  Task<Result<>> forget(UserId user, NotebookId notebook);

  // For as long as this runtime lives. `others`: others could use it, which the person knew.
  void allow(const RuntimeId& runtime, std::weak_ptr<const void> life, bool others);
  // Whether that was said, and still holds now that `others` can use the runtime.
  [[nodiscard]] bool allowed(const RuntimeId& runtime, bool others) const;
  void disallow(const RuntimeId& runtime);

 private:
  struct Allowed {
    std::weak_ptr<const void> life;
    bool others = false;
  };

  store::Store& store_;
  std::map<RuntimeId, Allowed> allowed_;
};

}  // namespace colibri::mounts
