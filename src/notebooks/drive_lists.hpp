#pragma once
// Lists of a Drive in the order and by the pieces that somebody reads them: a list is kept for a
// while after its first piece, so that the others fit. On the reactor thread.
#include <map>
#include <memory>
#include <string>

#include "notebooks/folders.hpp"

namespace colibri::notebooks {

enum class SortBy { name, modified, size, opened, trashed };

struct ListOrder {
  SortBy by = SortBy::name;
  bool descending = false;
};

// Folders first, then by what is asked for, then by name: without regard to case, and numbers by
// their value.
void sort_listing(Listing& listing, ListOrder order);

class DriveLists {
 public:
  struct Kept {
    std::string token;
    std::shared_ptr<const Listing> listing;
  };
  // Keeps it under a token that only this user can use.
  Kept keep(const UserId& user, Listing listing, int64_t now_ms);
  // Null when it is gone.
  [[nodiscard]] std::shared_ptr<const Listing> find(const UserId& user, const std::string& token,
                                                    int64_t now_ms) const;

 private:
  struct Entry {
    UserId user;
    int64_t time_ms = 0;
    std::shared_ptr<const Listing> listing;
  };
  std::map<std::string, Entry> kept_;
};

}  // namespace colibri::notebooks
