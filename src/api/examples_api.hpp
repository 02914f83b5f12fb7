#pragma once
// The routes about the notebooks that teach: their list, their files, and a playground of one.
#include "net/router.hpp"
#include "notebooks/notebooks.hpp"

namespace colibri::api {

class ExamplesApi {
 public:
  // `notebooks` must outlive the last request.
  explicit ExamplesApi(notebooks::Notebooks& notebooks) : notebooks_(notebooks) {}

  // This must outlive the router's use.
  void add_routes(net::Router& router);

 private:
  Task<net::Response> play(net::Request& request);

  notebooks::Notebooks& notebooks_;
};

}  // namespace colibri::api
