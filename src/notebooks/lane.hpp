#pragma once
// One person's runtime as an open document uses it: the runs of that lane go to it, its frames come
// from it. Its state on the reactor thread is the DocumentActor's; internal to this module.
#include <deque>
#include <map>
#include <memory>

#include "notebooks/document_actor.hpp"
#include "runtimes/runtimes.hpp"

namespace colibri::notebooks {

class Lane final : public runtimes::RuntimeListener, public std::enable_shared_from_this<Lane> {
 public:
  Lane(std::weak_ptr<DocumentActor::State> document, UserId owner)
      : owner(std::move(owner)), document_(std::move(document)) {}

  void on_frame(runtimes::Frame frame) override;
  void on_lease(const lease::Status& status) override;
  void on_linked() override;
  void on_meters(const json::Object& meters) override;
  void on_line(const link::LineRuns& now) override;
  void on_reply(const std::string& request, Result<json::Object> content) override;
  void on_ask(const runtimes::PageAsk& ask) override;
  void on_ask_over(const std::string& ask) override;
  [[nodiscard]] bool is_watched() const override;

  [[nodiscard]] bool alive() const { return runtime && runtime->alive(); }
  [[nodiscard]] bool shared() const { return alive() && runtime->shared(); }
  [[nodiscard]] bool can_execute() const { return runtime && runtime->can_execute(); }

  const UserId owner;
  std::string name;                            // Of the owner; empty while nobody knows.
  std::shared_ptr<runtimes::Runtime> runtime;  // The last one, which may have ended; or none.
  std::deque<runtimes::Frame> frames;          // Wait behind one whose blobs are being written.
  bool taking_frames = false, flushing_frames = false;
  bool resend = false;       // A supervisor dialled while a commit was under way.
  uint64_t taken_frame = 0;  // By the document, whether committed or not.
  std::map<ExecutionId, uint64_t> dropped_outputs;

 private:
  std::weak_ptr<DocumentActor::State> document_;
};

}  // namespace colibri::notebooks
