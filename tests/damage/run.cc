// pratique_damage N [FIRST] [--together]: checks N damaged files, each in a process of its own. Names each that
// crashes, hangs or takes more memory than its size allows; exit 1 if there is one. Says how much the costliest took,
// so that the bounds stay honest.
//
// With --together one process checks them all, of all models and not of each fifth, and another goes on behind a file
// that ends it: many more in the same time, whose memory is not looked at. For sanitizers.
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "tests/damage/damage.h"

namespace {

using pratique::testing::Sound;

constexpr time_t kSeconds = 20;  // for one file
constexpr long kTimes = 64;      // memory: this many times the size of the file,
constexpr long kBase = 8 << 10;  // and as many kilobytes

// Ends this process where what follows takes longer; by its own time, since other programs may keep the machine busy.
void Limit() {
  const itimerval limit{{}, {kSeconds, 0}};
  setitimer(ITIMER_PROF, &limit, nullptr);
}

struct Cost {
  bool good = false;
  long kilobytes = 0;
  double milliseconds = 0;
};

Cost Check(const std::string& file) {
  const pid_t child = fork();
  if (child == 0) {
    Limit();
    if (!file.empty()) (void)pratique::testing::HoldsFor(file);
    _exit(0);
  }
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child) return {};
  const auto ms = [](const timeval& t) {
    return 1e3 * static_cast<double>(t.tv_sec) + 1e-3 * static_cast<double>(t.tv_usec);
  };
  return {WIFEXITED(status) && WEXITSTATUS(status) == 0, usage.ru_maxrss, ms(usage.ru_utime) + ms(usage.ru_stime)};
}

// The largest seen, and by which case.
struct Most {
  double value = 0;
  uint64_t number = 0;
  void See(double seen, uint64_t by) {
    if (seen > value) *this = {seen, by};
  }
};

// How far the process that checks has come; seen by both.
struct Progress {
  uint64_t number, accepted;
};

int CheckTogether(uint64_t n, uint64_t start) {
  const std::vector<Sound> models = pratique::testing::SoundModels(400000, 1);
  std::printf("%zu sound files\n", models.size());
  std::fflush(stdout);
  void* shared = mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 2;
  auto* progress = new (shared) Progress{start, 0};
  uint64_t bad = 0;
  const auto say = [&](uint64_t done) {
    std::printf("%llu damaged files: %llu accepted, %llu bad\n", static_cast<unsigned long long>(done),
                static_cast<unsigned long long>(progress->accepted), static_cast<unsigned long long>(bad));
    std::fflush(stdout);
  };
  while (progress->number < start + n) {
    const pid_t child = fork();
    if (child < 0) return 2;
    if (child == 0) {
      for (; progress->number < start + n; ++progress->number) {
        Limit();
        progress->accepted += pratique::testing::HoldsFor(pratique::testing::Damaged(models, progress->number));
        if ((progress->number + 1 - start) % 10000 == 0) say(progress->number + 1 - start);
      }
      _exit(0);
    }
    int status = 0;
    if (waitpid(child, &status, 0) != child) return 2;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) break;
    std::printf("case %llu: crash or hang\n", static_cast<unsigned long long>(progress->number));
    ++bad;
    ++progress->number;
  }
  say(n);
  return bad == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const bool together = argc > 1 && std::strcmp(argv[argc - 1], "--together") == 0;
  argc -= together;
  const uint64_t n = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10000;
  const uint64_t start = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  if (together) return CheckTogether(n, start);
  const std::vector<Sound> models = pratique::testing::SoundModels(400000, 5);
  for (const Sound& model : models) (void)pratique::testing::HoldsFor(model.bytes);  // plans are compiled once
  const Cost nothing = Check("");
  uint64_t bad = 0;
  Most memory, time;
  for (uint64_t number = start; number < start + n; ++number) {
    const std::string file = pratique::testing::Damaged(models, number);
    const auto size = static_cast<long>(file.size() / 1024);
    const Cost cost = Check(file);
    const long kilobytes = cost.kilobytes - nothing.kilobytes;
    memory.See(static_cast<double>(kilobytes), number);
    time.See(cost.milliseconds, number);
    if (cost.good && kilobytes <= kTimes * size + kBase) continue;
    std::printf("case %llu, %zu bytes: %s, %ld kB\n", static_cast<unsigned long long>(number), file.size(),
                cost.good ? "too much memory" : "crash or hang", kilobytes);
    ++bad;
  }
  std::printf(
      "%llu damaged files of %zu sound ones: %llu bad. At most %.0f kB more than the program has (case %llu), %.0f ms "
      "with "
      "its process (case %llu)\n",
      static_cast<unsigned long long>(n), models.size(), static_cast<unsigned long long>(bad), memory.value,
      static_cast<unsigned long long>(memory.number), time.value, static_cast<unsigned long long>(time.number));
  return bad == 0 ? 0 : 1;
}
