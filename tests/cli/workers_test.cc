#include "cli/workers.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace pratique::cli {
namespace {

// Task 7 is killed, task 11 exits; all others give their own result, large ones too, and the order is kept.
TEST(Workers, ACrashIsOneResultAndTheRunGoesOn) {
  constexpr size_t kTasks = 40;
  for (size_t jobs : {1, 3, 100}) {
    std::vector<std::string> texts;
    Work work;
    work.check = [](size_t i) {
      if (i == 7) kill(getpid(), SIGKILL);
      if (i == 11) _exit(3);
      return Checked{Verdict::kAccepted, Reason::kNone, i, std::to_string(i) + std::string(i == 5 ? 1 << 20 : 0, 'x'),
                     "s"};
    };
    work.crashed = [](size_t i, const std::string& how) {
      return Checked{Verdict::kUnchecked, Reason::kInternal, i, how, ""};
    };
    work.done = [&](size_t i, Checked checked) {
      EXPECT_EQ(i, texts.size());
      EXPECT_EQ(checked.size, i);
      texts.push_back(checked.text);
    };
    ASSERT_TRUE(RunInWorkers(kTasks, jobs, work));
    ASSERT_EQ(texts.size(), kTasks);
    EXPECT_EQ(texts[5].size(), 1 + (1 << 20));
    EXPECT_EQ(texts[7], "signal 9");
    EXPECT_EQ(texts[11], "exit 3");
    EXPECT_EQ(texts[39], "39");
  }
}

TEST(Workers, NothingToDo) { EXPECT_TRUE(RunInWorkers(0, 4, {})); }

}  // namespace
}  // namespace pratique::cli
