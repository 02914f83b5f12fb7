#include "engine/slurm_commands.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace colibri::engine {

namespace {

using namespace std::string_view_literals;

// Of the supervisor itself and what it starts beside the container, over the container's own limit.
constexpr uint64_t kSupervisorMemory = 128ull << 20;
// So that the lease's own end comes first: Slurm's signal may come a minute early.
constexpr int64_t kTimeMargin = 120'000;
constexpr size_t kMaxComplaint = 300;

std::string program(const SlurmSettings& settings, const char* name) {
  return settings.programs.empty() ? name : settings.programs + "/" + name;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return text;
}

std::string gres_of(const SlurmSettings& settings, const Launch& launch) {
  const auto found = settings.gres.find(launch.accelerator_model);
  const std::string kind =
      found == settings.gres.end() ? "gpu:" + lower(launch.accelerator_model) : found->second;
  return kind + ":" + std::to_string(std::max(1, launch.accelerators_wanted));
}

// For sh: in single quotes.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out + "'";
}

std::vector<std::string_view> pieces(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find(at, start), text.size());
    parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

int64_t time_ms(std::string_view seconds) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(seconds.data(), seconds.data() + seconds.size(), value);
  return error == std::errc() && value > 0 ? value * 1000 : 0;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 20 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string job_name(const RuntimeId& runtime) {
  return "colibri-" + runtime.value;
}

