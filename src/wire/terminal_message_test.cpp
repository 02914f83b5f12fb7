#include "wire/terminal_message.hpp"

#include <gtest/gtest.h>

namespace colibri::wire {
namespace {

TEST(TerminalMessage, ReadsWhatAPageSends) {
  const auto attach =
      parse_terminal_message(R"({"type":"attach","from":7,"columns":100,"rows":30})");
  ASSERT_TRUE(attach);
  EXPECT_EQ(std::get<TerminalAttach>(*attach).from, 7u);
  EXPECT_EQ(std::get<TerminalAttach>(*attach).columns, 100);
  const auto taken = parse_terminal_message(R"({"type":"taken","to":9})");
  ASSERT_TRUE(taken);
  EXPECT_EQ(std::get<TerminalTaken>(*taken).to, 9u);
  EXPECT_TRUE(parse_terminal_message(R"({"type":"resize","columns":1,"rows":-5})"));
}

TEST(TerminalMessage, RefusesWhatItDoesNotKnow) {
  for (const char* text : {"", "7", "{}", R"({"type":"taken"})", R"({"type":"taken","to":-1})",
                           R"({"type":"resize","columns":"wide","rows":2})",
                           R"({"type":"attach","columns":1,"rows":1})", R"({"type":"shell"})"})
    EXPECT_FALSE(parse_terminal_message(text)) << text;
  EXPECT_FALSE(parse_terminal_message(R"({"type":")" + std::string(5000, 'x') + "\"}"));
}

TEST(TerminalMessage, OutputHasItsPlaceBeforeIt) {
  EXPECT_EQ(terminal_output(0x0102, "ab"), std::string("\x02\x01\0\0\0\0\0\0ab", 10));
}

}  // namespace
}  // namespace colibri::wire
