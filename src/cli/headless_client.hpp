#pragma once
// The reader that `colibri run` is: it only notes what it must know, and wakes whoever waits.
#include <optional>
#include <string>

#include "async/event.hpp"
#include "notebooks/client.hpp"

namespace colibri::cli {

class HeadlessClient final : public notebooks::Client {
 public:
  void on_welcome(const notebooks::Welcome&) override {}
  void on_snapshot(const notebooks::SharedText&, const std::vector<std::string>&) override {
    changed.set();
  }
  void on_presence(const notebooks::SharedText&) override {}
  void on_records(const notebooks::RecordBatch&) override { changed.set(); }
  void on_refused(uint64_t, const Error& error) override { fail(error.detail); }
  void on_lease(const std::optional<lease::Status>& status) override {
    if (status) lease = status;
    changed.set();
  }
  void on_meters(const json::Object&) override {}
  void on_saved(const notebooks::Saved&) override {}
  void on_outputs(const notebooks::SharedText&) override {}
  void on_runtimes(const notebooks::Choices&) override {}
  void on_role(document::Role) override {}
  void on_comments_read(uint64_t) override {}
  void on_access() override {}
  void on_title(const std::string&) override {}
  void on_notice(const notebooks::Notice& notice) override {
    if (notice.level == "error") fail(notice.detail);
  }
  void on_reply(const std::string&, const Result<json::Object>&) override {}
  void on_comm(const json::Object&, const std::vector<std::string>&) override {}
  void on_close(uint16_t, const std::string& reason) override {
    closed = true;
    fail("The notebook was closed: " + reason);
  }

  [[nodiscard]] bool runtime_ended() const { return lease && lease->state == lease::State::ended; }

  async::Event changed;  // Anything of the below, or the document.
  std::optional<lease::Status> lease;
  std::string problem;  // The first thing that went wrong; empty: nothing.
  bool closed = false;

 private:
  void fail(const std::string& detail) {
    if (problem.empty()) problem = detail;
    changed.set();
  }
};

}  // namespace colibri::cli
