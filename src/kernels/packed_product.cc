#include "kernels/packed_product.h"

#include <algorithm>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/packed_product.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace pratique {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

template <class Acc>
inline constexpr size_t kLanes = std::min(kOutputsSideBySide, hn::MaxLanes(hn::ScalableTag<Acc>()));
template <class Acc>
inline constexpr size_t kVectors = kOutputsSideBySide / kLanes<Acc>;
// Blocks of columns are sums of their own: a processor adds several at the same time.
template <class Acc>
inline constexpr size_t kBlocksAtOnce = kVectors<Acc> >= 8 ? 1 : std::min<size_t>(4, 8 / kVectors<Acc>);

template <class Acc>
using V = hn::Vec<hn::CappedTag<Acc, kOutputsSideBySide>>;

// total += the sums of kBlocks blocks, in their order, which begin at x and w and have columns[b] columns.
template <size_t kBlocks, class Acc>
HWY_INLINE void AddBlocks(const Acc* HWY_RESTRICT x, const Acc* HWY_RESTRICT w, const size_t* columns, bool is_first,
                          V<Acc> (&total)[kVectors<Acc>]) {
  const hn::CappedTag<Acc, kOutputsSideBySide> d;
  V<Acc> sum[kBlocks][kVectors<Acc>];
  size_t begin[kBlocks], next = 0, common = columns[0];
  for (size_t b = 0; b < kBlocks; ++b) {
    begin[b] = next;
    next += columns[b];
    common = std::min(common, columns[b]);
    for (auto& v : sum[b]) v = hn::Zero(d);
  }
  const auto add = [&](size_t b, size_t k) HWY_ATTR {
    const auto value = hn::Set(d, x[begin[b] + k]);
    for (size_t v = 0; v < kVectors<Acc>; ++v) {
      const auto weights = hn::LoadU(d, w + (begin[b] + k) * kOutputsSideBySide + v * kLanes<Acc>);
      sum[b][v] = Fused(d, value, weights, sum[b][v]);
    }
  };
  for (size_t k = 0; k < common; ++k) {
    for (size_t b = 0; b < kBlocks; ++b) add(b, k);
  }
  for (size_t b = 0; b < kBlocks; ++b) {
    for (size_t k = common; k < columns[b]; ++k) add(b, k);
    for (size_t v = 0; v < kVectors<Acc>; ++v) total[v] = is_first && b == 0 ? sum[b][v] : hn::Add(total[v], sum[b][v]);
  }
}

template <class Acc>
HWY_INLINE void Row(const Acc* x, const Acc* packed, const Weights& w, Acc* out) {
  const hn::CappedTag<Acc, kOutputsSideBySide> d;
  for (size_t first = 0; first < w.n; first += kOutputsSideBySide, packed += kOutputsSideBySide * w.cols) {
    V<Acc> total[kVectors<Acc>];
    for (auto& v : total) v = hn::Zero(d);
    for (size_t column = 0, end; column < w.cols; column = end) {
      size_t columns[kBlocksAtOnce<Acc>], blocks = 0;
      for (end = column; blocks < kBlocksAtOnce<Acc> && end < w.cols; end += columns[blocks++])
        columns[blocks] = ColumnsOfBlock<Acc>(w.cols - end);
      const auto blocks_are = [&]<size_t kBlocks>() HWY_ATTR {
        if constexpr (kBlocks <= kBlocksAtOnce<Acc>)
          AddBlocks<kBlocks>(x + column, packed + column * kOutputsSideBySide, columns, column == 0, total);
      };
      if (blocks == 4)
        blocks_are.template operator()<4>();
      else if (blocks == 3)
        blocks_are.template operator()<3>();
      else if (blocks == 2)
        blocks_are.template operator()<2>();
      else
        blocks_are.template operator()<1>();
    }
    for (size_t v = 0; v < kVectors<Acc> && first + v * kLanes<Acc> < w.n; ++v) {
      const size_t at = first + v * kLanes<Acc>, n = std::min(kLanes<Acc>, w.n - at);
      if (w.added != nullptr) {
        alignas(64) Acc added[kLanes<Acc>] = {};
        for (size_t j = 0; j < n; ++j) added[j] = static_cast<Acc>(w.added[at + j]);
        total[v] = hn::Add(total[v], hn::Load(d, added));
      }
      StoreFirst(total[v], d, out + at, n);
    }
  }
}

void OfFloats(const float* x, const float* packed, const Weights& w, float* out) { Row(x, packed, w, out); }
void OfDoubles(const double* x, const double* packed, const Weights& w, double* out) { Row(x, packed, w, out); }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace pratique
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pratique {

HWY_EXPORT(OfFloats);
HWY_EXPORT(OfDoubles);

template <class Out>
void PackWeights(const Weights& w, std::span<Out> to) {
  Out* at = to.data();
  for (size_t first = 0; first < w.n; first += kOutputsSideBySide) {
    for (size_t k = 0; k < w.cols; ++k) {
      for (size_t j = first; j < first + kOutputsSideBySide; ++j)
        *at++ = j < w.n ? static_cast<Out>(w.data[j * w.cols + k]) : Out{0};
    }
  }
}
template void PackWeights(const Weights&, std::span<float>);
template void PackWeights(const Weights&, std::span<double>);

template <>
void PackedProduct(const float* x, const float* packed, const Weights& w, float* out) {
  HWY_DYNAMIC_DISPATCH(OfFloats)(x, packed, w, out);
}
template <>
void PackedProduct(const double* x, const double* packed, const Weights& w, double* out) {
  HWY_DYNAMIC_DISPATCH(OfDoubles)(x, packed, w, out);
}

}  // namespace pratique
#endif  // HWY_ONCE
