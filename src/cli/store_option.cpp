#include "cli/store_option.hpp"

#include <utility>

#include "store/address.hpp"

namespace colibri::cli {

void add_store_option(CLI::App& command, std::function<void(const std::string&)> take) {
  command
      .add_option_function<std::string>(
          "--store", std::move(take),
          "The database: a file, or postgresql://user@host/database (default: DATA/colibri.db)")
      ->check([](const std::string& text) -> std::string {
        if (!store::has_password(text)) return "";
        return "a password has no place on a command line; put it into store_password_file of "
               "the settings, or into ~/.pgpass";
      });
}

}  // namespace colibri::cli
