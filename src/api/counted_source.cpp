#include "api/counted_source.hpp"

namespace colibri::api {
namespace {

class Counted final : public async::ByteSource {
 public:
  Counted(std::shared_ptr<async::ByteSource> source, std::shared_ptr<CountsByUser> counts,
          UserId user)
      : source_(std::move(source)), counts_(std::move(counts)), user_(std::move(user)) {
    ++(*counts_)[user_];
  }
  ~Counted() override {
    if (--(*counts_)[user_] == 0) counts_->erase(user_);
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

  Task<Result<std::string>> next() override { return source_->next(); }

 private:
  std::shared_ptr<async::ByteSource> source_;
  std::shared_ptr<CountsByUser> counts_;
  UserId user_;
};

}  // namespace

bool may_begin(const CountsByUser& counts, const UserId& user, size_t most_of_one,
               size_t most_of_all) {
  size_t all = 0;
  for (const auto& [id, count] : counts) all += static_cast<size_t>(count);
  const auto own = counts.find(user);
  return all < most_of_all &&
         (own == counts.end() || static_cast<size_t>(own->second) < most_of_one);
}

std::shared_ptr<async::ByteSource> counted(std::shared_ptr<async::ByteSource> source,
                                           std::shared_ptr<CountsByUser> counts, UserId user) {
  return std::make_shared<Counted>(std::move(source), std::move(counts), std::move(user));
}

}  // namespace colibri::api
