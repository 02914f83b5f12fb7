#include "supervisor/file_workers.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include "async/spawn.hpp"
#include "base/log.hpp"
#include "supervisor/file_worker.hpp"

namespace colibri::supervisor {

struct FileWorkers::State {
  link::SupervisorConfig config;
  Sandbox& sandbox;
  std::set<std::shared_ptr<Child>> children;

  Result<Child> start(const std::string& token);
};

FileWorkers::FileWorkers(asio::any_io_executor executor, const link::SupervisorConfig& config,
                         Sandbox& sandbox)
    : executor_(std::move(executor)), state_(std::make_shared<State>(config, sandbox)) {}

FileWorkers::~FileWorkers() {
  for (const auto& child : state_->children) child->end();
}

Result<Child> FileWorkers::State::start(const std::string& token) {
  const FilePlace place = sandbox.file_place();
  if (place.container < 0 && place.content.empty())
    return failure(ErrorCode::unavailable, "there is no sandbox");
  const FileWork work{.link = config.link,
                      .link_certificate = config.link_certificate,
                      .runtime = config.runtime,
                      .token = token,
                      .content = place.content};
  // Not in an argument list: it holds a token.
  const std::string text = json::serialize(to_json(work));
  const Descriptor told(::memfd_create("files", MFD_CLOEXEC));
  if (!told || ::write(told.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return errno_failure("telling colibri-files what to do", errno);
  LaunchSpec spec{.argv = {program_beside_us("colibri-files"), "serve"},
                  .descriptors = {{told.get(), FileWork::kDescriptor}},
                  .dies_with_us = true};
  if (place.container >= 0) spec.descriptors.emplace_back(place.container, FileWork::kContainer);
  return launch(spec);
}

void FileWorkers::on(const link::FilesWanted& message) {
  if (state_->children.size() >= kMost) return log::warn("too many files lines are wanted");
  auto started = state_->start(message.token);
  if (!started) return log::warn("the runtime's files: {}", started.error().detail);
  const auto child = std::make_shared<Child>(*std::move(started));
  state_->children.insert(child);
  async::spawn(executor_, attend(state_, child), "attending a files line");
}

Task<void> FileWorkers::attend(std::shared_ptr<State> state, std::shared_ptr<Child> child) {
  while (child->running()) {
    const auto ended = co_await child->wait(std::chrono::hours(1));
    if (!ended && ended.error().code != ErrorCode::timeout) break;
  }
  state->children.erase(child);
}

}  // namespace colibri::supervisor
