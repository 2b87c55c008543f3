#include <algorithm>
#include <type_traits>

#include "kernels/coded_trees.h"
#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/code_numbers.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace pratique {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

#undef PRATIQUE_GATHERS
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2
#define PRATIQUE_GATHERS 1
#else
#define PRATIQUE_GATHERS 0
#endif

// A search without branches: `below` counts the cuts below x.
template <size_t kN>
HWY_INLINE void Search(std::span<const double> cuts, const double* x, uint64_t* below) {
  for (size_t n = cuts.size(); n > 0; n /= 2) {
    const size_t half = n - n / 2;
    const double* cut = cuts.data() + half - 1;
    for (size_t i = 0; i < kN; ++i) below[i] += -uint64_t{cut[below[i]] < x[i]} & half;
  }
}

// kAtOnce of them, each of which waits for the cut before.
#if PRATIQUE_GATHERS
class Searches {
  using D = hn::ScalableTag<double>;
  using U = hn::RebindToUnsigned<D>;
  using I = hn::RebindToSigned<D>;
  static constexpr size_t kLanes = hn::MaxLanes(D()), kVectors = 4;
  // Step s asks one of 2^s cuts: a register holds them for so many steps.
  static constexpr size_t kInRegisters = kLanes == 8 ? 4 : 3;
  static_assert(kLanes == size_t{1} << (kInRegisters - 1));

 public:
  static constexpr size_t kAtOnce = kVectors * kLanes;

  explicit Searches(std::span<const double> cuts) : cuts_(cuts) {
    uint64_t below[kLanes] = {};
    size_t n = cuts.size();
    for (size_t step = 0; step < kInRegisters; ++step) {
      alignas(64) double asked[kLanes] = {};
      const size_t half = n - n / 2, ways = size_t{1} << step;
      for (size_t way = 0; n > 0 && way < ways; ++way) asked[way] = cuts[below[way] + half - 1];
      asked_[step] = hn::Load(D(), asked);
      for (size_t way = std::min(ways, kLanes / 2); way-- > 0;) {
        below[2 * way + 1] = below[way] + half;
        below[2 * way] = below[way];
      }
      n /= 2;
    }
  }

  HWY_INLINE void Run(const double* x, uint64_t* below) const {
    const D d;
    const I index;
    hn::Vec<D> of[kVectors];
    hn::Vec<I> found[kVectors], way[kVectors];
    for (size_t v = 0; v < kVectors; ++v) {
      of[v] = hn::LoadU(d, x + v * kLanes);
      found[v] = way[v] = hn::Zero(index);
    }
    size_t n = cuts_.size();
    for (size_t step = 0; step < kInRegisters && n > 0; ++step, n /= 2) {
      const auto half = hn::Set(index, static_cast<int64_t>(n - n / 2));
      for (size_t v = 0; v < kVectors; ++v) {
        const auto cut = hn::TableLookupLanes(asked_[step], hn::IndicesFromVec(d, way[v]));
        const auto is_below = hn::VecFromMask(index, hn::RebindMask(index, hn::Lt(cut, of[v])));
        found[v] = hn::Add(found[v], hn::And(is_below, half));
        way[v] = hn::Sub(hn::Add(way[v], way[v]), is_below);
      }
    }
    for (; n > 0; n /= 2) {
      const size_t half = n - n / 2;
      const auto step = hn::Set(index, static_cast<int64_t>(half));
      for (size_t v = 0; v < kVectors; ++v) {
        const auto cut = hn::GatherIndex(d, cuts_.data() + half - 1, found[v]);
        found[v] = hn::Add(found[v], hn::IfThenElseZero(hn::RebindMask(index, hn::Lt(cut, of[v])), step));
      }
    }
    for (size_t v = 0; v < kVectors; ++v) hn::StoreU(hn::BitCast(U(), found[v]), U(), below + v * kLanes);
  }

 private:
  std::span<const double> cuts_;
  hn::Vec<D> asked_[kInRegisters];
};
#else
struct Searches {
  static constexpr size_t kAtOnce = 16;
  std::span<const double> cuts;

