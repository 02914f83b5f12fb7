#pragma once
// How the kernels of an image are called: what their kernelspecs say to people. Blocks.
#include <string>
#include <vector>

#include "image/images.hpp"

namespace colibri::image {

struct KernelTitle {
  std::string name;          // "ir"
  std::string display_name;  // "R"
  std::string language;      // "R"; empty: not known
};

// Of those that its manifest names, in that order. A kernelspec that cannot be read is called by
// its name. Links in the image lead no further than its root.
[[nodiscard]] std::vector<KernelTitle> kernel_titles(const Image& image);

}  // namespace colibri::image
