#include "clouds/cloud_rows.hpp"

#include <soci/soci.h>

namespace colibri::clouds {

namespace {

// What options are sealed for; nothing else that is sealed has an owner like it.
std::string cloud_owner(const UserId& user, const std::string& id) {
  return "cloud\n" + user.value + "\n" + id;
}

std::unexpected<Error> no_such_cloud() {
  return failure(ErrorCode::not_found, "There is no such cloud.");
}

std::string sealed_text(const Cloud& cloud) {
  json::Object options;
  for (const auto& [name, value] : cloud.options) options.set(name, value);
  return json::serialize(json::Object{{"folder", cloud.folder}, {"options", std::move(options)}});
}

Result<> read_sealed(std::string_view text, Cloud& cloud) {
  const auto told = json::parse_object(text);
  const json::Object* options = told ? json::object_at(*told, "options") : nullptr;
  if (!options) return failure(ErrorCode::corrupt, "What is kept of this cloud is unreadable.");
  cloud.folder = json::string_at(*told, "folder").value_or("");
  for (const auto& [name, value] : *options)
    if (const std::string* given = value.if_string()) cloud.options[name] = *given;
  return {};
}

Result<> check_free(soci::session& sql, const UserId& user, const Cloud& cloud) {
  long long count = 0;
  sql << "SELECT count(*) FROM clouds WHERE user_id = :user AND name = :name AND id <> :id",
      soci::use(user.value), soci::use(cloud.name), soci::use(cloud.id), soci::into(count);
  if (count > 0) return failure(ErrorCode::conflict, "There is a cloud of this name already.");
  return {};
}

}  // namespace

Task<Result<std::vector<Cloud>>> CloudRows::list(UserId user) {
  using List = std::vector<Cloud>;
  store::Work<List> work = [user](soci::session& sql) -> Result<List> {
    List clouds;
    Cloud cloud;
    soci::statement rows =
        (sql.prepare << "SELECT id, name, kind, created_ms FROM clouds WHERE user_id = :user "
                        "ORDER BY name",
         soci::use(user.value), soci::into(cloud.id), soci::into(cloud.name),
         soci::into(cloud.kind), soci::into(cloud.created_ms));
    rows.execute();
    while (rows.fetch()) clouds.push_back(cloud);
    return clouds;
  };
  co_return co_await store_.read<List>(std::move(work));
}

Task<Result<Cloud>> CloudRows::find_where(UserId user, std::string column, std::string value) {
  using Read = std::pair<Cloud, std::string>;
  store::Work<Read> work = [user, column, value](soci::session& sql) -> Result<Read> {
    Read read;
    auto& [cloud, sealed] = read;
    sql << "SELECT id, name, kind, created_ms, sealed FROM clouds WHERE user_id = :user AND " +
               column + " = :value",
        soci::use(user.value), soci::use(value), soci::into(cloud.id), soci::into(cloud.name),
        soci::into(cloud.kind), soci::into(cloud.created_ms), soci::into(sealed);
    if (!sql.got_data()) return no_such_cloud();
    return read;
  };
  auto read = co_await store_.read<Read>(std::move(work));
  if (!read) co_return std::unexpected(read.error());
  const auto text = key_.open_sealed(read->second, cloud_owner(user, read->first.id));
  if (!text) co_return std::unexpected(text.error());
  if (auto good = read_sealed(*text, read->first); !good) co_return std::unexpected(good.error());
  co_return std::move(read->first);
}

Task<Result<Cloud>> CloudRows::find(UserId user, std::string id) {
  co_return co_await find_where(std::move(user), "id", std::move(id));
}

Task<Result<Cloud>> CloudRows::find_by_name(UserId user, std::string name) {
  co_return co_await find_where(std::move(user), "name", std::move(name));
}

Task<Result<>> CloudRows::add(UserId user, Cloud cloud) {
  const std::string sealed = key_.seal(sealed_text(cloud), cloud_owner(user, cloud.id));
  store::Work<> work = [user, cloud, sealed](soci::session& sql) -> Result<> {
    long long count = 0;
    sql << "SELECT count(*) FROM clouds WHERE user_id = :user", soci::use(user.value),
        soci::into(count);
    if (count >= static_cast<long long>(kMostClouds))
      return failure(ErrorCode::conflict, "There are 20 clouds already; disconnect one first.");
    if (auto free = check_free(sql, user, cloud); !free) return free;
    sql << "INSERT INTO clouds (id, user_id, name, kind, sealed, created_ms) VALUES "
           "(:id, :user, :name, :kind, :sealed, :created)",
        soci::use(cloud.id), soci::use(user.value), soci::use(cloud.name), soci::use(cloud.kind),
        soci::use(sealed), soci::use(cloud.created_ms);
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<>> CloudRows::change(UserId user, Cloud cloud) {
  const std::string sealed = key_.seal(sealed_text(cloud), cloud_owner(user, cloud.id));
  store::Work<> work = [user, cloud, sealed](soci::session& sql) -> Result<> {
    if (auto free = check_free(sql, user, cloud); !free) return free;
    std::string found;
    sql << "UPDATE clouds SET name = :name, sealed = :sealed WHERE id = :id AND user_id = :user "
           "RETURNING id",
        soci::use(cloud.name), soci::use(sealed), soci::use(cloud.id), soci::use(user.value),
        soci::into(found);
    if (!sql.got_data()) return no_such_cloud();
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<>> CloudRows::remove(UserId user, std::string id) {
  store::Work<> work = [user, id](soci::session& sql) -> Result<> {
    std::string found;
    sql << "DELETE FROM clouds WHERE id = :id AND user_id = :user RETURNING id", soci::use(id),
        soci::use(user.value), soci::into(found);
    if (!sql.got_data()) return no_such_cloud();
    return {};
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<std::vector<std::string>>> CloudRows::ids() {
  using Ids = std::vector<std::string>;
  store::Work<Ids> work = [](soci::session& sql) -> Result<Ids> {
    Ids ids;
    std::string id;
    soci::statement rows = (sql.prepare << "SELECT id FROM clouds", soci::into(id));
    rows.execute();
    while (rows.fetch()) ids.push_back(id);
    return ids;
  };
  co_return co_await store_.read<Ids>(std::move(work));
}

}  // namespace colibri::clouds
