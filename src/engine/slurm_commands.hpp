#pragma once
// What is said to Slurm's programs, and what their answers mean. Pure, and internal to this module.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "engine/engine.hpp"
#include "engine/slurm_settings.hpp"

namespace colibri::engine {

// One job as `squeue` shows it.
struct SlurmJob {
  std::string id;
  std::string state;     // "PENDING"
  std::string reason;    // "Resources"; "None"
  int64_t start_ms = 0;  // When it began or is expected to; 0: unknown.
  std::string name;

  friend bool operator==(const SlurmJob&, const SlurmJob&) = default;
};

// The name of a runtime's job.
[[nodiscard]] std::string job_name(const RuntimeId& runtime);

// sbatch and its arguments; the script comes on its stdin. `folder` is the runtime's on the shared
// file system, `life_ms` how long it may run.
[[nodiscard]] std::vector<std::string> sbatch_arguments(const SlurmSettings& settings,
                                                        const Launch& launch,
                                                        const std::string& folder, int64_t life_ms);
[[nodiscard]] std::string batch_script(const std::string& supervisor, const std::string& folder);
[[nodiscard]] std::vector<std::string> squeue_arguments(const SlurmSettings& settings);
[[nodiscard]] std::vector<std::string> scancel_arguments(const SlurmSettings& settings,
                                                         const std::string& job);

// The job of `sbatch --parsable`, "id" or "id;cluster". `invalid` when there is none.
[[nodiscard]] Result<std::string> parse_submitted(std::string_view out);
// The lines of squeue_arguments(); what is no line of them is left out.
[[nodiscard]] std::vector<SlurmJob> parse_jobs(std::string_view out);

enum class JobPhase { waiting, running, over };
[[nodiscard]] JobPhase phase_of(const SlurmJob& job);
// While waiting: why, for a person. `accelerator` is the model that it asked for, or empty.
[[nodiscard]] std::string why_waiting(const SlurmJob& job, const std::string& accelerator);
// When it is over: what Slurm did to it, for a person; empty when it ended by itself.
[[nodiscard]] std::string why_over(const SlurmJob& job);

// Whether this is a controller that does not answer, as opposed to one that says no.
[[nodiscard]] bool is_out_of_reach(std::string_view message);
// The last line that a program wrote to stderr, without its "sbatch: error: ", for a person.
[[nodiscard]] std::string last_complaint(std::string_view err);

}  // namespace colibri::engine
