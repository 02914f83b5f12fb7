#pragma once
// What all parts of this module work with. Internal to it.
#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>

#include "async/blocking_pool.hpp"
#include "drive/file_watch.hpp"
#include "notebooks/notebooks.hpp"
#include "runtimes/runtimes.hpp"
#include "store/store.hpp"

namespace colibri::notebooks {

struct World {
  asio::any_io_executor reactor;
  store::Store& store;
  async::BlockingPool& pool;
  runtimes::Runtimes& runtimes;
  Settings settings;
  std::shared_ptr<drive::FileWatch> files;  // Other programs' changes.
  std::function<Task<void>(Mention)> tell_mention = {};

  [[nodiscard]] std::string drive_root(const UserId& user) const {
    return settings.data_directory + "/drive/" + user.value;
  }
  [[nodiscard]] std::string blob_folder() const { return settings.data_directory + "/blobs"; }
};

}  // namespace colibri::notebooks
