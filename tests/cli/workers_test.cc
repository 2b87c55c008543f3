#include "cli/workers.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace pratique::cli {
namespace {

// Task 7 is killed, task 11 exits; all others give their own result, large ones too, and the order is kept.
TEST(Workers, ACrashIsOneResultAndTheRunGoesOn) {
  constexpr size_t kTasks = 40;
  for (size_t jobs : {1, 3, 100}) {
    std::vector<std::string> texts;
    size_t given = 0;
    Work work;
    work.next = [&]() { return given < kTasks ? std::optional(std::to_string(given++)) : std::nullopt; };
    work.check = [](const std::string& task) {
      if (task == "7") kill(getpid(), SIGKILL);
      if (task == "11") _exit(3);
      return Checked{Verdict::kAccepted, Reason::kNone, std::stoul(task),
                     task + std::string(task == "5" ? 1 << 20 : 0, 'x'), "s"};
    };
    work.crashed = [](const std::string& task, const std::string& how) {
      return Checked{Verdict::kUnchecked, Reason::kInternal, std::stoul(task), how, ""};
    };
    work.done = [&](Checked checked) {
      EXPECT_EQ(checked.size, texts.size());
      texts.push_back(checked.text);
    };
    ASSERT_TRUE(RunInWorkers(jobs, work));
    ASSERT_EQ(texts.size(), kTasks);
    EXPECT_EQ(texts[5].size(), 1 + (1 << 20));
    EXPECT_EQ(texts[7], "signal 9");
    EXPECT_EQ(texts[11], "exit 3");
    EXPECT_EQ(texts[39], "39");
  }
}

TEST(Workers, NothingToDo) {
  Work work;
  work.next = [] { return std::nullopt; };
  EXPECT_TRUE(RunInWorkers(4, work));
}

// The first task takes until the tasks behind it are held back: they are not given out without end.
TEST(Workers, OneSlowTaskHoldsBackOnlySoMany) {
  constexpr size_t kTasks = 5000;
  size_t given = 0, most = 0, done = 0;
  Work work;
  work.next = [&]() { return given < kTasks ? std::optional(std::to_string(given++)) : std::nullopt; };
  work.check = [](const std::string& task) {
    if (task == "0") usleep(300000);
    return Checked{Verdict::kAccepted, Reason::kNone, 0, task, ""};
  };
  work.crashed = [](const std::string&, const std::string&) { return Checked{}; };
  work.done = [&](Checked checked) {
    EXPECT_EQ(checked.text, std::to_string(done));
    most = std::max(most, given - done++);
  };
  ASSERT_TRUE(RunInWorkers(3, work));
  EXPECT_EQ(done, kTasks);
  EXPECT_LE(most, 1100);
}

}  // namespace
}  // namespace pratique::cli
