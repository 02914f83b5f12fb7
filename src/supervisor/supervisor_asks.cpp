// What programs in the runtime ask for, and the server answers. One that is open is sent again with
// each new link; while the runtime is nobody's it waits.
#include "base/log.hpp"
#include "supervisor/supervisor.hpp"

namespace colibri::supervisor {

void Supervisor::listen_for_programs() {
  agent_.emplace(executor_,
                 AgentSocket::Callbacks{[this](link::Ask ask) { forward(std::move(ask)); },
                                        [this](const std::string& ask) {
                                          if (!config_.pooled) link_->send(link::AskOver{ask});
                                        }});
  const std::string path = sandbox_->kernel_directory().host + kAgentSocket;
  if (auto listening = agent_->listen(path, sandbox_->users()); !listening)
    log::error("programs in the runtime cannot ask for anything: {}", listening.error().detail);
}

void Supervisor::forward(link::Ask ask) {
  if (ask.method == "drive.mounts") {
    json::Array places;
    for (const link::MountedDrive& each : sandbox_->drives()) places.emplace_back(each.mountpoint);
    return agent_->answer(ask.ask, json::Object{{"mountpoints", std::move(places)}});
  }
  if (!config_.pooled) link_->send(std::move(ask));
}

void Supervisor::forward_all() {
  if (!agent_ || config_.pooled) return;
  for (link::Ask& ask : agent_->open()) forward(std::move(ask));
}

void Supervisor::on(link::Answer& message) {
  if (agent_) agent_->answer(message.ask, message.result);
  // Also when nobody waits any more: the server keeps it until it hears so.
  link_->send(link::AskOver{message.ask});
}

}  // namespace colibri::supervisor
