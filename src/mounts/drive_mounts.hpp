#pragma once
// The Drive of a runtime's person, mounted in that runtime with that person's leave
// (docs/protocol.md 3.4 and 8.1): for programs that ask for it, and for the person at their page.
// On the reactor thread.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "async/timer.hpp"
#include "clouds/clouds.hpp"
#include "mounts/drive_consents.hpp"
#include "notebooks/folders.hpp"
#include "notebooks/uploads.hpp"
#include "runtimes/runtimes.hpp"

namespace colibri::mounts {

struct MountWish {
  std::string mountpoint;
  bool readonly = false;
  bool force = false;  // Anew, when it is there already.
};

struct MountOutcome {
  std::string mountpoint;  // As programs in the runtime name it.
  bool already = false;
  bool full = false;               // The Drive holds more than its quota.
  std::vector<std::string> notes;  // What else the person should know: which cloud is not there.
};

class DriveMounts {
 public:
  // Whether runtimes are on this host, so that clouds can be mounted in them.
  enum class Runtimes { here, elsewhere };

  // All that is given must outlive this.
  DriveMounts(store::Store& store, const notebooks::Notebooks& notebooks, clouds::Clouds& clouds,
              Runtimes where)
      : consents_(store),
        folders_(notebooks),
        uploads_(notebooks),
        clouds_(clouds),
        where_(where) {}

  [[nodiscard]] DriveConsents& consents() { return consents_; }

  // Mounts the Drive of the runtime's person; whoever calls has made sure of their leave.
  //
  // invalid      the mount point
  // unsupported  this kind of runtime can't, and the sentence says why
  // unavailable  the runtime cannot be reached
  Task<Result<MountOutcome>> mount(std::shared_ptr<runtimes::Runtime> runtime, MountWish wish);
  // Takes it away, or with an empty mount point all of them; where it was. Programs need not ask
  // before they mount it again: for that there is DriveConsents::disallow().
  Task<Result<std::vector<std::string>>> unmount(std::shared_ptr<runtimes::Runtime> runtime,
                                                 std::string mountpoint);

  // `drive.mount` and `drive.unmount` of programs. `self` outlives all runtimes.
  static void answer_asks(runtimes::Runtimes& runtimes, DriveMounts& self);

 private:
  using AskAnswer = Task<link::AskResult>;

  AskAnswer answer(std::shared_ptr<runtimes::Runtime> runtime, link::Ask ask);
  AskAnswer mount_asked(std::shared_ptr<runtimes::Runtime> runtime, link::Ask ask);
  AskAnswer unmount_asked(std::shared_ptr<runtimes::Runtime> runtime, link::Ask ask);
  // Whether the person lets it: by what they have said, or by a page of theirs.
  Task<std::expected<void, link::AskError>> permit(std::shared_ptr<runtimes::Runtime> runtime,
                                                   std::string ask, MountWish wish,
                                                   async::Duration limit);
  Task<bool> is_full(UserId user);
  using Clouds = std::map<std::string, clouds::Clouds::Mounted>;
  Task<Clouds> open_clouds(UserId user, std::vector<std::string>& notes);
  // For as long as it lives the runtime has these.
  void hold(const std::shared_ptr<runtimes::Runtime>& runtime, const Clouds& clouds);

  DriveConsents consents_;
  notebooks::Folders folders_;
  notebooks::Uploads uploads_;
  clouds::Clouds& clouds_;
  Runtimes where_;
  struct Held {
    std::weak_ptr<const void> life;
    Clouds clouds;
  };
  std::map<RuntimeId, Held> held_;
  std::map<RuntimeId, async::Clock::time_point> refused_;
};

}  // namespace colibri::mounts
