#include "clouds/clouds.hpp"

#include <algorithm>
#include <filesystem>

#include "async/process.hpp"
#include "async/spawn.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/utf.hpp"
#include "engine/find_program.hpp"
#include "engine/sweep.hpp"

namespace colibri::clouds {

namespace fs = std::filesystem;

namespace {

constexpr size_t kThreads = 12;
constexpr auto kSweepEvery = std::chrono::seconds(15);
constexpr auto kEndLimit = std::chrono::seconds(12);
constexpr size_t kMaxNameBytes = 100;
constexpr size_t kMaxFolderBytes = 1000;

std::unexpected<Error> no_rclone() {
  return failure(ErrorCode::unsupported,
                 "This server has no rclone, which other clouds need (apt-get install rclone).");
}

Result<> check_cloud_name(const std::string& name) {
  if (name.size() > kMaxNameBytes)
    return failure(ErrorCode::invalid, "A cloud's name has at most 100 bytes.");
  return drive::check_name(name);
}

// Of the cloud; rclone may mean more by what begins or ends it than a folder.
Result<std::string> clean_folder(std::string folder) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (folder.size() > kMaxFolderBytes || find_invalid_utf8(folder) ||
      std::ranges::any_of(folder, is_control))
    return failure(ErrorCode::invalid,
                   "The folder has at most 1,000 bytes and no control characters.");
  while (folder.ends_with('/')) folder.pop_back();
  for (const auto& part : fs::path(folder))
    if (part == "..") return failure(ErrorCode::invalid, "The folder must have no \"..\" in it.");
  return folder;
}

}  // namespace

Clouds::Clouds(asio::any_io_executor reactor, store::Store& store, secrets::Key key,
               Settings settings)
    : reactor_(std::move(reactor)),
      rows_(store, std::move(key)),
      settings_(std::move(settings)),
      pool_(kThreads) {}

std::string Clouds::folder_of(const std::string& id) const {
  return settings_.folder + "/" + id;
}

MountSpec Clouds::spec_for(const std::string& id) const {
  return {.program = settings_.program,
          .folder = folder_of(id),
          .reach = settings_.reach,
          .cache_bytes = settings_.cache_bytes};
}

Task<Result<std::vector<Kind>>> Clouds::kinds() {
  if (!kinds_.empty()) co_return kinds_;
  if (engine::find_program({"rclone"}).empty()) co_return no_rclone();
  async::ProcessSpec spec;
  spec.argv = {"rclone", "--config", "/dev/null", "config", "providers"};
  const auto outcome = co_await async::run_process(std::move(spec));
  if (!outcome) co_return std::unexpected(outcome.error());
  const auto told = json::parse(outcome->out);
  if (!told) co_return std::unexpected(told.error());
  auto kinds = kinds_of(*told);
  if (kinds) kinds_ = *kinds;
  co_return kinds;
}

Task<Result<Kind>> Clouds::kind_named(std::string name) {
  const auto all = co_await kinds();
  if (!all) co_return std::unexpected(all.error());
  const Kind* kind = find_kind(*all, name);
  if (!kind) co_return failure(ErrorCode::invalid, "There is no such kind of cloud here.");
  co_return *kind;
}

Task<Result<Options>> Clouds::obscure(Kind kind, Options options, json::Object sent) {
  for (const Option& option : kind.options) {
    const auto found = options.find(option.name);
    if (!option.password || found == options.end() || !sent.contains(option.name)) continue;
    async::ProcessSpec spec;
    spec.argv = {"rclone", "--config", "/dev/null", "obscure", "-"};
    spec.input = found->second;
    const auto outcome = co_await async::run_process(std::move(spec));
    if (!outcome) co_return std::unexpected(outcome.error());
    if (!outcome->ok()) co_return failure(ErrorCode::io, "rclone does not take the password.");
    found->second = outcome->out;
    while (found->second.ends_with('\n')) found->second.pop_back();
  }
  co_return options;
}

Task<Result<std::vector<Cloud>>> Clouds::list(UserId user) {
  co_return co_await rows_.list(std::move(user));
}

