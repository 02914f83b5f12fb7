#pragma once
// `--sandbox none`: plain processes on the host, for a trusted single user who asked for it by
// name. Nothing is limited or hidden; they still end with the supervisor.
#include <unistd.h>

#include <memory>

#include "supervisor/drive_links.hpp"
#include "supervisor/host_meters.hpp"
#include "supervisor/init_channel.hpp"
#include "supervisor/launch.hpp"
#include "supervisor/sandbox.hpp"

namespace colibri::supervisor {

class HostSandbox : public Sandbox {
 public:
  HostSandbox(asio::any_io_executor executor, link::SupervisorConfig config);
  ~HostSandbox() override;

  // Once.
  [[nodiscard]] Result<> start();

  Task<Result<ProcessId>> spawn(SpawnRequest request) override;
  void signal(ProcessId id, int signal, bool group) override;
  Result<Pty> open_terminal() override { return open_pty("/", {}); }
  Result<> set_limits(const Limits& /*limits*/) override { return {}; }
  // Its processes see the host's own.
  Result<> add_devices(oci::Edits /*edits*/) override { return {}; }
  Result<DriveOutcome> mount_drive(const link::DriveMount& wish) override;
  std::vector<std::string> unmount_drive(const std::string& mountpoint) override;
  std::vector<link::MountedDrive> drives() const override { return drives_.list(); }
  Meters meters() override;
  uint64_t oom_kills() override;
  // /content is a folder of the runtime; every other path is the host's own.
  std::string host_path(std::string_view inside) const override;
  FilePlace file_place() const override { return {-1, host_path("/content")}; }
  const KernelDirectory& kernel_directory() const override { return kernel_directory_; }
  UserRange users() const override { return {::geteuid(), 1}; }
  Task<void> stop() override;

 private:
  asio::any_io_executor executor_;
  const link::SupervisorConfig config_;
  const KernelDirectory kernel_directory_;
  std::unique_ptr<InitChannel> channel_;
  Child init_;
  DriveLinks drives_;
  CpuRate cpu_rate_;
  uint64_t oom_kills_before_ = 0;
  bool stopping_ = false;
};

}  // namespace colibri::supervisor
