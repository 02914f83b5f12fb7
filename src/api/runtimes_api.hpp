#pragma once
// The routes about runtimes (docs/protocol.md 2.5): what one can ask for; and the mail to whom a
// runtime is offered.
#include <memory>
#include <string>

#include "api/account_api.hpp"
#include "async/blocking_pool.hpp"
#include "image/images.hpp"
#include "runtimes/runtimes.hpp"

namespace colibri::api {

class RuntimesApi {
 public:
  // All must outlive this.
  RuntimesApi(const AccountParts& parts, runtimes::Runtimes& runtimes, const image::Images& images,
              async::BlockingPool& pool)
      : parts_(parts), runtimes_(runtimes), images_(images), pool_(pool) {
    runtimes_.on_offer([this](runtimes::Offer offer) { return tell_offer(std::move(offer)); });
  }
  RuntimesApi(const RuntimesApi&) = delete;

  void add_routes(net::Router& router);
  // Where people reach the server, for links in mails. Before requests.
  void reached_at(std::string url) { url_ = std::move(url); }

 private:
  using Answer = Task<net::Response>;

  Answer flavors(net::Request& request);
  // Never fails: who hears nothing finds the offer in the notebook.
  Task<void> tell_offer(runtimes::Offer offer);

  // The images as they were told last, and by what it shows that they are still so.
  struct KnownImages {
    std::string state;
    json::Array images;
  };
  static Result<std::shared_ptr<const KnownImages>> look_at_images(
      const image::Images& images, std::shared_ptr<const KnownImages> before);

  const AccountParts& parts_;
  runtimes::Runtimes& runtimes_;
  const image::Images& images_;
  async::BlockingPool& pool_;
  std::string url_;
  std::shared_ptr<const KnownImages> known_images_;
};

}  // namespace colibri::api
