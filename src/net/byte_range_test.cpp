#include "net/byte_range.hpp"

#include <gtest/gtest.h>

namespace colibri::net {
namespace {

std::optional<ByteRange> range_of(std::string_view header, uint64_t size = 10) {
  const auto parsed = parse_range(header, size);
  EXPECT_TRUE(parsed) << header;
  return parsed ? *parsed : std::nullopt;
}

TEST(ByteRanges, ArePartsThatAreThere) {
  EXPECT_EQ(range_of("bytes=2-5"), (ByteRange{2, 4}));
  EXPECT_EQ(range_of("bytes=2-"), (ByteRange{2, 8}));
  EXPECT_EQ(range_of("bytes=2-99"), (ByteRange{2, 8}));
  EXPECT_EQ(range_of("bytes=-4"), (ByteRange{6, 4}));
  EXPECT_EQ(range_of("bytes=-40"), (ByteRange{0, 10}));
}

TEST(ByteRanges, OfAnotherFormArePassedOver) {
  for (const char* header :
       {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "lines=1-2", "bytes=0-1,4-5",
        "bytes=1-2x", "bytes=99999999999999999999-"})
    EXPECT_EQ(range_of(header), std::nullopt) << header;
}

TEST(ByteRanges, OutsideAreRefused) {
  for (const char* header : {"bytes=10-", "bytes=10-12", "bytes=-0"})
    EXPECT_FALSE(parse_range(header, 10)) << header;
  EXPECT_FALSE(parse_range("bytes=-1", 0));
}

}  // namespace
}  // namespace colibri::net
