#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "api/mail_words.hpp"
#include "api/runtimes_api.hpp"
#include "base/log.hpp"
#include "image/kernels.hpp"

namespace colibri::api {

using net::Access;
using net::Request;
using net::Response;
using net::http::verb;

namespace {

json::Value or_null(const std::optional<int64_t>& value) {
  return value ? json::Value(*value) : json::Value();
}

json::Value accelerator_json(const runtimes::FlavorState& state) {
  const runtimes::Flavor& flavor = state.flavor;
  if (flavor.needed() == 0) return {};
  const std::string& title = state.accelerator_title;
  return json::Object{{"model", flavor.accelerator},
                      {"title", title.empty() ? flavor.accelerator : title},
                      {"count", static_cast<int64_t>(flavor.needed())},
                      {"memory_bytes", state.accelerator_bytes},
                      {"tflops", state.tflops}};
}

json::Object flavor_json(const runtimes::FlavorState& state) {
  const runtimes::Flavor& flavor = state.flavor;
  return {{"name", flavor.name},
          {"title", flavor.title},
          {"kind", state.kind},
          {"cpus", flavor.resources.cpus},
          {"memory_bytes", flavor.resources.memory_bytes},
          {"high_ram", flavor.high_ram},
          {"accelerator", accelerator_json(state)},
          {"scheduled", state.scheduled},
          {"total", state.total},
          {"free", state.free},
          {"waiting", state.waiting},
          {"expected_wait_ms", or_null(state.expected_wait_ms)},
          {"hours_left_ms", or_null(state.hours_left_ms)},
          {"renews_ms", or_null(state.renews_ms)},
          {"image", flavor.image}};
}

// Changes when an image comes, goes, or is built anew: then its name leads to another folder.
// Blocks.
std::string state_of(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::vector<std::string> lines;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    struct stat status {};
    const std::string manifest = (entry.path() / "manifest.json").string();
    if (::stat(manifest.c_str(), &status) != 0) continue;
    lines.push_back(fmt::format("{} {} {}.{} {}\n", manifest, status.st_ino, status.st_mtim.tv_sec,
                                status.st_mtim.tv_nsec, status.st_size));
  }
  std::ranges::sort(lines);
  std::string out;
  for (const std::string& line : lines) out += line;
  return out;
}

// Blocks.
Result<json::Array> images_json(const image::Images& images) {
  const auto found = images.list();
  if (!found) return std::unexpected(found.error());
  json::Array out;
  for (const image::Image& each : *found) {
    json::Array kernels;
    for (const image::KernelTitle& kernel : image::kernel_titles(each))
      kernels.emplace_back(json::Object{{"name", kernel.name},
                                        {"display_name", kernel.display_name},
                                        {"language", kernel.language}});
    out.emplace_back(json::Object{{"name", each.name},
                                  {"title", each.name},
                                  {"python", each.manifest.python},
                                  {"bytes", each.manifest.bytes},
                                  {"kernels", std::move(kernels)}});
  }
  return out;
}

}  // namespace

void RuntimesApi::add_routes(net::Router& router) {
  router.add({.method = verb::get,
              .pattern = "/api/flavors",
              .access = Access::signed_in,
              .scope = auth::kReadNotebooks,
              .handler = [this](Request& r) { return flavors(r); }});
}

Task<Response> RuntimesApi::flavors(Request& request) {
  const auto states = co_await runtimes_.flavors(request.identity->user);
  if (!states) co_return net::error_response(states.error());
  auto work = [this, before = known_images_] { return look_at_images(images_, before); };
  const auto images = co_await pool_.run(std::move(work));
  if (!images) co_return net::error_response(images.error());
  known_images_ = *images;
  json::Array flavors;
  for (const runtimes::FlavorState& state : *states) flavors.emplace_back(flavor_json(state));
  co_return net::json_response(200,
                               {{"flavors", std::move(flavors)}, {"images", (*images)->images}});
}

Result<std::shared_ptr<const RuntimesApi::KnownImages>> RuntimesApi::look_at_images(
    const image::Images& images, std::shared_ptr<const KnownImages> before) {
  std::string state = state_of(images.directory());
  if (before && before->state == state) return before;
  auto told = images_json(images);
  if (!told) return std::unexpected(told.error());
  return std::make_shared<const KnownImages>(std::move(state), *std::move(told));
}

Task<void> RuntimesApi::tell_offer(runtimes::Offer offer) {
  if (!parts_.mail.configured()) co_return;
  const auto user = co_await parts_.accounts.find(offer.user);
  if (!user || !user->email_verified) co_return;
  const std::string link = url_ + "/notebooks/" + offer.notebook.value;
  const auto sent =
      parts_.mail.send(offer_mail(user->email, offer.language, offer.title, offer.minutes, link));
  if (!sent) log::error("whose turn it is was not told by mail: {}", sent.error().detail);
}

}  // namespace colibri::api
