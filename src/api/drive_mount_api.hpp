#pragma once
// The routes by which a person at their page mounts their Drive in their own runtime, and says what
// a notebook may do by itself (docs/protocol.md 8.1). No API token does.
#include "mounts/drive_mounts.hpp"
#include "net/router.hpp"
#include "notebooks/notebooks.hpp"

namespace colibri::api {

class DriveMountApi {
 public:
  // Both must outlive this.
  DriveMountApi(notebooks::Notebooks& notebooks, mounts::DriveMounts& mounts)
      : notebooks_(notebooks), mounts_(mounts) {}

  void add_routes(net::Router& router);

 private:
  using Answer = Task<net::Response>;

  Answer look(net::Request& request);
  Answer mount(net::Request& request);
  Answer unmount(net::Request& request);
  Answer forget(net::Request& request);
  // `denied` without the role.
  Task<Result<notebooks::OpenedNotebook>> open(const net::Request& request);
  // The person's own runtime of the notebook. `denied` also in somebody else's runtime,
  // `conflict` without one.
  Task<Result<std::shared_ptr<runtimes::Runtime>>> own_runtime(const net::Request& request);

  notebooks::Notebooks& notebooks_;
  mounts::DriveMounts& mounts_;
};

}  // namespace colibri::api