Task<Result<CloudView>> Clouds::find(UserId user, std::string id) {
  auto cloud = co_await rows_.find(std::move(user), std::move(id));
  if (!cloud) co_return std::unexpected(cloud.error());
  const auto kind = co_await kind_named(cloud->kind);
  if (!kind) co_return std::unexpected(kind.error());
  CloudView view{*cloud, {}};
  view.cloud.options = open_options(*kind, cloud->options);
  for (const auto& [name, value] : cloud->options)
    if (!view.cloud.options.contains(name)) view.secrets.push_back(name);
  co_return view;
}

Task<Result<Cloud>> Clouds::connect(UserId user, CloudWish wish) {
  if (auto good = check_cloud_name(wish.name); !good) co_return std::unexpected(good.error());
  const auto folder = clean_folder(wish.folder);
  if (!folder) co_return std::unexpected(folder.error());
  const auto kind = co_await kind_named(wish.kind);
  if (!kind) co_return std::unexpected(kind.error());
  const auto read = read_options(*kind, wish.options);
  if (!read) co_return std::unexpected(read.error());
  const auto options = co_await obscure(*kind, *read, wish.options);
  if (!options) co_return std::unexpected(options.error());
  Cloud cloud{random_id("cl_"), wish.name, wish.kind, async::now_ms(), *folder, *options};
  const auto others = co_await rows_.list(user);
  if (!others) co_return std::unexpected(others.error());
  if (std::ranges::find(*others, cloud.name, &Cloud::name) != others->end())
    co_return failure(ErrorCode::conflict, "There is a cloud of this name already.");
  const auto slot = std::make_shared<Slot>();
  slots_[cloud.id] = slot;
  const auto mounted = co_await mount(slot, cloud);
  if (mounted) {
    const auto added = co_await rows_.add(user, cloud);
    if (added) co_return cloud;
    co_await forget(cloud.id);
    co_return std::unexpected(added.error());
  }
  co_await forget(cloud.id);
  co_return std::unexpected(mounted.error());
}

Task<Result<>> Clouds::change(UserId user, std::string id, CloudChange change) {
  auto cloud = co_await rows_.find(user, id);
  if (!cloud) co_return std::unexpected(cloud.error());
  if (change.name) {
    if (auto good = check_cloud_name(*change.name); !good) co_return good;
    cloud->name = *change.name;
  }
  const bool elsewhere = change.options || change.folder;
  if (change.folder) {
    const auto folder = clean_folder(*change.folder);
    if (!folder) co_return std::unexpected(folder.error());
    cloud->folder = *folder;
  }
  if (change.options) {
    const json::Object sent = *change.options;
    const auto kind = co_await kind_named(cloud->kind);
    if (!kind) co_return std::unexpected(kind.error());
    const auto read = change_options(*kind, cloud->options, sent);
    if (!read) co_return std::unexpected(read.error());
    const auto options = co_await obscure(*kind, *read, sent);
    if (!options) co_return std::unexpected(options.error());
    cloud->options = *options;
  }
  if (elsewhere) {
    // What was kept of it was kept for the old ones.
    co_await forget(id);
    const auto slot = std::make_shared<Slot>();
    slots_[id] = slot;
    const auto tried = co_await mount(slot, *cloud);
    if (!tried) co_return std::unexpected(tried.error());
  }
  co_return co_await rows_.change(user, *cloud);
}

Task<Result<>> Clouds::disconnect(UserId user, std::string id) {
  const auto removed = co_await rows_.remove(std::move(user), id);
  if (!removed) co_return removed;
  co_await forget(id);
  co_return Result<>();
}

Task<void> Clouds::forget(std::string id) {
  const auto found = slots_.find(id);
  if (found != slots_.end()) {
    const auto slot = found->second;
    slots_.erase(found);
    const auto alone = co_await slot->lock.take();
    if (slot->mounted) co_await slot->mounted->end(kEndLimit);
    slot->mounted.reset();
  }
  auto work = [folder = folder_of(id)] { return engine::remove_tree(folder); };
  const auto removed = co_await pool_.run(std::move(work));
  if (!removed) log::warn("a cloud's cache stays: {}", removed.error().detail);
}

