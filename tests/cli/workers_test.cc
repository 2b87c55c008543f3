#include "cli/workers.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "cli/sandbox.h"

namespace pratique::cli {
namespace {

// Task 7 is killed, tasks 11 and 12, one behind the other, exit; all others give their own result, large ones too, and
// the order is kept.
TEST(Workers, ACrashIsOneResultAndTheRunGoesOn) {
  constexpr size_t kTasks = 40;
  for (size_t jobs : {1, 3, 100}) {
    std::vector<std::string> texts;
    size_t given = 0;
    Work work;
    work.next = [&]() { return given < kTasks ? std::optional(Task(std::to_string(given++))) : std::nullopt; };
    work.check = [](const Task& given_task) {
      const std::string& task = given_task.what;
      if (task == "7") __builtin_trap();
      if (task == "11" || task == "12") _exit(3);
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
    EXPECT_EQ(texts[7], "signal 4");
    EXPECT_EQ(texts[11], "exit 3");
    EXPECT_EQ(texts[12], "exit 3");
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
  work.next = [&]() { return given < kTasks ? std::optional(Task(std::to_string(given++))) : std::nullopt; };
  work.check = [](const Task& task) {
    if (task.what == "0") usleep(300000);
    return Checked{Verdict::kAccepted, Reason::kNone, 0, task.what, ""};
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

#if defined(__linux__) && !defined(PRATIQUE_UNDER_SANITIZER)
// What somebody who has taken a worker over would try: each line that comes back is a way out.
std::string WaysOut(const Task& task) {
  std::string out;
  const auto attempt = [&](const char* what, long result) {
    if (result >= 0 || errno != EACCES) out += std::string(what) + "\n";
  };
  attempt("open to read", open("/etc/passwd", O_RDONLY));
  attempt("open to write", open("/tmp/pratique-way-out", O_WRONLY | O_CREAT, 0600));
  attempt("openat", syscall(SYS_openat, AT_FDCWD, "/", O_RDONLY | O_DIRECTORY));
  attempt("openat2", syscall(SYS_openat2, AT_FDCWD, "/", nullptr, 0));
  attempt("open_by_handle_at", syscall(SYS_open_by_handle_at, 0, nullptr, 0));
  attempt("memfd_create", syscall(SYS_memfd_create, "x", 0));
  attempt("unlink", unlink("/tmp/pratique-way-out"));
  attempt("rename", rename("/tmp/pratique-a", "/tmp/pratique-b"));
  attempt("socket", socket(AF_INET, SOCK_STREAM, 0));
  attempt("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, std::array<int, 2>().data()));
  attempt("connect", connect(3, nullptr, 0));
  attempt("fork", fork());
  attempt("execve", execve("/bin/true", nullptr, nullptr));
  attempt("kill", kill(getppid(), 0));
  attempt("ptrace", ptrace(PTRACE_ATTACH, getppid(), nullptr, nullptr));
  attempt("process_vm_writev", syscall(SYS_process_vm_writev, 1, nullptr, 0, nullptr, 0, 0));
  attempt("io_uring_setup", syscall(SYS_io_uring_setup, 1, nullptr));
  attempt("prctl", prctl(PR_SET_DUMPABLE, 1));
  attempt("setrlimit", setrlimit(RLIMIT_CORE, nullptr));
  attempt("dup", dup(0));
  void* code = mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  attempt("mmap of code", code == MAP_FAILED ? -1 : 0);
  void* data = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED) out += "no memory\n";
  attempt("mprotect to code", mprotect(data, 4096, PROT_READ | PROT_EXEC));
  if (write(STDOUT_FILENO, "", 0) >= 0) out += "standard output\n";
  char byte = 0;
  if (pread(task.file.get(), &byte, 1, 0) != 1 || byte != 'x') out += "the file it was given is not readable\n";
  return out;
}

TEST(Workers, OneThatIsTakenOverCanOpenNothing) {
  ASSERT_TRUE(kHasSandbox);
  const std::string path = ::testing::TempDir() + "pratique_workers_test";
  std::ofstream(path) << "x";
  for (bool opens : {false, true}) {
    size_t given = 0;
    std::string ways;
    Work work;
    work.next = [&]() {
      return given++ == 0 ? std::optional(Task("x", Fd(open(path.c_str(), O_RDONLY)))) : std::nullopt;
    };
    work.check = [opens](const Task& task) {
      return Checked{Verdict::kAccepted, Reason::kNone, 0,
                     opens ? std::to_string(open("/", O_RDONLY) >= 0) : WaysOut(task), ""};
    };
    work.crashed = [](const std::string&, const std::string& how) {
      return Checked{Verdict::kUnchecked, Reason::kInternal, 0, how, ""};
    };
    work.done = [&](Checked checked) { ways = checked.text; };
    work.opens = opens;
    ASSERT_TRUE(RunInWorkers(1, work));
    EXPECT_EQ(ways, opens ? "1" : "") << "of these a worker is capable";
  }
  unlink(path.c_str());
}

// Landlock alone, in a process of its own; on a kernel without it nothing changes, and the caller is told.
TEST(Workers, WithoutAFilterPathsAreForbiddenStill) {
  constexpr int kForbidden = 1, kOpens = 2, kReadsWhatItHas = 4;
  const int version = static_cast<int>(syscall(444, nullptr, 0, 1));  // landlock_create_ruleset: which there is
  const pid_t child = fork();
  if (child == 0) {
    const int zero = open("/dev/zero", O_RDONLY);
    const bool forbidden = ForbidPaths();
    char byte = 'x';
    const bool opens = open("/etc/passwd", O_RDONLY) >= 0 || open("/tmp", O_RDONLY | O_DIRECTORY) >= 0 ||
                       open("/tmp/pratique-way-out", O_WRONLY | O_CREAT, 0600) >= 0 ||
                       mkdir("/tmp/pratique-way-out", 0700) == 0;
    _exit((forbidden ? kForbidden : 0) | (opens ? kOpens : 0) | (read(zero, &byte, 1) == 1 ? kReadsWhatItHas : 0));
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), (version >= 1 ? kForbidden : kOpens) | kReadsWhatItHas);
}
#endif

}  // namespace
}  // namespace pratique::cli
