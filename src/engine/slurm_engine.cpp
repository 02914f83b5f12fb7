#include "engine/slurm_engine.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "async/event.hpp"
#include "async/process.hpp"
#include "async/spawn.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "engine/launch_config.hpp"
#include "engine/private_files.hpp"
#include "engine/slurm_commands.hpp"
#include "engine/sweep.hpp"

namespace colibri::engine {

namespace slurm_fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr auto kCommandLimit = 30s;
constexpr auto kAfterGrace = 10s;  // From the end of a job to where Slurm says so.
constexpr auto kCancelAgain = 30s;
constexpr auto kQuick = 400ms;
constexpr auto kHurry = 8s;
constexpr int kMissingLimit = 3;  // Rounds without a job before it is given up.

constexpr const char* kOutOfReach =
    "Slurm's controller does not answer; it is asked again until it does.";

// Of the job's environment: what it was given, and the machine's own names for that.
constexpr const char* kPassed[] = {
    "CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL",
    "ZE_AFFINITY_MASK",     "SLURM_JOB_ID",         "SLURM_JOB_GPUS",      "SLURM_GPUS_ON_NODE",
    "SLURM_JOB_PARTITION",  "SLURM_JOB_NODELIST",   "SLURMD_NODENAME",     "SLURM_CPUS_PER_TASK",
    "SLURM_MEM_PER_NODE"};

// Small, for Slurm hands it to the job; and without words of ours that change what is printed.
std::vector<std::string> command_environment() {
  std::vector<std::string> out = {"LANG=C.UTF-8", "SLURM_TIME_FORMAT=%s"};
  const char* path = std::getenv("PATH");
  out.push_back(std::string("PATH=") +
                (path ? path : "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
  for (const char* name : {"HOME", "USER", "TZ", "SLURM_CONF"})
    if (const char* value = std::getenv(name)) out.push_back(std::string(name) + "=" + value);
  return out;
}

// What a later server must know of a job.
struct JobNote {
  std::vector<std::string> sbatch;  // For a job that Slurm has not heard of yet.
  std::string supervisor;
  std::string accelerator;
  std::string job;  // Its number; empty: not known yet.
};

std::string to_text(const JobNote& note) {
  json::Array sbatch;
  for (const std::string& argument : note.sbatch) sbatch.emplace_back(argument);
  return json::serialize(json::Object{{"sbatch", std::move(sbatch)},
                                      {"supervisor", note.supervisor},
                                      {"accelerator", note.accelerator},
                                      {"job", note.job}});
}

Result<JobNote> read_note(const std::string& folder) {
  std::ifstream file(folder + "/job.json");
  if (!file) return failure(ErrorCode::not_found, "There is no note of the job.");
  std::ostringstream text;
  text << file.rdbuf();
  const auto object = json::parse_object(text.str());
  if (!object) return std::unexpected(object.error());
  JobNote note{.supervisor = json::string_at(*object, "supervisor").value_or(""),
               .accelerator = json::string_at(*object, "accelerator").value_or(""),
               .job = json::string_at(*object, "job").value_or("")};
  const json::Value* sbatch = object->find("sbatch");
  if (const json::Array* arguments = sbatch ? sbatch->if_array() : nullptr) {
    for (const json::Value& argument : *arguments)
      if (const std::string* one = argument.if_string()) note.sbatch.push_back(*one);
  }
  return note;
}

std::string own_program(const char* name) {
  std::error_code error;
  return (slurm_fs::read_symlink("/proc/self/exe", error).parent_path() / name).string();
}

link::SupervisorConfig job_config(const Launch& launch, const SlurmSettings& settings) {
  link::SupervisorConfig config = config_of(launch, settings);
  config.link = settings.link;
  config.link_certificate = settings.link_certificate;
  config.node_dir = settings.node_directory;
  config.pass_env.assign(std::begin(kPassed), std::end(kPassed));
  // Its life begins with the job, whenever that is.
  config.life_ms = std::max<int64_t>(launch.ends_ms - async::now_ms(), 60'000);
  config.ends_ms = 0;
  config.warning_ms = settings.warning_ms;
  if (launch.accelerator_model.empty()) return config;
  config.job_accelerators = std::max(1, launch.accelerators_wanted);
  for (const accelerators::Declared& each : settings.accelerators)
    if (each.model == launch.accelerator_model) config.declared.emplace_back(to_json(each));
  return config;
}

}  // namespace

struct SlurmEngine::State : std::enable_shared_from_this<SlurmEngine::State> {
  struct Job {
    Job(RuntimeId id, std::string where) : runtime(std::move(id)), folder(std::move(where)) {}

    RuntimeId runtime;
    std::string folder;
    JobNote note;
    Watcher watcher{.died = [](const std::string&) {}};
    bool submitting = false;  // sbatch runs for it.
    bool cancelling = false;
    bool begun = false;
    int missing = 0;
    int awaited = 0;  // Calls of clean_up that wait for its end.
    Waiting told;
    async::Clock::time_point cancel_again{};
    async::Event over;
  };
  using JobPointer = std::shared_ptr<Job>;

  State(asio::any_io_executor executor, async::BlockingPool& blocking, SlurmSettings given)
      : reactor(std::move(executor)), pool(blocking), settings(std::move(given)) {}

  [[nodiscard]] std::string folder_of(const RuntimeId& runtime) const {
    return settings.shared_directory + "/" + runtime.value;
  }
  Task<Result<async::ProcessOutcome>> command(std::vector<std::string> argv, std::string input);

  static Task<void> loop(std::shared_ptr<State> self);
  static Task<void> find_unfinished(std::shared_ptr<State> self);
  static Task<void> round(std::shared_ptr<State> self);
  static Task<void> look(std::shared_ptr<State> self, JobPointer job, const SlurmJob* seen);
  static Task<void> lost(std::shared_ptr<State> self, JobPointer job);
  static Task<void> cancel(std::shared_ptr<State> self, JobPointer job);
  static Task<Result<>> remove(std::shared_ptr<State> self, JobPointer job);
  static Task<Result<>> submit(std::shared_ptr<State> self, JobPointer job);
  void tell_waiting(Job& job, Waiting waiting);
  void tell_over(Job& job, const std::string& why);

  // Asks Slurm at once and more often for a while: something is about to change.
  void hurry() {
    hurry_until = async::Clock::now() + kHurry;
    wake.set();
  }

  asio::any_io_executor reactor;
  async::BlockingPool& pool;
  SlurmSettings settings;
  async::Clock::time_point hurry_until{};
  std::map<RuntimeId, JobPointer> jobs;  // Until they are cleared away.
  async::Event wake;
  bool stopped = false;
  bool answers = true;
};

Task<Result<async::ProcessOutcome>> SlurmEngine::State::command(std::vector<std::string> argv,
                                                                std::string input) {
  async::ProcessSpec spec{.argv = std::move(argv),
                          .input = std::move(input),
                          .environment = command_environment(),
                          .directory = "/",
                          .deadline = kCommandLimit};
  co_return co_await async::run_process(std::move(spec));
}

void SlurmEngine::State::tell_waiting(Job& job, Waiting waiting) {
  if (job.begun || job.cancelling || job.told == waiting) return;
  job.told = waiting;
  job.watcher.waiting(std::move(waiting));
}

void SlurmEngine::State::tell_over(Job& job, const std::string& why) {
  if (job.over.is_set()) return;
  job.over.set();
  if (!job.cancelling) job.watcher.died(why);
}

Task<void> SlurmEngine::State::loop(std::shared_ptr<State> self) {
  co_await find_unfinished(self);
  while (!self->stopped) {
    self->wake.reset();
    if (!self->jobs.empty()) co_await round(self);
    if (self->stopped) co_return;
    async::Duration pause = std::chrono::milliseconds(self->settings.poll_ms);
    if (async::Clock::now() < self->hurry_until) pause = std::min<async::Duration>(pause, kQuick);
    if (self->jobs.empty()) pause = 1h;
    (void)co_await self->wake.wait_for(pause);
  }
}

// What an earlier server could not end.
Task<void> SlurmEngine::State::find_unfinished(std::shared_ptr<State> self) {
  const auto found = co_await self->pool.run([&] {
    std::vector<std::pair<RuntimeId, JobNote>> all;
    std::error_code error;
    for (const auto& entry : slurm_fs::directory_iterator(self->settings.shared_directory, error)) {
      if (!slurm_fs::exists(entry.path() / "cancel", error)) continue;
      all.emplace_back(RuntimeId{entry.path().filename()},
                       read_note(entry.path()).value_or(JobNote{}));
    }
    return all;
  });
  for (const auto& [runtime, note] : found) {
    if (self->jobs.contains(runtime)) continue;
    const auto job = std::make_shared<Job>(runtime, self->folder_of(runtime));
    job->note = note;
    job->cancelling = true;
    self->jobs[runtime] = job;
  }
}

Task<void> SlurmEngine::State::round(std::shared_ptr<State> self) {
  // Those that are submitted while squeue runs are not in its answer.
  std::vector<JobPointer> asked;
  for (const auto& [id, job] : self->jobs)
    if (!job->submitting) asked.push_back(job);
  const auto answer = co_await self->command(squeue_arguments(self->settings), "");
  if (self->stopped) co_return;
  const bool good = answer && answer->ok();
  if (!good) {
    const std::string why = answer ? last_complaint(answer->err) : answer.error().detail;
    if (std::exchange(self->answers, false)) log::warn("Slurm does not answer: {}", why);
    for (const JobPointer& job : asked) self->tell_waiting(*job, {kOutOfReach, 0});
    co_return;
  }
  if (!std::exchange(self->answers, true)) log::info("Slurm answers again");
  const std::vector<SlurmJob> seen = parse_jobs(answer->out);
  for (const JobPointer& job : asked) {
    // Cleared away meanwhile: its folder's name may be another job's by now.
    const auto known = self->jobs.find(job->runtime);
    if (known == self->jobs.end() || known->second != job) continue;
    const std::string name = job_name(job->runtime);
    const auto mine = std::ranges::find_if(seen, [&](const SlurmJob& one) {
      return job->note.job.empty() ? one.name == name : one.id == job->note.job;
    });
    const SlurmJob* found = mine == seen.end() ? nullptr : &*mine;
    co_await look(self, job, found);
    if (self->stopped) co_return;
  }
}

Task<void> SlurmEngine::State::look(std::shared_ptr<State> self, JobPointer job,
                                    const SlurmJob* seen) {
  if (!seen) {
    co_await lost(self, job);
    co_return;
  }
  job->missing = 0;
  if (job->note.job.empty()) {
    job->note.job = seen->id;
    const std::string file = job->folder + "/job.json";
    const std::string text = to_text(job->note);
    (void)co_await self->pool.run([&] { return replace_private(file, text); });
  }
  switch (phase_of(*seen)) {
    case JobPhase::waiting:
      self->tell_waiting(*job, {why_waiting(*seen, job->note.accelerator), seen->start_ms});
      break;
    case JobPhase::running:
      if (!std::exchange(job->begun, true))
        job->watcher.begun(seen->start_ms > 0 ? seen->start_ms : async::now_ms());
      break;
    case JobPhase::over:
      self->tell_over(*job, why_over(*seen));
      break;
  }
  if (job->cancelling) co_await cancel(self, job);
}

// Slurm does not list it: it was never submitted, or has been forgotten.
Task<void> SlurmEngine::State::lost(std::shared_ptr<State> self, JobPointer job) {
  if (job->over.is_set() && !job->cancelling) co_return;
  const bool unknown = job->note.job.empty();
  if (unknown && !job->cancelling) {
    const auto submitted = co_await submit(self, job);
    if (!submitted) self->tell_over(*job, submitted.error().detail);
    co_return;
  }
  if (!unknown && ++job->missing < kMissingLimit && !job->over.is_set()) co_return;
  self->tell_over(*job, why_over({.state = "GONE"}));
  if (job->cancelling) co_await cancel(self, job);
}

Task<void> SlurmEngine::State::cancel(std::shared_ptr<State> self, JobPointer job) {
  if (!job->over.is_set()) {
    if (async::Clock::now() < job->cancel_again) co_return;
    job->cancel_again = async::Clock::now() + kCancelAgain;
    const auto told = co_await self->command(scancel_arguments(self->settings, job->note.job), "");
    if (!told || !told->ok()) {
      job->cancel_again = {};
      log::warn("job {} could not be cancelled: {}", job->note.job,
                told ? last_complaint(told->err) : told.error().detail);
    }
    co_return;
  }
  if (job->awaited > 0) co_return;  // Whoever waits for the end removes what is left.
  const auto removed = co_await remove(self, job);
  if (!removed) log::warn("{}", removed.error().detail);  // Again in the next round.
}

Task<Result<>> SlurmEngine::State::remove(std::shared_ptr<State> self, JobPointer job) {
  auto removed = co_await self->pool.run([&] { return remove_tree(job->folder); });
  if (!removed) co_return removed;
  const auto found = self->jobs.find(job->runtime);
  if (found != self->jobs.end() && found->second == job) self->jobs.erase(found);
  co_return removed;
}

// An error is a refusal; when Slurm does not answer, the loop comes back to it.
Task<Result<>> SlurmEngine::State::submit(std::shared_ptr<State> self, JobPointer job) {
  job->submitting = true;
  const std::string script = batch_script(job->note.supervisor, job->folder);
  const auto answer = co_await self->command(job->note.sbatch, script);
  job->submitting = false;
  if (!answer && answer.error().code != ErrorCode::timeout)
    co_return failure(ErrorCode::unavailable, "Slurm cannot be used: " + answer.error().detail);
  if (!answer || (!answer->ok() && is_out_of_reach(answer->err))) {
    self->tell_waiting(*job, {kOutOfReach, 0});
    co_return Result<>();
  }
  if (!answer->ok())
    co_return failure(ErrorCode::unavailable,
                      "Slurm refused the job: " + last_complaint(answer->err));
  auto number = parse_submitted(answer->out);
  if (!number) co_return std::unexpected(number.error());
  job->note.job = *std::move(number);
  log::info("runtime {} is job {} of Slurm", job->runtime.value, job->note.job);
  const std::string file = job->folder + "/job.json";
  const std::string text = to_text(job->note);
  // Without it a later server finds the job by its name.
  const auto kept = co_await self->pool.run([&] { return replace_private(file, text); });
  if (!kept) log::warn("{}", kept.error().detail);
  self->hurry();
  co_return Result<>();
}

SlurmEngine::SlurmEngine(asio::any_io_executor reactor, async::BlockingPool& pool,
                         SlurmSettings settings)
    : state_(std::make_shared<State>(std::move(reactor), pool, std::move(settings))) {
  if (state_->settings.supervisor.empty())
    state_->settings.supervisor = own_program("colibri-supervisor");
  async::spawn(state_->reactor, State::loop(state_), "watching Slurm");
}

SlurmEngine::~SlurmEngine() {
  state_->stopped = true;
  state_->wake.set();
}

Task<Result<Started>> SlurmEngine::start(Launch launch, Watcher watcher) {
  const auto state = state_;
  const SlurmSettings& settings = state->settings;
  const std::string folder = state->folder_of(launch.runtime);
  const link::SupervisorConfig config = job_config(launch, settings);
  const auto job = std::make_shared<State::Job>(launch.runtime, folder);
  job->note = {.sbatch = sbatch_arguments(settings, launch, folder, config.life_ms),
               .supervisor = settings.supervisor,
               .accelerator = launch.accelerator_model};
  job->watcher = std::move(watcher);
  const auto made = co_await state->pool.run([&]() -> Result<> {
    for (const std::string& each : {settings.shared_directory, folder})
      if (auto folder_made = make_private_folder(each); !folder_made) return folder_made;
    auto wrote = write_private(folder + "/supervisor.json", json::serialize(to_json(config)));
    return wrote ? replace_private(folder + "/job.json", to_text(job->note)) : wrote;
  });
  if (!made)
    co_return failure(ErrorCode::unavailable,
                      "The runtime could not be started: " + made.error().detail);
  job->submitting = true;
  state->jobs[launch.runtime] = job;
  const auto submitted = co_await State::submit(state, job);
  if (!submitted) {
    state->jobs.erase(launch.runtime);
    co_return std::unexpected(submitted.error());
  }
  state->wake.set();
  co_return Started{0, folder};
}

Result<> SlurmEngine::adopt(RuntimeId runtime, Watcher watcher) {
  const std::string folder = state_->folder_of(runtime);
  struct stat status {};
  if (stat(folder.c_str(), &status) != 0 && errno == ENOENT)
    return failure(ErrorCode::not_found, "There is no such job.");
  const auto job = std::make_shared<State::Job>(runtime, folder);
  auto note = read_note(folder);
  if (!note) return failure(ErrorCode::unavailable, note.error().detail);
  job->note = *std::move(note);
  job->watcher = std::move(watcher);
  state_->jobs[runtime] = job;
  state_->wake.set();
  return {};
}

Task<Result<>> SlurmEngine::clean_up(RuntimeId runtime, async::Duration grace) {
  const auto state = state_;
  const std::string folder = state->folder_of(runtime);
  if (!state->jobs.contains(runtime)) {
    const auto note = co_await state->pool.run([&] { return read_note(folder); });
    if (!note) co_return co_await state->pool.run([&] { return remove_tree(folder); });
    const auto unknown = std::make_shared<State::Job>(runtime, folder);
    unknown->note = *note;
    state->jobs[runtime] = unknown;
  }
  const auto job = state->jobs[runtime];
  job->cancelling = true;
  const std::string mark = folder + "/cancel";
  const auto marked = co_await state->pool.run([&] { return write_private(mark, ""); });
  if (!marked) log::warn("{}", marked.error().detail);
  state->hurry();
  ++job->awaited;
  const bool over = co_await job->over.wait_for(grace + kAfterGrace);
  --job->awaited;
  if (!over)
    co_return failure(ErrorCode::timeout, "Slurm has not ended the job " + job->note.job +
                                              " yet; it is told so until it has.");
  co_return co_await State::remove(state, job);
}

Task<std::string> SlurmEngine::last_words(RuntimeId runtime) {
  const std::string file = state_->folder_of(runtime) + "/supervisor.log";
  co_return co_await state_->pool.run([&] { return tail_of(file); });
}

}  // namespace colibri::engine
