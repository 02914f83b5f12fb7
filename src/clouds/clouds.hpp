#pragma once
// Other clouds of people, by rclone: which they have connected, and each of them as a folder while
// it is in use. On the reactor thread.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/lock.hpp"
#include "clouds/cloud_rows.hpp"
#include "clouds/mounted_cloud.hpp"

namespace colibri::clouds {

struct Settings {
  std::string program;  // colibri-cloud
  std::string folder;   // What clouds need on the disk is below it.
  Reach reach;
  async::Duration idle = std::chrono::minutes(10);  // After so long a mount ends.
  uint64_t cache_bytes = 2ull << 30;                // Of one cloud.
};

struct CloudWish {
  std::string name;
  std::string kind;
  std::string folder;
  json::Object options;
};

// What is not given stays.
struct CloudChange {
  std::optional<std::string> name;
  std::optional<std::string> folder;
  const json::Object* options = nullptr;
};

// A cloud for its person to look at: without what is secret.
struct CloudView {
  Cloud cloud;
  std::vector<std::string> secrets;  // Names of those that are kept.
};

class Clouds {
 public:
  using Mounted = std::shared_ptr<MountedCloud>;

  // `store` must outlive this.
  Clouds(asio::any_io_executor reactor, store::Store& store, secrets::Key key, Settings settings);
  Clouds(const Clouds&) = delete;

  // unsupported: this server has no rclone.
  Task<Result<std::vector<Kind>>> kinds();

  Task<Result<std::vector<Cloud>>> list(UserId user);
  Task<Result<CloudView>> find(UserId user, std::string id);
  // Looks whether it answers first. Errors also as MountedCloud::start().
  //
  // invalid   name, kind, folder or options
  // conflict  there is one of this name, or too many
  Task<Result<Cloud>> connect(UserId user, CloudWish wish);
  Task<Result<>> change(UserId user, std::string id, CloudChange change);
  Task<Result<>> disconnect(UserId user, std::string id);

  // Mounted, now if it was not. not_found; errors as MountedCloud::start().
  Task<Result<Mounted>> open(UserId user, std::string name);
  // All of a person that answer within the limit, by name; what is wrong with the others goes to
  // `problems`.
  Task<std::map<std::string, Mounted>> open_all(UserId user, async::Duration limit,
                                                std::vector<std::string>& problems);

  // Ends mounts that nobody uses, until stop(). Once.
  void start();
  // Ends all.
  Task<void> stop();

 private:
  struct Slot {
    async::Lock lock;
    Mounted mounted;
    async::Clock::time_point used;
  };

  [[nodiscard]] std::string folder_of(const std::string& id) const;
  [[nodiscard]] MountSpec spec_for(const std::string& id) const;
  Task<Result<Kind>> kind_named(std::string name);
  // Passwords that were sent, as rclone takes them.
  Task<Result<Options>> obscure(Kind kind, Options options, json::Object sent);
  Task<Result<Mounted>> mount(std::shared_ptr<Slot> slot, Cloud cloud);
  Task<void> forget(std::string id);
  Task<void> sweep();
  Task<void> remove_strangers();
  void end_idle();

  asio::any_io_executor reactor_;
  CloudRows rows_;
  Settings settings_;
  async::BlockingPool pool_;
  std::vector<Kind> kinds_;
  std::map<std::string, std::shared_ptr<Slot>> slots_;  // By the cloud's id.
  std::shared_ptr<async::Event> stopped_ = std::make_shared<async::Event>();
};

}  // namespace colibri::clouds
