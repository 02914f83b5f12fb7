#pragma once
// The accelerators that a batch system gave to our job, for the container of the runtime: it says
// which by variables, and means all that the job may open.
#include <string>
#include <vector>

#include "accelerators/accelerator.hpp"
#include "base/result.hpp"
#include "link/supervisor_config.hpp"

namespace colibri::supervisor {

// The ids of those that `visible` names ("0,1", "GPU-…,GPU-…", "MIG-…") among the usable ones of
// this machine, in their order; whole GPUs are counted, slices have names. `not_found` when one of
// them is not there.
[[nodiscard]] Result<std::vector<std::string>> named_accelerators(
    const std::string& visible, const std::vector<accelerators::Accelerator>& usable,
    accelerators::Kind kind);

// The ids of those declared ones that Slurm's numbers name, "0,1": MODEL-0, MODEL-1. `invalid` when
// they are no numbers.
[[nodiscard]] Result<std::vector<std::string>> declared_accelerators(const std::string& numbers,
                                                                     const std::string& model);

// Adds to `config` what a container needs of them. Does nothing for a job that asked for none,
// without a container (it sees what its job sees), and on a machine where none is found: it says so
// in the log. Blocks.
[[nodiscard]] Result<> add_job_accelerators(link::SupervisorConfig& config);

}  // namespace colibri::supervisor
