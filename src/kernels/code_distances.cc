#include "kernels/code_distances.h"

#include <algorithm>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/code_distances.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace pratique {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Integers = hn::CappedTag<int32_t, kRowsOfBlock>;
constexpr size_t kLanes = hn::MaxLanes(Integers()), kVectors = kRowsOfBlock / kLanes;
using Codes = hn::Repartition<uint16_t, Integers>;

// Sums of products, each of two halves: where the instruction gives them apart, they meet in Total.
struct Sum {
  hn::Vec<Integers> first, second;

  // The products of four features of as many rows as there are lanes with a point's: `even` has those of the first and
  // the third, `odd` the others.
  HWY_INLINE void Add(const uint8_t* rows, int32_t even, int32_t odd) {
    const Integers d;
#if HWY_TARGET == HWY_SCALAR
    const auto half = [](int32_t pair, int which) {
      return static_cast<int16_t>(static_cast<uint32_t>(pair) >> (16 * which));
    };
    first = hn::Add(first, hn::Set(d, rows[0] * half(even, 0) + rows[2] * half(even, 1)));
    second = hn::Add(second, hn::Set(d, rows[1] * half(odd, 0) + rows[3] * half(odd, 1)));
#else
    const Codes codes;
    const hn::RepartitionToNarrow<Integers> halves;
    const hn::Repartition<uint8_t, Integers> bytes;
    const auto four = hn::BitCast(codes, hn::LoadU(bytes, rows));
    const auto of_even = hn::BitCast(halves, hn::And(four, hn::Set(codes, uint16_t{0xFF})));
    const auto of_odd = hn::BitCast(halves, hn::ShiftRight<8>(four));
    first = hn::ReorderWidenMulAccumulate(d, of_even, hn::BitCast(halves, hn::Set(d, even)), first, second);
    first = hn::ReorderWidenMulAccumulate(d, of_odd, hn::BitCast(halves, hn::Set(d, odd)), first, second);
#endif
  }
  HWY_INLINE hn::Vec<Integers> Total() const {
#if HWY_TARGET == HWY_SCALAR
    return hn::Add(first, second);
#else
    return hn::RearrangeToOddPlusEven(first, second);
#endif
  }
};

void OfCodes(const int32_t* HWY_RESTRICT pairs, size_t fours, int32_t begin, const uint8_t* HWY_RESTRICT rows,
             const float* HWY_RESTRICT squares, float squared, size_t n, float* HWY_RESTRICT out,
             float* HWY_RESTRICT least) {
  const Integers d;
  const hn::Rebind<float, Integers> floats;
  const auto first = hn::Set(d, begin);
  const auto all = hn::Set(floats, squared), eighth = hn::Set(floats, 0.125F);
  for (size_t row = 0; row < n; row += kRowsOfBlock) {
    Sum sum[kVectors];
    for (Sum& v : sum) v.first = v.second = hn::Zero(d);
    for (size_t k = 0; k < fours; ++k, rows += 4 * kRowsOfBlock) {
      for (size_t v = 0; v < kVectors; ++v) sum[v].Add(rows + v * 4 * kLanes, pairs[2 * k], pairs[2 * k + 1]);
    }
    auto of_block = hn::Inf(floats);
    for (size_t v = 0; v < kVectors; ++v) {
      const size_t at = row + v * kLanes;
      const auto twice = hn::Mul(hn::ConvertTo(floats, hn::Add(sum[v].Total(), first)), eighth);
      const auto distances = hn::Add(all, hn::Sub(hn::LoadU(floats, squares + at), twice));
      hn::StoreU(distances, floats, out + at);
      of_block = hn::Min(of_block, distances);
    }
    least[row / kRowsOfBlock] = hn::GetLane(hn::MinOfLanes(floats, of_block));
  }
}

size_t OfMargins(const float* HWY_RESTRICT values, const float* HWY_RESTRICT margins, float bound, float added,
                 size_t n, uint32_t* HWY_RESTRICT out, size_t most) {
  const hn::ScalableTag<float> d;
  constexpr size_t kN = hn::MaxLanes(d);
  const auto bounds = hn::Set(d, bound), more = hn::Set(d, added);
  size_t found = 0;
  const auto one = [&](size_t i) {
    const float radius = bound + (margins == nullptr ? 0 : margins[i]);
    if (!(values[i] <= radius * radius + added)) return;
    if (found < most) out[found] = static_cast<uint32_t>(i);
    ++found;
  };
  size_t i = 0;
  for (; i + kN <= n; i += kN) {
    const auto radius = margins == nullptr ? bounds : hn::Add(bounds, hn::LoadU(d, margins + i));
    const auto is_within = hn::Le(hn::LoadU(d, values + i), hn::Add(hn::Mul(radius, radius), more));
    if (HWY_LIKELY(hn::AllFalse(d, is_within))) continue;
    for (size_t k = 0; k < kN; ++k) one(i + k);
  }
  for (; i < n; ++i) one(i);
  return found;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace pratique
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pratique {

HWY_EXPORT(OfCodes);
HWY_EXPORT(OfMargins);

void CodeDistances(std::span<const int16_t> point, const uint8_t* rows, const float* squares, float squared,
                   std::span<float> out, float* least) {
  const auto at = [&](size_t j) { return j < point.size() ? static_cast<uint32_t>(uint16_t(point[j])) : 0; };
  // Two features beside each other, as the kernel meets them.
  int32_t pairs[kMostFeatures / 2] = {};
  int32_t begin = 0;
  for (size_t j = 0; j < point.size(); j += 4) {
    pairs[j / 2] = static_cast<int32_t>(at(j) | at(j + 2) << 16);
    pairs[j / 2 + 1] = static_cast<int32_t>(at(j + 1) | at(j + 3) << 16);
  }
  for (const int16_t code : point) begin -= 128 * code;
  HWY_DYNAMIC_DISPATCH(OfCodes)
  (pairs, (point.size() + 3) / 4, begin, rows, squares, squared, out.size(), out.data(), least);
}

size_t Within(std::span<const float> values, const float* margins, float bound, float added, std::span<uint32_t> out) {
  return HWY_DYNAMIC_DISPATCH(OfMargins)(values.data(), margins, bound, added, values.size(), out.data(), out.size());
}

}  // namespace pratique
#endif  // HWY_ONCE
