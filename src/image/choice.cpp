#include "image/choice.hpp"

#include <algorithm>

namespace colibri::image {

namespace {

bool has_kernel(const Image& image, const std::string& kernel) {
  return std::ranges::find(image.manifest.kernels, kernel) != image.manifest.kernels.end();
}

// The writer's environment had a name of its own: any Python will do.
bool is_any_python(const Image& image, const Want& want) {
  return (want.language.empty() || want.language == "python") && !image.manifest.kernels.empty();
}

}  // namespace

Result<Choice> choose(const Images& images, const Want& want, const std::string& usual) {
  const bool named = !want.image.empty();
  auto image = images.find(named ? want.image : usual);
  if (!image) return std::unexpected(image.error());
  if (has_kernel(*image, want.kernel)) return Choice{*std::move(image), want.kernel};
  if (!named && !want.kernel.empty()) {
    auto others = images.list();
    if (!others) return std::unexpected(others.error());
    for (Image& other : *others)
      if (has_kernel(other, want.kernel)) return Choice{std::move(other), want.kernel};
  }
  if (is_any_python(*image, want)) {
    std::string kernel = image->manifest.kernels.front();
    return Choice{*std::move(image), std::move(kernel)};
  }
  return failure(ErrorCode::not_found,
                 (named ? "The image \"" + image->name + "\"" : "No image of this server") +
                     " has " + (named ? "no" : "the") + " kernel \"" + want.kernel + "\" (" +
                     want.language + ").");
}

}  // namespace colibri::image
