#pragma once
// The sandbox that is an OCI container, run by crun or runc.
#include <memory>
#include <optional>

#include "async/event.hpp"
#include "supervisor/cgroup.hpp"
#include "supervisor/disk.hpp"
#include "supervisor/drive_mounts.hpp"
#include "supervisor/host_meters.hpp"
#include "supervisor/init_channel.hpp"
#include "supervisor/network.hpp"
#include "supervisor/sandbox.hpp"

namespace colibri::supervisor {

class Container : public Sandbox {
 public:
  Container(asio::any_io_executor executor, link::SupervisorConfig config);
  ~Container() override;

  // Once. After a failure, stop() takes away what was there by then.
  Task<Result<>> start();

  Task<Result<ProcessId>> spawn(SpawnRequest request) override;
  void signal(ProcessId id, int signal, bool group) override;
  Result<Pty> open_terminal() override;
  Result<> set_limits(const Limits& limits) override;
  Result<> add_devices(oci::Edits edits) override;
  Result<DriveOutcome> mount_drive(const link::DriveMount& wish) override;
  std::vector<std::string> unmount_drive(const std::string& mountpoint) override;
  std::vector<link::MountedDrive> drives() const override { return drives_.list(); }
  Meters meters() override;
  uint64_t oom_kills() override;
  std::string host_path(std::string_view inside) const override;
  FilePlace file_place() const override { return {init_pidfd_.get(), ""}; }
  const KernelDirectory& kernel_directory() const override { return kernel_directory_; }
  UserRange users() const override { return {config_.uid_base, config_.uid_count}; }
  Task<void> stop() override;

 private:
  [[nodiscard]] Result<> check() const;
  [[nodiscard]] Result<> claim_users();
  [[nodiscard]] Result<> choose_oci_runtime();
  [[nodiscard]] Result<> begin_disk();
  Task<Result<>> mount_disk();
  [[nodiscard]] Result<> without_disk(const Error& why);
  [[nodiscard]] Result<> prepare_network();
  [[nodiscard]] Result<> prepare_root();
  [[nodiscard]] Result<> write_bundle();
  Task<Result<>> run_oci_runtime();
  [[nodiscard]] Error oci_failure() const;
  void handle_closed();
  Task<void> wait_for_end();

  asio::any_io_executor executor_;
  link::SupervisorConfig config_;  // Fixed once the users are claimed.
  const KernelDirectory kernel_directory_;
  Descriptor users_;  // While it is open, no other runtime of this host takes these users.
  std::string oci_runtime_;
  bool is_crun_ = false;
  std::optional<Disk> disk_;
  std::string files_;  // The folder with content, upper and work: the disk, or runtime_dir.
  Namespaces namespaces_;
  Subnet subnet_;
  std::optional<Slirp> slirp_;
  bool made_cgroup_ = false;  // In part at least.
  std::optional<Cgroup> cgroup_;
  std::unique_ptr<InitChannel> channel_;
  pid_t init_pid_ = 0;  // Not yet reaped.
  Descriptor init_pidfd_;
  oci::Edits edits_;  // For its devices, with the nodes that were made for it.
  DriveMounts drives_;
  CpuRate cpu_rate_;
  async::Event stopped_;
  bool stopping_ = false;
};

}  // namespace colibri::supervisor
