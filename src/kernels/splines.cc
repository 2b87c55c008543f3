#include "kernels/splines.h"

#include <algorithm>

namespace pratique {

// scipy/interpolate/src/__fitpack.cc _find_interval and _deBoor_D (1.10 to 1.17).
size_t SplineBasis::Evaluate(double x, bool derivative, std::span<double> work) const {
  const size_t k = degree, n = size();
  const auto inner = knots.subspan(k, n - k + 1);
  const auto above = static_cast<size_t>(std::ranges::upper_bound(inner, x) - inner.begin());
  const size_t interval = k + std::clamp<size_t>(above, 1, n - k) - 1;
  const std::span<double> h = work.first(k + 1), before = work.subspan(k + 1, k + 1);
  h[0] = 1;
  const size_t plain = derivative ? k - std::min<size_t>(k, 1) : k;
  for (size_t j = 1; j <= k; ++j) {
    std::copy_n(h.begin(), j, before.begin());
    h[0] = 0;
    for (size_t m = 1; m <= j; ++m) {
      const double high = knots[interval + m], low = knots[interval + m - j];
      if (high == low) {
        h[j <= plain ? m : 1] = 0;
        continue;
      }
      if (j <= plain) {
        const double w = before[m - 1] / (high - low);
        h[m - 1] += w * (high - x);
        h[m] = w * (x - low);
      } else {
        const double w = static_cast<double>(j) * before[m - 1] / (high - low);
        h[m - 1] -= w;
        h[m] = w;
      }
    }
  }
  if (derivative && k == 0) h[0] = 0;
  return interval - k;
}

}  // namespace pratique
