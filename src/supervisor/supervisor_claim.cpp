// A runtime that was started ahead becomes somebody's (docs/protocol.md 3.3). Nobody's program has
// run in it before; what the lease alone knows is brought in while it lives.
#include "async/timer.hpp"
#include "base/log.hpp"
#include "jupyter/requests.hpp"
#include "supervisor/supervisor.hpp"

namespace colibri::supervisor {
namespace {

// No name is left in the user's namespace, and no count is taken.
std::string environment_code(const std::map<std::string, std::string>& env) {
  json::Object variables;
  for (const auto& [name, value] : env) variables.set(name, value);
  const std::string literal = json::serialize(json::Value(json::serialize(variables)));
  return "__import__('os').environ.update(__import__('json').loads(" + literal + "))";
}

}  // namespace

Result<> Supervisor::can_be(const link::Claim& claim) const {
  if (!config_.pooled) return failure(ErrorCode::conflict, "The runtime is somebody's already.");
  if (ending_ || !started_once_ || kernel_ended_ || !kernel_ready())
    return failure(ErrorCode::unavailable, "The runtime is not ready.");
  const oci::Edits& edits = claim.edits;
  if (!edits.mounts.empty() || !edits.hooks.empty() || !edits.gids.empty() || edits.locks_memory)
    return failure(ErrorCode::unsupported, "The accelerator needs more than nodes and variables.");
  if (!edits.env.empty() && kernel_->language() != "python")
    return failure(ErrorCode::unsupported, "This kernel's environment is fixed.");
  return {};
}

Result<> Supervisor::become(const link::Claim& claim) {
  if (auto possible = can_be(claim); !possible) return possible;
  const Limits limits{claim.cpus, claim.memory_bytes, claim.pids};
  if (auto set = sandbox_->set_limits(limits); !set) return set;
  oci::Edits devices;
  devices.devices = claim.edits.devices;
  if (auto added = sandbox_->add_devices(std::move(devices)); !added) return added;
  if (!claim.edits.env.empty()) {
    for (const auto& [name, value] : claim.edits.env) environment_[name] = value;
    auto id = kernel_->request(jupyter::Channel::shell, "execute_request",
                               jupyter::silent_request(environment_code(claim.edits.env)));
    if (!id) return failure(ErrorCode::unavailable, "The kernel does not listen.");
    environment_request_ = *std::move(id);
    terminals_->set_environment(environment_);
  }
  config_.pooled = false;
  config_.orphan_ms = claim.orphan_ms;
  config_.memory_bytes = claim.memory_bytes;
  config_.accelerators = claim.accelerators;
  deadlines_.set(claim.left_ms, claim.idle_ms, claim.idle_left_ms, async::Clock::now());
  if (!config_.accelerators.empty()) accelerators_.emplace(executor_, config_);
  last_meters_ = {};
  return {};
}

void Supervisor::on(link::Claim& message) {
  if (auto done = become(message); !done) {
    log::warn("the runtime can't be claimed: {}", done.error().detail);
    return refuse(message.request, done.error().code, done.error().detail);
  }
  log::info("the runtime is somebody's from now on");
  link_->send(link::Reply{message.request, json::Object{}, {}});
  forward_all();
}

// A kernel that did not take its environment is none: another one starts with it.
void Supervisor::note_claim_reply(const jupyter::Message& reply) {
  environment_request_.clear();
  if (json::string_at(reply.content, "status") == "ok") return;
  log::error("the kernel did not take its environment; it is started anew");
  link::Restart restart{"environment"};
  on(restart);
}

}  // namespace colibri::supervisor
