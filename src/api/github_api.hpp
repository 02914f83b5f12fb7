#pragma once
// The routes about notebooks at GitHub: what there is, and a playground of one.
#include "github/github.hpp"
#include "net/router.hpp"
#include "notebooks/notebooks.hpp"

namespace colibri::api {

class GitHubApi {
 public:
  // Both must outlive the last request.
  GitHubApi(github::GitHub& github, notebooks::Notebooks& notebooks)
      : github_(github), notebooks_(notebooks) {}

  // This must outlive the router's use. Without GitHub only the route that says so.
  void add_routes(net::Router& router);

 private:
  using Answer = Task<net::Response>;

  Answer about();
  Answer repositories(net::Request& request);
  Answer branches(net::Request& request);
  Answer notebooks(net::Request& request);
  Answer file(net::Request& request);
  Answer play(net::Request& request);
  // The notebook at a query's `path`, or its `gist`.
  Task<Result<github::File>> fetch(std::string path, std::string gist);

  github::GitHub& github_;
  notebooks::Notebooks& notebooks_;
};

}  // namespace colibri::api
