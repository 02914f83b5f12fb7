#include "supervisor/file_worker.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <cstdlib>

#include "async/spawn.hpp"
#include "link/fields.hpp"
#include "supervisor/file_service.hpp"
#include "supervisor/server_dial.hpp"

namespace colibri::supervisor {
namespace {

constexpr size_t kMostConfigBytes = 64u << 10;

Result<FileWork> read_work() {
  std::string text(kMostConfigBytes, '\0');
  const ssize_t bytes = ::pread(FileWork::kDescriptor, text.data(), text.size(), 0);
  if (bytes <= 0) return errno_failure("what is to be done", errno);
  text.resize(static_cast<size_t>(bytes));
  ::close(FileWork::kDescriptor);
  const auto object = json::parse_object(text);
  if (!object) return std::unexpected(object.error());
  return file_work_from_json(*object);
}

Task<void> dial(asio::io_context& reactor, const FileWork& work,
                std::optional<Result<channel::Stream>>& out) {
  auto dialling = dial_server(reactor.get_executor(), work.link, work.link_certificate);
  out = co_await std::move(dialling);
}

// Root there; and nothing that root does not need for files.
Result<> enter_container() {
  const pid_t supervisor = ::getppid();
  if (::setns(FileWork::kContainer, CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET) != 0)
    return errno_failure("entering the container", errno);
  ::close(FileWork::kContainer);
  if (::setresgid(0, 0, 0) != 0 || ::setresuid(0, 0, 0) != 0)
    return errno_failure("becoming the container's root", errno);
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct sets[2] = {};
  for (const int each : {CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER, CAP_FSETID})
    sets[0].effective |= 1u << each;
  sets[0].permitted = sets[0].effective;
  if (::syscall(SYS_capset, &header, sets) != 0)
    return errno_failure("letting go of capabilities", errno);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  // It holds the container's mounts: it must not outlive the supervisor. Other users forget this.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != supervisor) return failure(ErrorCode::unavailable, "the supervisor is gone");
  return {};
}

Result<FileRoot> open_root(const FileWork& work) {
  constexpr int kFlags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  Descriptor content;
  if (work.content.empty()) {
    if (auto entered = enter_container(); !entered) return std::unexpected(entered.error());
  } else {
    content.reset(::open(work.content.c_str(), kFlags));
    if (!content) return errno_failure("opening " + work.content, errno);
  }
  Descriptor root(::open("/", kFlags));
  if (!root || ::chdir("/") != 0) return errno_failure("opening the container's root", errno);
  ::umask(022);
  return FileRoot(std::move(root), std::move(content));
}

}  // namespace

json::Object to_json(const FileWork& work) {
  return {{"link", work.link},
          {"link_certificate", work.link_certificate},
          {"runtime", work.runtime.value},
          {"token", work.token},
          {"content", work.content}};
}

Result<FileWork> file_work_from_json(const json::Object& object) {
  link::Fields fields(object, "the work of colibri-files");
  FileWork work{.link = fields.text("link"),
                .link_certificate = fields.text("link_certificate"),
                .runtime = {fields.text("runtime")},
                .token = fields.text("token"),
                .content = fields.text("content")};
  if (!fields.ok()) return fields.error();
  return work;
}

Result<> serve_files() {
  ::prctl(PR_SET_DUMPABLE, 0);
  const auto work = read_work();
  if (!work) return std::unexpected(work.error());
  asio::io_context reactor(1);
  std::optional<Result<channel::Stream>> stream;
  async::spawn(reactor.get_executor(), dial(reactor, *work, stream), "dialling the server");
  reactor.run();
  if (!stream) return failure(ErrorCode::unavailable, "the server cannot be dialled");
  if (!*stream) return std::unexpected(stream->error());
  auto root = open_root(*work);
  if (!root) return std::unexpected(root.error());
  FileService service(**std::move(stream), *std::move(root));
  if (service.greet({work->runtime, work->token})) service.serve();
  return {};
}

}  // namespace colibri::supervisor
