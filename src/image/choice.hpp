#pragma once
// Which image and which of its kernels a notebook gets. Reads the images' folder: it blocks.
#include <string>

#include "image/images.hpp"

namespace colibri::image {

// What a notebook, or whoever connects it, asks for; each may be empty.
struct Want {
  std::string image;
  std::string kernel;    // Name of a kernelspec: "python3", "ir".
  std::string language;  // "python", "R"
};

struct Choice {
  Image image;
  std::string kernel;
};

// An image that is named stays. Without a name it is `usual`, or, where that lacks the kernel, the
// first image by name that has it. Notebooks carry kernel names of their writers' environments
// ("conda-py39"), so a Python notebook, or one of no language, takes the first kernel when the
// named one is nowhere.
//
// not_found  no such image, or the kernel is in none that may be taken
// corrupt    as Images::find()
[[nodiscard]] Result<Choice> choose(const Images& images, const Want& want,
                                    const std::string& usual);

}  // namespace colibri::image
