// What numpy's RandomState of an integer seed draws (numpy/random/src/legacy, distributions and mt19937, 1.17 to 2.4,
// the same streams as before): std::mt19937 is its generator, and so is its seed.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>

namespace pratique {

class RandomState {
 public:
  explicit RandomState(uint32_t seed) : generator_(seed) {}

  // randint(n), of n from 1 to 2^32 - 1: masked, and drawn again until below. For n = 1 nothing is drawn.
  uint32_t Below(uint32_t n) {
    const uint32_t most = n - 1;
    if (most == 0) return 0;
    uint32_t mask = most;
    for (uint32_t shift = 1; shift < 32; shift *= 2) mask |= mask >> shift;
    for (;;) {
      const uint32_t drawn = Bits() & mask;
      if (drawn <= most) return drawn;
    }
  }

  // random_sample()
  double Uniform() {
    const uint32_t high = Bits() >> 5, low = Bits() >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
  }

  // binomial(1, p), of which the rarer outcome is drawn. p is about 0 to 1: what rounding leaves beyond is taken, and
  // never draws without end.
  class Trial {
   public:
    explicit Trial(double p) : never_(p == 0), is_failure_(!(p <= 0.5)) {
      const double rarer = is_failure_ ? 1 - p : p, other = 1 - rarer;
      none_ = std::exp(std::log(other));
      one_ = rarer * none_ / other;
    }

   private:
    friend class RandomState;
    bool never_, is_failure_;
    double none_, one_;
  };
  bool Succeeds(const Trial& trial) { return !trial.never_ && IsRarer(trial) != trial.is_failure_; }

 private:
  uint32_t Bits() { return static_cast<uint32_t>(generator_()); }

  // legacy_random_binomial_inversion of one trial. What is left after both outcomes is rounding: drawn again.
  bool IsRarer(const Trial& trial) {
    for (;;) {
      double u = Uniform();
      if (!(u > trial.none_)) return false;
      u -= trial.none_;
      if (!(u > trial.one_)) return true;
    }
  }

  std::mt19937 generator_;
};

}  // namespace pratique
