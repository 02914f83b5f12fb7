#pragma once
// Who has access to a notebook, and changing it. The owner and, unless the owner says otherwise,
// editors share; nobody gives more than editing. A change reaches open pages before the call
// returns. Addresses are in lower case, as accounts keep them. On the reactor thread.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "notebooks/notebooks.hpp"

namespace colibri::notebooks {

struct Access {
  struct Entry {
    Person person;
    document::Role role = document::Role::viewer;
  };
  struct Invitation {
    std::string email;
    document::Role role = document::Role::viewer;
  };
  std::string title;
  Person owner;
  std::vector<Entry> people;  // By address.
  std::vector<Invitation> invitations;
  std::optional<document::Role> link_role;  // Of every signed-in user with the address.
  bool editors_share = true;
  document::Role role = document::Role::viewer;  // Of the user who asks,
  bool may_share = false;                        // and whether that user may change it.
};

struct Grant {
  std::string email;
  document::Role role = document::Role::viewer;
};

// What became of one.
struct Granted {
  std::string email;
  document::Role role = document::Role::viewer;  // `owner` when it is the owner's address.
  bool has_account = false;                      // False: an invitation waits for the account.
};

class Sharing {
 public:
  // `notebooks` must outlive this.
  explicit Sharing(const Notebooks& notebooks) : part_(notebooks.part_) {}

  static constexpr size_t kMostGrants = 50;   // In one call.
  static constexpr size_t kMostPeople = 500;  // With access to one notebook, invitations too.

  // All of these are not_found for a notebook that `by` has no role on, and denied where that role
  // does not allow it.

  // All who have access; to those below editor only the owner and themselves.
  Task<Result<Access>> access(UserId by, NotebookId id);

  // Gives each address a role up to editor, in place of the one it has. All or nothing.
  //
  // too_large  over one of the limits
  // conflict   it is a playground
  Task<Result<std::vector<Granted>>> grant(UserId by, NotebookId id, std::vector<Grant> grants);

  // Takes an address's role or invitation. Anybody may give up their own. not_found without one.
  Task<Result<>> revoke(UserId by, NotebookId id, std::string email);

  // The person whose address this is, for a mail about the notebook: not_found unless they have
  // shown that it is theirs, may sign in, and have a role.
  Task<Result<Person>> reader_at(NotebookId id, std::string email);

  struct Change {
    std::optional<std::optional<document::Role>> link_role;
    std::optional<bool> editors_share;  // Only the owner's to say.
  };
  Task<Result<>> change(UserId by, NotebookId id, Change change);

  // Makes somebody with an account the owner, and the owner an editor. The file moves into the
  // new owner's Drive; the id, the open document and its runtimes stay.
  Task<Result<>> transfer(UserId by, NotebookId id, std::string email);

 private:
  std::shared_ptr<Notebooks::Part> part_;
};

}  // namespace colibri::notebooks
