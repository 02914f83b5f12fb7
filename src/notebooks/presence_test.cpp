#include "notebooks/presence.hpp"

#include <gmock/gmock.h>

namespace colibri::notebooks {
namespace {

using testing::HasSubstr;
using testing::Not;

Visitor somebody(const char* user, document::Role role = document::Role::editor) {
  return {{user}, user, "x@example.org", role};
}

TEST(Presence, GivesEachUserOneColorAndFreesItWhenTheLastTabIsGone) {
  Presence presence;
  presence.join({"t_1"}, somebody("ada"));
  presence.join({"t_2"}, somebody("ada"));
  presence.join({"t_3"}, somebody("bob"));
  EXPECT_THAT(presence.everybody(), HasSubstr(R"("t_2","user":"ada","name":"ada","color":0)"));
  EXPECT_THAT(presence.everybody(), HasSubstr(R"("t_3","user":"bob","name":"bob","color":1)"));
  presence.leave({"t_1"});
  presence.join({"t_4"}, somebody("eve"));
  EXPECT_THAT(presence.everybody(), HasSubstr(R"("name":"eve","color":2)"));
  presence.leave({"t_2"});
  presence.join({"t_5"}, somebody("dan"));
  EXPECT_THAT(presence.everybody(), HasSubstr(R"("name":"dan","color":0)"));
}

TEST(Presence, TellsTheLastPlaceOnly) {
  Presence presence;
  presence.join({"t_1"}, somebody("ada"));
  (void)presence.take_changes();
  EXPECT_TRUE(presence.move({"t_1"}, {.cell = CellId{"a"}, .version = 1}, 0));
  EXPECT_TRUE(
      presence.move({"t_1"}, {.cell = CellId{"b"}, .selection = {{1, 2}}, .version = 2}, 0));
  EXPECT_EQ(presence.take_changes(),
            R"({"type":"presence","moved":[{"client":"t_1","cell":"b","selection":[[1,2]],)"
            R"("version":2,"editing":false}]})");
  EXPECT_TRUE(
      presence.move({"t_1"}, {.cell = CellId{"b"}, .selection = {{1, 2}}, .version = 2}, 0));
  EXPECT_FALSE(presence.changed());
}

TEST(Presence, ShowsTheCursorsOfEditorsOnly) {
  Presence presence;
  presence.join({"t_1"}, somebody("ada", document::Role::viewer));
  EXPECT_TRUE(
      presence.move({"t_1"}, {.cell = CellId{"a"}, .selection = {{1, 1}}, .editing = true}, 0));
  EXPECT_THAT(presence.everybody(), HasSubstr(R"("cell":"a","selection":[],)"));
  presence.set_role({"ada"}, document::Role::editor);
  EXPECT_TRUE(presence.move({"t_1"}, {.cell = CellId{"a"}, .selection = {{1, 1}}}, 0));
  EXPECT_THAT(presence.everybody(), HasSubstr(R"("selection":[[1,1]])"));
  presence.set_role({"ada"}, document::Role::commenter);
  EXPECT_THAT(presence.take_changes(),
              HasSubstr(R"("role":"commenter","cell":"a","selection":[])"));
}

TEST(Presence, EndsWithOneWhoNeverStops) {
  Presence presence;
  presence.join({"t_1"}, somebody("eve"));
  int taken = 0;
  while (taken < 10'000 && presence.move({"t_1"}, {.version = 0}, taken / 10)) ++taken;
  EXPECT_GE(taken, 2'000);
  EXPECT_LT(taken, 2'100);
  presence.join({"t_2"}, somebody("ada"));
  for (int i = 0; i < 5'000; ++i)  // 50 a second for ever is fine.
    EXPECT_TRUE(presence.move({"t_2"}, {.version = 0}, int64_t{i} * 20));
}

TEST(Presence, ForgetsWhoLeft) {
  Presence presence;
  presence.join({"t_1"}, somebody("ada"));
  presence.leave({"t_1"});
  EXPECT_EQ(presence.take_changes(), R"({"type":"presence","left":["t_1"]})");
  EXPECT_TRUE(presence.move({"t_1"}, {.cell = CellId{"a"}}, 0));
  EXPECT_FALSE(presence.changed());
  EXPECT_THAT(presence.everybody(), Not(HasSubstr("t_1")));
}

}  // namespace
}  // namespace colibri::notebooks
