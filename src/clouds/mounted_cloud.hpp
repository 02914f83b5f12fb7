#pragma once
// A cloud while it is in use: colibri-cloud, which keeps it mounted in a mount namespace of its
// own, and its files as a Drive. It ends with the last who holds it. On the reactor thread.
#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "async/blocking_pool.hpp"
#include "async/event.hpp"
#include "base/json.hpp"
#include "clouds/cloud_rows.hpp"
#include "drive/drive.hpp"

namespace colibri::clouds {

namespace asio = boost::asio;

// How a cloud is reached.
struct Reach {
  bool everything = false;                 // Also this host and private networks.
  std::vector<std::string> network_allow;  // Private networks that may be reached.
};

struct MountSpec {
  std::string program;  // colibri-cloud
  std::string folder;   // Of this cloud in the data folder; made when it is missing.
  Reach reach;
  uint64_t cache_bytes = 0;
};

// Below the Drive's root.
inline constexpr std::string_view kTop = "cloud";

class MountedCloud : public std::enable_shared_from_this<MountedCloud> {
 public:
  // Looks whether the cloud answers, within a minute, and mounts it. `pool` must outlive this.
  //
  // unavailable, timeout  it does not; the sentence says why, and tells no secret
  // unsupported           this host can't
  static Task<Result<std::shared_ptr<MountedCloud>>> start(async::BlockingPool& pool,
                                                           MountSpec spec, const Kind& kind,
                                                           Cloud cloud);
  ~MountedCloud();
  MountedCloud(const MountedCloud&) = delete;
  MountedCloud& operator=(const MountedCloud&) = delete;

  [[nodiscard]] bool alive() const;
  // The process in whose mount namespace it is, and where there.
  [[nodiscard]] pid_t process() const;
  [[nodiscard]] std::string folder() const;
  // Paths in it begin with kTop.
  [[nodiscard]] const std::shared_ptr<const drive::Drive>& drive() const { return drive_; }
  [[nodiscard]] async::BlockingPool& pool() { return pool_; }

  // Calls `work` on the pool. When it takes longer than `limit` the mount is ended, which wakes it.
  //
  // too_many     others wait for this cloud already
  // timeout      it took too long
  // unavailable  the cloud cannot be reached any more, or says no
  template <class F>
  Task<std::invoke_result_t<F&>> run(async::Duration limit, F work);

  // Writes the file anew from what can be read there, and waits until the cloud has it. It has its
  // name when it is whole.
  Task<Result<>> put(std::string path, int from, int64_t bytes, bool replaces);

  // Ends it now; it is over when the process is reaped. True within `limit`.
  Task<bool> end(async::Duration limit);

 private:
  struct Process;
  struct Busy;

  MountedCloud(async::BlockingPool& pool, std::shared_ptr<Process> process)
      : pool_(pool), process_(std::move(process)) {}

  void break_off();
  // The folder that it is mounted in, for us.
  [[nodiscard]] std::string place() const;
  [[nodiscard]] Result<> too_busy() const;
  [[nodiscard]] Error too_late() const;
  // The same for a person: as their paths are, and with what rclone says.
  [[nodiscard]] Error in_words(Error error) const;
  Task<Result<>> await_upload(std::string path, int64_t bytes);

  async::BlockingPool& pool_;
  std::shared_ptr<Process> process_;
  std::shared_ptr<const drive::Drive> drive_;
  std::string name_;
  std::string folder_;  // In the data folder.
  std::string top_;     // Of the cloud.
  int busy_ = 0;
};

struct MountedCloud::Busy {
  explicit Busy(int& count) : count_(count) { ++count_; }
  ~Busy() { --count_; }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;
  int& count_;
};

template <class F>
Task<std::invoke_result_t<F&>> MountedCloud::run(async::Duration limit, F work) {
  const auto self = shared_from_this();
  if (auto free = too_busy(); !free) co_return std::unexpected(free.error());
  const Busy busy(busy_);
  const auto late = std::make_shared<bool>(false);
  asio::steady_timer timer(co_await asio::this_coro::executor, limit);
  timer.async_wait([late, self](boost::system::error_code error) {
    if (error) return;
    *late = true;
    self->break_off();
  });
  auto result = co_await pool_.run(std::move(work));
  timer.cancel();
  if (*late) co_return std::unexpected(too_late());
  if (!result) co_return std::unexpected(in_words(result.error()));
  co_return result;
}

}  // namespace colibri::clouds
