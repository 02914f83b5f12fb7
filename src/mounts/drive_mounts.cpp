#include "mounts/drive_mounts.hpp"

#include "async/timer.hpp"
#include "base/log.hpp"

namespace colibri::mounts {

namespace {

using link::AskResult;
using runtimes::Runtime;

constexpr auto kAnswerLimit = std::chrono::seconds(30);
// The Drive does not wait longer for clouds.
constexpr auto kCloudsLimit = std::chrono::seconds(15);
// After a No the same question is not put again for so long: the person can stop the program.
constexpr auto kAfterNo = std::chrono::seconds(10);

std::unexpected<link::AskError> no_access() {
  return link::ask_failure("no_access", "Access to the Drive was not permitted.");
}

bool flag_in(const json::Object& object, std::string_view key) {
  return json::bool_at(object, key).value_or(false);
}

std::vector<std::string> texts_in(const json::Object& object, std::string_view key) {
  std::vector<std::string> texts;
  const json::Array* list = json::array_at(object, key);
  for (const json::Value& value : list ? *list : json::Array{})
    if (const std::string* text = value.if_string()) texts.push_back(*text);
  return texts;
}

}  // namespace

Task<bool> DriveMounts::is_full(UserId user) {
  const auto space = co_await uploads_.space(user);
  co_return space.has_value() && space->quota > 0 && space->used > space->quota;
}

Task<DriveMounts::Clouds> DriveMounts::open_clouds(UserId user, std::vector<std::string>& notes) {
  if (where_ == Runtimes::here) co_return co_await clouds_.open_all(user, kCloudsLimit, notes);
  const auto there = co_await clouds_.list(user);
  if (there && !there->empty())
    notes.push_back("Your clouds are not there: on a cluster's machines they can't be mounted.");
  co_return Clouds();
}

void DriveMounts::hold(const std::shared_ptr<Runtime>& runtime, const Clouds& clouds) {
  std::erase_if(held_, [](const auto& entry) { return entry.second.life.expired(); });
  if (clouds.empty()) return;
  Held& held = held_[runtime->id()];
  held.life = runtime;
  for (const auto& [name, cloud] : clouds) held.clouds[name] = cloud;
}

Task<Result<MountOutcome>> DriveMounts::mount(std::shared_ptr<Runtime> runtime, MountWish wish) {
  if (auto good = link::check_mountpoint(wish.mountpoint); !good)
    co_return std::unexpected(good.error());
  if (runtime->local())
    co_return failure(ErrorCode::unsupported, "A local runtime cannot mount the Drive.");
  const auto folder = co_await folders_.host_folder(runtime->user());
  if (!folder) co_return std::unexpected(folder.error());
  MountOutcome outcome{wish.mountpoint};
  const auto clouds = co_await open_clouds(runtime->user(), outcome.notes);
  link::DriveMount question{.request = "",
                            .folder = *folder,
                            .mountpoint = wish.mountpoint,
                            .readonly = wish.readonly,
                            .force = wish.force};
  for (const auto& [name, cloud] : clouds)
    question.clouds.push_back({name, cloud->process(), cloud->folder()});
  const auto reply = co_await Runtime::ask(runtime, std::move(question), kAnswerLimit);
  if (!reply) co_return std::unexpected(reply.error());
  hold(runtime, clouds);
  if (reply->content) {
    outcome.mountpoint = json::string_at(*reply->content, "mountpoint").value_or(wish.mountpoint);
    outcome.already = flag_in(*reply->content, "already");
  }
  outcome.full = co_await is_full(runtime->user());
  co_return outcome;
}

Task<Result<std::vector<std::string>>> DriveMounts::unmount(std::shared_ptr<Runtime> runtime,
                                                            std::string mountpoint) {
  if (runtime->local()) co_return std::vector<std::string>{};
  if (mountpoint.empty()) held_.erase(runtime->id());
  link::DriveUnmount question{.request = "", .mountpoint = std::move(mountpoint)};
  const auto reply = co_await Runtime::ask(runtime, std::move(question), kAnswerLimit);
  if (!reply) co_return std::unexpected(reply.error());
  co_return reply->content ? texts_in(*reply->content, "mountpoints") : std::vector<std::string>{};
}

void DriveMounts::answer_asks(runtimes::Runtimes& runtimes, DriveMounts& self) {
  runtimes.on_ask("drive", [&self](std::shared_ptr<Runtime> runtime, link::Ask ask) {
    return self.answer(std::move(runtime), std::move(ask));
  });
}

Task<AskResult> DriveMounts::answer(std::shared_ptr<Runtime> runtime, link::Ask ask) {
  if (ask.method == "drive.mount")
    co_return co_await mount_asked(std::move(runtime), std::move(ask));
  if (ask.method == "drive.unmount")
    co_return co_await unmount_asked(std::move(runtime), std::move(ask));
  co_return link::ask_failure("unknown_method", "There is no method \"" + ask.method + "\".");
}

Task<AskResult> DriveMounts::mount_asked(std::shared_ptr<Runtime> runtime, link::Ask ask) {
  const MountWish wish{json::string_at(ask.params, "mountpoint").value_or(""),
                       flag_in(ask.params, "readonly"), flag_in(ask.params, "force_remount")};
  if (auto good = link::check_mountpoint(wish.mountpoint); !good)
    co_return std::unexpected(link::to_ask_error(good.error()));
  const auto permitted =
      co_await permit(runtime, ask.ask, wish, std::chrono::milliseconds(ask.timeout_ms));
  if (!permitted) co_return std::unexpected(permitted.error());
  const auto mounted = co_await mount(runtime, wish);
  if (!mounted) co_return std::unexpected(link::to_ask_error(mounted.error()));
  co_return json::Object{{"mountpoint", mounted->mountpoint},
                         {"already", mounted->already},
                         {"full", mounted->full},
                         {"notes", json::Array(mounted->notes.begin(), mounted->notes.end())}};
}

Task<AskResult> DriveMounts::unmount_asked(std::shared_ptr<Runtime> runtime, link::Ask ask) {
  const auto gone =
      co_await unmount(runtime, json::string_at(ask.params, "mountpoint").value_or(""));
  if (!gone) co_return std::unexpected(link::to_ask_error(gone.error()));
  co_return json::Object{{"mountpoints", json::Array(gone->begin(), gone->end())}};
}

Task<std::expected<void, link::AskError>> DriveMounts::permit(std::shared_ptr<Runtime> runtime,
                                                              std::string ask, MountWish wish,
                                                              async::Duration limit) {
  using Permit = std::expected<void, link::AskError>;
  const RuntimeId id = runtime->id();
  const bool others = runtime->shared();
  if (consents_.allowed(id, others)) co_return Permit();
  // What was remembered was said of a runtime that nobody else uses: there others may have asked.
  if (!others) {
    const auto remembered = co_await consents_.remembered(runtime->user(), runtime->notebook());
    if (!remembered) co_return std::unexpected(link::to_ask_error(remembered.error()));
    if (*remembered) co_return Permit();
  }
  const auto now = async::Clock::now();
  std::erase_if(refused_, [&](const auto& entry) { return now >= entry.second + kAfterNo; });
  if (refused_.contains(id)) co_return no_access();
  json::Object params{
      {"mountpoint", wish.mountpoint}, {"readonly", wish.readonly}, {"others", others}};
  auto asking =
      runtimes::Asks::ask_page(runtime, std::move(ask), "drive.grant", std::move(params), limit);
  const AskResult granted = co_await std::move(asking);
  if (!granted) co_return std::unexpected(granted.error());
  const json::Object* answer = granted->if_object();
  if (!answer || !flag_in(*answer, "granted")) {
    refused_[id] = async::Clock::now();
    co_return no_access();
  }
  consents_.allow(id, runtime, others);
  if (!flag_in(*answer, "remember")) co_return Permit();
  const auto kept =
      co_await consents_.remember(runtime->user(), runtime->notebook(), async::now_ms());
  if (!kept) log::warn("a person's leave was not kept: {}", kept.error().detail);
  co_return Permit();
}

}  // namespace colibri::mounts
