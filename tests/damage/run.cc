// pratique_damage N [FIRST]: checks N damaged files in processes of their own. Names each that crashes, hangs or takes more
// memory than its size allows; exit 1 if there is one.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "tests/damage/damage.h"

namespace {

using pratique::testing::Sound;

constexpr uint64_t kChunk = 1000;
constexpr unsigned kSeconds = 20;                     // for one file
constexpr long kTimes = 100, kBase = 256 << 10;       // kilobytes: 100 times the largest file, and 256 MiB

struct Ran {
  bool good = false;
  long kilobytes = 0;
};

// Cases [first, end) in a child process.
Ran Run(const std::vector<Sound>& models, uint64_t first, uint64_t end) {
  const pid_t child = fork();
  if (child == 0) {
    for (uint64_t number = first; number < end; ++number) {
      alarm(kSeconds);
      (void)pratique::testing::HoldsFor(pratique::testing::Damaged(models, number));
    }
    _exit(0);
  }
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child) return {};
  return {WIFEXITED(status) && WEXITSTATUS(status) == 0, usage.ru_maxrss};
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t n = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10000;
  const uint64_t start = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  const std::vector<Sound> models = pratique::testing::SoundModels(20000, 5);
  size_t largest = 0;
  for (const Sound& model : models) largest = std::max(largest, model.bytes.size());
  const long before = Run(models, 0, 0).kilobytes;
  const long allowed = kTimes * static_cast<long>(largest / 1024) + kBase;
  uint64_t bad = 0;
  long most = 0;
  for (uint64_t first = start; first < start + n; first += kChunk) {
    const uint64_t end = std::min(first + kChunk, start + n);
    Ran ran = Run(models, first, end);
    most = std::max(most, ran.kilobytes - before);
    if (ran.good && ran.kilobytes - before <= allowed) continue;
    for (uint64_t number = first; number < end; ++number) {
      ran = Run(models, number, number + 1);
      if (ran.good && ran.kilobytes - before <= allowed) continue;
      std::printf("case %llu: %s, %ld kB\n", static_cast<unsigned long long>(number), ran.good ? "too much memory" : "crash or hang",
                  ran.kilobytes - before);
      ++bad;
    }
  }
  std::printf("%llu damaged files of %zu sound ones (largest %zu bytes): %llu bad; at most %ld kB beyond what the program has\n",
              static_cast<unsigned long long>(n), models.size(), largest, static_cast<unsigned long long>(bad), most);
  return bad == 0 ? 0 : 1;
}
