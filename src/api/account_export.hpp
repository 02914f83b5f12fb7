#pragma once
// Everything of one person as a ZIP archive: the Drive, the notebooks as they are now, and what the
// server knows of the person, without secrets. Internal to this module.
#include <memory>
#include <string>

#include "api/account_api.hpp"
#include "async/blocking_pool.hpp"
#include "net/temporary_file.hpp"
#include "notebooks/personal.hpp"

namespace colibri::api {

class AccountExport {
 public:
  AccountExport(AccountParts& parts, notebooks::Notebooks& notebooks, notebooks::Personal& personal,
                async::BlockingPool& pool, std::string folder, UserId user)
      : parts_(parts),
        notebooks_(notebooks),
        personal_(personal),
        pool_(pool),
        folder_(std::move(folder)),
        user_(std::move(user)) {}

  // On disk and never whole in memory. `io` when the disk is full.
  Task<Result<std::shared_ptr<net::TemporaryFile>>> write();

 private:
  class Archive;

  Task<Result<>> add_live(Archive& archive);
  Task<Result<>> add_drive(Archive& archive);
  Task<Result<>> add_revisions(Archive& archive);
  Task<Result<int64_t>> add_revisions_of(Archive& archive, NotebookId id, std::string path,
                                         int64_t& left);
  Task<Result<>> add_account(Archive& archive);
  // What the lists of the settings show.
  Task<Result<json::Object>> account();
  Task<Result<>> add_list(net::TemporaryFile& file, std::string name, bool comments);

  AccountParts& parts_;
  notebooks::Notebooks& notebooks_;
  notebooks::Personal& personal_;
  async::BlockingPool& pool_;
  std::string folder_;
  UserId user_;
};

}  // namespace colibri::api
