// What kernels need of Highway's library (hwy/targets.cc), which the tool leaves out on x86-64: as it is loaded it
// measures the processor's timer, and that takes longer than to scan a small file. The library itself links Highway's.
#include <atomic>
#include <cstdint>

#include "hwy/highway.h"
#include "kernels/targets.h"

#if HWY_ARCH_X86_64

namespace hwy {
namespace {

std::atomic<int64_t> disabled{0}, for_test{0};

// Of the targets that kernels are compiled for: hwy/targets.cc has the same features in its groups.
int64_t OfProcessor() {
  int64_t targets = HWY_ENABLED_BASELINE | HWY_EMU128 | HWY_SCALAR;
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("x86-64-v3") || !__builtin_cpu_supports("aes") || !__builtin_cpu_supports("pclmul"))
    return targets;
  targets |= HWY_AVX2;
  return __builtin_cpu_supports("x86-64-v4") ? targets | HWY_AVX3 : targets;
}

}  // namespace

int64_t SupportedTargets() {
  static const int64_t of_processor = OfProcessor();
  const int64_t mock = for_test.load(), targets = (mock != 0 ? mock : of_processor) & ~disabled.load();
  return targets != 0 ? targets : HWY_STATIC_TARGET;
}

void DisableTargets(int64_t targets) {
  disabled.store(targets);
  GetChosenTarget().DeInit();
}

void SetSupportedTargetsForTest(int64_t targets) {
  for_test.store(targets);
  GetChosenTarget().DeInit();
}

ChosenTarget& GetChosenTarget() {
  static ChosenTarget chosen;
  return chosen;
}

}  // namespace hwy

#endif  // HWY_ARCH_X86_64