Task<Result<Clouds::Mounted>> Clouds::mount(std::shared_ptr<Slot> slot, Cloud cloud) {
  const auto alone = co_await slot->lock.take();
  slot->used = async::Clock::now();
  if (slot->mounted && slot->mounted->alive()) co_return slot->mounted;
  // Its folder is free when it has ended.
  if (slot->mounted) co_await slot->mounted->end(kEndLimit);
  slot->mounted.reset();
  if (engine::find_program({"rclone"}).empty()) co_return no_rclone();
  const auto kind = co_await kind_named(cloud.kind);
  if (!kind) co_return std::unexpected(kind.error());
  auto started = co_await MountedCloud::start(pool_, spec_for(cloud.id), *kind, cloud);
  if (started) slot->mounted = *started;
  slot->used = async::Clock::now();
  co_return started;
}

Task<Result<Clouds::Mounted>> Clouds::open(UserId user, std::string name) {
  auto cloud = co_await rows_.find_by_name(std::move(user), std::move(name));
  if (!cloud) co_return std::unexpected(cloud.error());
  auto& slot = slots_[cloud->id];
  if (!slot) slot = std::make_shared<Slot>();
  const auto held = slot;
  co_return co_await mount(held, *std::move(cloud));
}

namespace {

struct Opening {
  std::map<std::string, Clouds::Mounted> opened;
  std::map<std::string, std::string> problems;
  size_t waiting = 0;
  async::Event done;
};

Task<void> open_one(Clouds& clouds, std::shared_ptr<Opening> opening, UserId user,
                    std::string name) {
  const auto mounted = co_await clouds.open(std::move(user), name);
  if (mounted) {
    opening->opened[name] = *mounted;
  } else {
    opening->problems[name] = mounted.error().detail;
  }
  if (--opening->waiting == 0) opening->done.set();
}

}  // namespace

Task<std::map<std::string, Clouds::Mounted>> Clouds::open_all(UserId user, async::Duration limit,
                                                              std::vector<std::string>& problems) {
  const auto clouds = co_await list(user);
  const auto opening = std::make_shared<Opening>();
  if (!clouds) problems.push_back(clouds.error().detail);
  if (!clouds || clouds->empty()) co_return opening->opened;
  opening->waiting = clouds->size();
  for (const Cloud& cloud : *clouds)
    async::spawn(reactor_, open_one(*this, opening, user, cloud.name), "opening a cloud");
  (void)co_await opening->done.wait_for(limit);
  for (const Cloud& cloud : *clouds) {
    if (opening->opened.contains(cloud.name)) continue;
    const auto problem = opening->problems.find(cloud.name);
    problems.push_back(problem != opening->problems.end()
                           ? problem->second
                           : "The cloud \"" + cloud.name + "\" does not answer.");
  }
  co_return opening->opened;
}

void Clouds::end_idle() {
  const auto now = async::Clock::now();
  for (auto& [id, slot] : slots_) {
    if (!slot->mounted || slot->lock.is_held()) continue;
    // Somebody else has it: a download, or a runtime.
    if (slot->mounted.use_count() > 1) slot->used = now;
    if (now - slot->used >= settings_.idle || !slot->mounted->alive()) slot->mounted.reset();
  }
}

Task<void> Clouds::remove_strangers() {
  const auto known = co_await rows_.ids();
  if (!known) co_return;
  auto work = [folder = settings_.folder, ids = *known] {
    std::error_code none;
    for (const auto& each : fs::directory_iterator(folder, none))
      if (std::ranges::find(ids, each.path().filename().string()) == ids.end())
        (void)engine::remove_tree(each.path());
  };
  co_await pool_.run(std::move(work));
}

Task<void> Clouds::sweep() {
  const auto stopped = stopped_;
  // Of people who have gone, and of what was not connected after all.
  co_await remove_strangers();
  for (;;) {
    const bool over = co_await stopped->wait_for(kSweepEvery);
    if (over) co_return;
    end_idle();
  }
}

void Clouds::start() {
  async::spawn(reactor_, sweep(), "looking after clouds");
}

Task<void> Clouds::stop() {
  stopped_->set();
  std::vector<Mounted> all;
  for (auto& [id, slot] : slots_)
    if (slot->mounted) all.push_back(std::move(slot->mounted));
  slots_.clear();
  for (const Mounted& mounted : all) co_await mounted->end(kEndLimit);
}

}  // namespace colibri::clouds
