#include "store/connection.hpp"

#include <soci/soci.h>

namespace colibri::store {

Result<> Connection::run(const char* statement) {
  try {
    sql_ << statement;
    return {};
  } catch (const std::exception& e) {
    return std::unexpected(describe(e));
  }
}

Result<std::unique_ptr<Connection>> connect(const Address& address, Access access, bool exclusive) {
  if (!address.file.empty()) return connect_sqlite(address.file, access);
  return connect_postgresql(address, access, exclusive);
}

}  // namespace colibri::store
