#pragma once
// HTTP routes about the files of the runtime that one uses for a notebook (docs/protocol.md 7.2):
// for its editors. Translates only; the runtime's file worker does the work, and what it may do
// there is what the container's root may.
#include <string>

#include "auth/sessions.hpp"
#include "net/router.hpp"
#include "notebooks/notebooks.hpp"
#include "runtimes/runtime.hpp"

namespace colibri::api {

class FilesApi {
 public:
  FilesApi(auth::Sessions& sessions, notebooks::Notebooks& notebooks)
      : sessions_(sessions), notebooks_(notebooks) {}
  FilesApi(const FilesApi&) = delete;

  // This must outlive the router's use.
  void add_routes(net::Router& router);

 private:
  using Answer = Task<net::Response>;
  using Hold = std::shared_ptr<runtimes::FileLines::Hold>;
  struct Place {
    std::shared_ptr<notebooks::DocumentActor> actor;
    std::shared_ptr<runtimes::Runtime> runtime;  // Living.
  };

  // denied for who may not edit; conflict without a runtime.
  Task<Result<Place>> place_of(const net::Request& request);
  Task<Result<Hold>> line_for(const net::Request& request);
  // One question and its answer, as JSON.
  Answer answer(net::Request& request, Result<link::FileRequest> question);
  // The request's body behind the question, and the answer.
  Answer give_body(net::Request& request, Result<link::FileRequest> question);

  Answer list(net::Request& request);
  Answer status(net::Request& request);
  Answer read(net::Request& request);
  Answer write(net::Request& request);
  Answer archive(net::Request& request);
  Answer remove(net::Request& request);
  Answer make_folder(net::Request& request);
  Answer rename(net::Request& request);
  Answer put_range(net::Request& request);
  Answer upload_offset(net::Request& request);
  Answer upload_finish(net::Request& request);
  Answer upload_discard(net::Request& request);
  Task<void> watch(net::Request& request, std::shared_ptr<net::WebSocket> socket);

  auth::Sessions& sessions_;
  notebooks::Notebooks& notebooks_;
};

}  // namespace colibri::api
