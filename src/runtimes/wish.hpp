#pragma once
// What somebody asks a runtime to be.
#include <string>

namespace colibri::runtimes {

struct Wish {
  std::string flavor = {};  // Empty: the first.
  // Empty: the flavor's, or as image::choose() finds by the kernel and the language.
  std::string image = {};
  std::string kernel_name = {};    // As the notebook's file says; may be empty.
  std::string language = {};       // Of the notebook, as its file says; may be empty.
  bool kernel_chosen = false;      // That kernel and no other.
  std::string meanwhile = {};      // Flavor to work on while one waits; empty: none.
  std::string mail_language = {};  // Of the person's page, for mails.
};

}  // namespace colibri::runtimes
