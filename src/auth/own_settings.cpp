#include "auth/own_settings.hpp"

#include <soci/soci.h>

#include <algorithm>

namespace colibri::auth {
namespace {

bool is_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= OwnSettings::kMostNameBytes &&
         std::ranges::all_of(name, fits);
}

Result<json::Object> read_settings(soci::session& sql, const UserId& user) {
  std::string text;
  sql << "SELECT settings FROM user_settings WHERE user_id = :user", soci::use(user.value),
      soci::into(text);
  if (!sql.got_data()) return json::Object{};
  return json::parse_object(text);
}

}  // namespace

Task<Result<json::Object>> OwnSettings::all(UserId user) {
  auto work = [user](soci::session& sql) { return read_settings(sql, user); };
  co_return co_await store_.read<json::Object>(std::move(work));
}

Task<Result<json::Object>> OwnSettings::change(UserId user, json::Object changes) {
  for (const auto& [name, value] : changes)
    if (!is_name(name)) co_return failure(ErrorCode::invalid, "this is no name of a setting");
  auto work = [user, changes](soci::session& sql) -> Result<json::Object> {
    auto settings = read_settings(sql, user);
    if (!settings) return settings;
    for (const auto& [name, value] : changes) {
      if (value.is_null())
        settings->erase(name);
      else
        settings->set(name, value);
    }
    const std::string text = json::serialize(*settings);
    if (settings->size() > kMostMembers || text.size() > kMostBytes)
      return failure(ErrorCode::too_large, "these are too many settings");
    sql << "INSERT INTO user_settings (user_id, settings) VALUES (:user, :settings)"
           " ON CONFLICT (user_id) DO UPDATE SET settings = excluded.settings",
        soci::use(user.value), soci::use(text);
    return settings;
  };
  co_return co_await store_.write<json::Object>(std::move(work));
}

}  // namespace colibri::auth