  explicit Searches(std::span<const double> of) : cuts(of) {}
  HWY_INLINE void Run(const double* x, uint64_t* below) const {
    std::fill_n(below, kAtOnce, 0);
    Search<kAtOnce>(cuts, x, below);
  }
};
#endif

template <class T, class Code>
void CodeAll(std::span<const double> cuts, const T* x, size_t x_stride, size_t rows, size_t code_stride, Code* codes) {
  constexpr size_t kAtOnce = Searches::kAtOnce;
  const auto code = [](double value, uint64_t below) {
    return value != value ? kMissingCode<Code> : static_cast<Code>(below);
  };
  size_t row = 0;
  if (rows >= kAtOnce) {
    const Searches searches(cuts);
    double values[kAtOnce];
    uint64_t below[kAtOnce];
    for (; row + kAtOnce <= rows; row += kAtOnce) {
      for (size_t i = 0; i < kAtOnce; ++i) values[i] = static_cast<double>(x[(row + i) * x_stride]);
      searches.Run(values, below);
      for (size_t i = 0; i < kAtOnce; ++i) codes[(row + i) * code_stride] = code(values[i], below[i]);
    }
  }
  for (; row < rows; ++row) {
    const auto value = static_cast<double>(x[row * x_stride]);
    uint64_t below = 0;
    Search<1>(cuts, &value, &below);
    codes[row * code_stride] = code(value, below);
  }
}

void CodeDoubles8(std::span<const double> cuts, const double* x, size_t x_stride, size_t rows, size_t code_stride,
                  uint8_t* codes) {
  CodeAll(cuts, x, x_stride, rows, code_stride, codes);
}
void CodeFloats8(std::span<const double> cuts, const float* x, size_t x_stride, size_t rows, size_t code_stride,
                 uint8_t* codes) {
  CodeAll(cuts, x, x_stride, rows, code_stride, codes);
}
void CodeDoubles16(std::span<const double> cuts, const double* x, size_t x_stride, size_t rows, size_t code_stride,
                   uint16_t* codes) {
  CodeAll(cuts, x, x_stride, rows, code_stride, codes);
}
void CodeFloats16(std::span<const double> cuts, const float* x, size_t x_stride, size_t rows, size_t code_stride,
                  uint16_t* codes) {
  CodeAll(cuts, x, x_stride, rows, code_stride, codes);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace pratique
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pratique {

HWY_EXPORT(CodeDoubles8);
HWY_EXPORT(CodeFloats8);
HWY_EXPORT(CodeDoubles16);
HWY_EXPORT(CodeFloats16);

template <class T, class Code>
void CodeNumbers(std::span<const double> cuts, const T* x, size_t x_stride, size_t rows, size_t code_stride,
                 Code* codes) {
  constexpr bool kDouble = std::is_same_v<T, double>;
  if constexpr (sizeof(Code) == 1) {
    if constexpr (kDouble)
      HWY_DYNAMIC_DISPATCH(CodeDoubles8)(cuts, x, x_stride, rows, code_stride, codes);
    else
      HWY_DYNAMIC_DISPATCH(CodeFloats8)(cuts, x, x_stride, rows, code_stride, codes);
  } else {
    if constexpr (kDouble)
      HWY_DYNAMIC_DISPATCH(CodeDoubles16)(cuts, x, x_stride, rows, code_stride, codes);
    else
      HWY_DYNAMIC_DISPATCH(CodeFloats16)(cuts, x, x_stride, rows, code_stride, codes);
  }
}
template void CodeNumbers(std::span<const double>, const double*, size_t, size_t, size_t, uint8_t*);
template void CodeNumbers(std::span<const double>, const float*, size_t, size_t, size_t, uint8_t*);
template void CodeNumbers(std::span<const double>, const double*, size_t, size_t, size_t, uint16_t*);
template void CodeNumbers(std::span<const double>, const float*, size_t, size_t, size_t, uint16_t*);

}  // namespace pratique
#endif  // HWY_ONCE