std::vector<std::string> sbatch_arguments(const SlurmSettings& settings, const Launch& launch,
                                          const std::string& folder, int64_t life_ms) {
  const int64_t minutes = (life_ms + settings.warning_ms + kTimeMargin + 59'999) / 60'000;
  const uint64_t mebibytes = (launch.resources.memory_bytes + kSupervisorMemory) >> 20;
  const auto cpus = static_cast<int64_t>(std::ceil(std::max(1.0, launch.resources.cpus)));
  std::vector<std::string> argv = {program(settings, "sbatch"),
                                   "--parsable",
                                   "--nodes=1",
                                   "--ntasks=1",
                                   "--cpus-per-task=" + std::to_string(cpus),
                                   "--mem=" + std::to_string(mebibytes) + "M",
                                   "--time=" + std::to_string(minutes),
                                   "--signal=B:USR1@" + std::to_string(settings.warning_ms / 1000),
                                   "--no-requeue",
                                   "--job-name=" + job_name(launch.runtime),
                                   "--comment=" + launch.runtime.value,
                                   "--chdir=/",
                                   "--input=/dev/null",
                                   "--output=" + folder + "/supervisor.log",
                                   "--open-mode=append"};
  if (!settings.partition.empty()) argv.push_back("--partition=" + settings.partition);
  if (!settings.account.empty()) argv.push_back("--account=" + settings.account);
  if (!settings.qos.empty()) argv.push_back("--qos=" + settings.qos);
  if (!launch.accelerator_model.empty()) argv.push_back("--gres=" + gres_of(settings, launch));
  argv.insert(argv.end(), settings.arguments.begin(), settings.arguments.end());
  return argv;
}

std::string batch_script(const std::string& supervisor, const std::string& folder) {
  return "#!/bin/sh\numask 022\nexec " + quoted(supervisor) + " --config " +
         quoted(folder + "/supervisor.json") + "\n";
}

std::vector<std::string> squeue_arguments(const SlurmSettings& settings) {
  return {program(settings, "squeue"), "--noheader", "--me", "--states=all",
          "--format=%i|%T|%r|%S|%j"};
}

std::vector<std::string> scancel_arguments(const SlurmSettings& settings, const std::string& job) {
  return {program(settings, "scancel"), "--quiet", job};
}

Result<std::string> parse_submitted(std::string_view out) {
  // Plugins of a site may print lines of their own before it.
  while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.remove_suffix(1);
  const std::string_view line = out.substr(out.rfind('\n') + 1);
  const std::string_view id = line.substr(0, line.find(';'));
  if (!is_number(id)) return failure(ErrorCode::invalid, "sbatch did not tell the job's number.");
  return std::string(id);
}

std::vector<SlurmJob> parse_jobs(std::string_view out) {
  std::vector<SlurmJob> jobs;
  for (const std::string_view line : pieces(out, '\n')) {
    const auto fields = pieces(line, '|');
    if (fields.size() != 5 || !is_number(fields[0])) continue;
    jobs.push_back({.id = std::string(fields[0]),
                    .state = std::string(fields[1]),
                    .reason = std::string(fields[2]),
                    .start_ms = time_ms(fields[3]),
                    .name = std::string(fields[4])});
  }
  return jobs;
}

JobPhase phase_of(const SlurmJob& job) {
  // COMPLETING hides how it ended; that comes next.
  constexpr std::array kRunning = {"RUNNING"sv,  "COMPLETING"sv, "SIGNALING"sv, "STAGE_OUT"sv,
                                   "RESIZING"sv, "SUSPENDED"sv,  "STOPPED"sv};
  constexpr std::array kOver = {"COMPLETED"sv, "FAILED"sv,       "CANCELLED"sv, "TIMEOUT"sv,
                                "NODE_FAIL"sv, "PREEMPTED"sv,    "BOOT_FAIL"sv, "DEADLINE"sv,
                                "REVOKED"sv,   "OUT_OF_MEMORY"sv};
  if (std::ranges::find(kRunning, job.state) != kRunning.end()) return JobPhase::running;
  if (std::ranges::find(kOver, job.state) != kOver.end()) return JobPhase::over;
  return JobPhase::waiting;
}

std::string why_waiting(const SlurmJob& job, const std::string& accelerator) {
  const std::string_view reason = job.reason;
  const auto begins = [&](std::string_view start) { return reason.starts_with(start); };
  if (job.state == "CONFIGURING") return "Its machine is being made ready.";
  if (reason == "Resources")
    return accelerator.empty() ? "Waiting for a free machine."
                               : "Waiting for a free " + accelerator + ".";
  if (reason.empty() || reason == "None") return "Slurm has not looked at it yet.";
  if (reason == "Priority") return "Others are before it in Slurm's queue.";
  if (reason == "BeginTime") return "Slurm lets it begin at a later time.";
  if (begins("JobHeld")) return "It is held in Slurm; an administrator can release it.";
  if (begins("ReqNodeNotAvail") || begins("Nodes") || reason == "NodeDown" ||
      reason == "Reservation")
    return "The machines that it needs are down, or reserved for maintenance or others.";
  if (begins("PartitionDown") || begins("PartitionInactive"))
    return "This part of the cluster is closed at the moment.";
  if (begins("Partition") || begins("BadConstraints") || begins("QOSTimeLimit"))
    return "The cluster has no machine that it may have (" + job.reason + ").";
  if (begins("QOS") || begins("Assoc") || begins("MaxGRES") || begins("Max")) {
    const bool gres = reason.find("GRES") != std::string_view::npos;
    return std::string(gres ? "The limit of GPUs" : "The limit") +
           " that this cluster sets is reached (" + job.reason + "); it begins when others end.";
  }
  if (reason == "Licenses") return "Waiting for a licence.";
  return "Slurm says: " + job.reason + ".";
}

std::string why_over(const SlurmJob& job) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kWords = {{
      {"CANCELLED", "The job was cancelled in Slurm."},
      {"TIMEOUT", "The job's time in Slurm was over."},
      {"NODE_FAIL", "The machine that the runtime ran on has failed."},
      {"OUT_OF_MEMORY", "Slurm ended the job: it used more memory than it was given."},
      {"PREEMPTED", "Slurm gave the machine to a job that comes first."},
      {"BOOT_FAIL", "The machine for the runtime did not start."},
      {"DEADLINE", "Slurm ended the job at its deadline."},
      {"REVOKED", "The job was moved to another cluster."},
      {"GONE", "Slurm does not know the job any more."},
  }};
  const auto found = std::ranges::find(kWords, std::string_view(job.state),
                                       [](const auto& entry) { return entry.first; });
  if (found != kWords.end()) return std::string(found->second);
  const bool known = job.reason.empty() || job.reason == "None" || job.reason == "NonZeroExitCode";
  if (job.state != "FAILED" || known) return {};
  return "Slurm could not run the job (" + job.reason + ").";
}

bool is_out_of_reach(std::string_view message) {
  for (const auto sign :
       {"nable to contact slurm controller"sv, "ocket timed out"sv, "Connection refused"sv,
        "Zero Bytes were transmitted"sv, "Communication connection failure"sv,
        "nable to establish"sv, "emporarily"sv, "Slurm backup controller in standby"sv,
        "nexpected message received"sv, "Transport endpoint is not connected"sv,
        "Invalid authentication credential"sv, "Munge"sv, "munge"sv,
        "Slurm controller not responding"sv, "fatal: Could not establish"sv}) {
    if (message.find(sign) != std::string_view::npos) return true;
  }
  return false;
}

std::string last_complaint(std::string_view err) {
  while (!err.empty() && (err.back() == '\n' || err.back() == ' ')) err.remove_suffix(1);
  std::string_view line = err.substr(err.rfind('\n') + 1);
  for (const auto prefix : {"sbatch: "sv, "squeue: "sv, "scancel: "sv, "error: "sv, "fatal: "sv})
    if (line.starts_with(prefix)) line.remove_prefix(prefix.size());
  if (line.starts_with("Batch job submission failed: "))
    line.remove_prefix("Batch job submission failed: "sv.size());
  return std::string(line.substr(0, kMaxComplaint));
}

}  // namespace colibri::engine
