// A second kernel, started and connected, that waits for a restart: then it takes the first one's
// place at once. It has run nothing, and is given up when a new one could be another: a package was
// installed, or its specification or environment has changed.
#include <algorithm>
#include <ctime>

#include "async/timer.hpp"
#include "base/log.hpp"
#include "jupyter/requests.hpp"
#include "supervisor/rooted_folders.hpp"
#include "supervisor/supervisor.hpp"

namespace colibri::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr auto kIdleBefore = 5s;
constexpr auto kAfterChange = 2s;
constexpr auto kAfterPressure = 300s;
constexpr uint64_t kLeastMemory = uint64_t{1} << 30;
constexpr double kPressure = 0.8;  // Of the memory: the person's programs come first.
constexpr size_t kMostFolders = 100;
// Besides sys.path: what IPython runs at its start. (The folder above it changes with each cell,
// for the history.)
constexpr const char* kStartup = "/root/.ipython/profile_default/startup";
constexpr const char* kAskFolders = "'\\n'.join(__import__('sys').path)";

// File systems date by this clock, which is a little behind.
int64_t file_clock_ns() {
  timespec now = {};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return now.tv_sec * int64_t{1'000'000'000} + now.tv_nsec;
}

// Where modules lie that a kernel may have taken in at its start: not those of the person's own
// folder, of which it has none yet.
std::vector<std::string> folders_in(const json::Object& content) {
  const json::Object* expressions = json::object_at(content, "user_expressions");
  const json::Object* path = expressions ? json::object_at(*expressions, "path") : nullptr;
  const json::Object* data = path ? json::object_at(*path, "data") : nullptr;
  std::string text = data ? json::string_at(*data, "text/plain").value_or("") : "";
  std::vector<std::string> folders{kStartup};
  // The text is Python's own way to write a string: 'a\nb'.
  if (text.size() < 2) return folders;
  text = text.substr(1, text.size() - 2);
  for (size_t start = 0; start <= text.size() && folders.size() < kMostFolders;) {
    const size_t end = std::min(text.find("\\n", start), text.size());
    const std::string folder = text.substr(start, end - start);
    if (folder.starts_with('/') && !folder.starts_with("/content")) folders.push_back(folder);
    start = end + 2;
  }
  return folders;
}

}  // namespace

bool Supervisor::may_have_spare() const {
  return config_.spare_kernel && !config_.pooled && !ending_ && kernel_ready() && kernel_used_ &&
         kernel_->language() == "python" &&
         (config_.memory_bytes == 0 || config_.memory_bytes >= kLeastMemory);
}

void Supervisor::tend_spare(async::Clock::time_point now) {
  const bool idle = may_have_spare() && !executions_.running();
  if (!idle || idle_since_ == async::Clock::time_point{}) idle_since_ = now;
  if (spare_) {
    const uint64_t limit = memory_limit_;
    const bool pressed = limit > 0 && memory_used_ > static_cast<uint64_t>(kPressure * limit);
    if (pressed) drop_spare(kAfterPressure);
    return;
  }
  if (!idle || now < spare_from_ || now - idle_since_ < kIdleBefore) return;
  auto made = plan(kernel_->plan().slot == 0 ? 1 : 0);
  if (!made) return drop_spare(kAfterPressure);
  made->log_path += ".spare";
  spare_.emplace(Spare{.started_ns = file_clock_ns()});
  spare_->kernel = make_kernel(std::move(*made));
  spare_->kernel->start();
}

void Supervisor::on_spare_ready() {
  json::Object request = jupyter::silent_request("");
  request.set("user_expressions", json::Object{{"path", kAskFolders}});
  auto id = spare_->kernel->request(jupyter::Channel::shell, "execute_request", std::move(request));
  if (!id) return drop_spare(kAfterChange);
  spare_->question = *std::move(id);
}

void Supervisor::on_spare_message(jupyter::Channel channel, const jupyter::Message& message) {
  if (channel != jupyter::Channel::shell || spare_->known ||
      message.parent_id() != spare_->question)
    return;
  spare_->folders = folders_in(message.content);
  spare_->changed_ns = changes(spare_->folders);
  spare_->known = true;
  const bool changed = std::ranges::any_of(spare_->changed_ns, [this](const auto& changed_ns) {
    return changed_ns && *changed_ns >= spare_->started_ns;
  });
  if (changed) return drop_spare(kAfterChange);
  log::info("a spare kernel waits for a restart; {} folders may tell of a change",
            spare_->folders.size());
}

std::vector<std::optional<int64_t>> Supervisor::changes(
    const std::vector<std::string>& folders) const {
  const RootedFolders root(sandbox_->host_path("/"));
  std::vector<std::optional<int64_t>> all;
  for (const std::string& folder : folders) all.push_back(root.changed_ns(folder));
  return all;
}

void Supervisor::drop_spare(async::Duration pause) {
  spare_from_ = async::Clock::now() + pause;
  if (!spare_) return;
  // Its callbacks may be what calls us.
  const auto kernel = std::exchange(spare_->kernel, nullptr);
  spare_.reset();
  kernel->discard();
}

std::shared_ptr<Kernel> Supervisor::take_spare(const Kernel::Plan& plan) {
  if (!spare_) return nullptr;
  const Kernel::Plan& its = spare_->kernel->plan();
  const bool same = spare_->known && spare_->kernel->ready() && its.argv == plan.argv &&
                    its.env == plan.env && changes(spare_->folders) == spare_->changed_ns;
  if (!same) {
    log::info("the spare kernel is not as a new one would be");
    drop_spare({});
    return nullptr;
  }
  log::info("the spare kernel takes over");
  auto kernel = std::move(spare_->kernel);
  spare_.reset();
  return kernel;
}

}  // namespace colibri::supervisor
