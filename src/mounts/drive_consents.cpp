#include "mounts/drive_consents.hpp"

#include <soci/soci.h>

namespace colibri::mounts {

Task<Result<bool>> DriveConsents::remembered(UserId user, NotebookId notebook) {
  store::Work<bool> work = [user, notebook](soci::session& sql) -> Result<bool> {
    long long count = 0;
    sql << "SELECT count(*) FROM drive_consents WHERE user_id = :user AND notebook_id = :notebook",
        soci::use(user.value), soci::use(notebook.value), soci::into(count);
    return count > 0;
  };
  co_return co_await store_.read<bool>(std::move(work));
}

Task<Result<>> DriveConsents::remember(UserId user, NotebookId notebook, int64_t now_ms) {
  store::Work<> work = [user, notebook, now_ms](soci::session& sql) -> Result<> {
    long long notebooks = 0;
    sql << "SELECT count(*) FROM notebooks WHERE id = :id", soci::use(notebook.value),
        soci::into(notebooks);
    if (notebooks == 0) return failure(ErrorCode::not_found, "There is no such notebook.");
    sql << "DELETE FROM drive_consents WHERE user_id = :user AND notebook_id = :notebook",
        soci::use(user.value), soci::use(notebook.value);
    sql << "INSERT INTO drive_consents (user_id, notebook_id, given_ms) VALUES (:user, :notebook, "
           ":now)",
        soci::use(user.value), soci::use(notebook.value), soci::use(now_ms);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<>> DriveConsents::forget(UserId user, NotebookId notebook) {
  store::Work<> work = [user, notebook](soci::session& sql) -> Result<> {
    sql << "DELETE FROM drive_consents WHERE user_id = :user AND notebook_id = :notebook",
        soci::use(user.value), soci::use(notebook.value);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

void DriveConsents::allow(const RuntimeId& runtime, std::weak_ptr<const void> life, bool others) {
  std::erase_if(allowed_, [](const auto& entry) { return entry.second.life.expired(); });
  allowed_[runtime] = {std::move(life), others};
}

bool DriveConsents::allowed(const RuntimeId& runtime, bool others) const {
  const auto found = allowed_.find(runtime);
  return found != allowed_.end() && (!others || found->second.others);
}

void DriveConsents::disallow(const RuntimeId& runtime) {
  allowed_.erase(runtime);
}

}  // namespace colibri::mounts
