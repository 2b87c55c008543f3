#include "kernels/coded_trees.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/coded_trees.cc"
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
#undef PRATIQUE_VECTORS
#if HWY_TARGET == HWY_EMU128 || HWY_TARGET == HWY_SCALAR
#define PRATIQUE_VECTORS 0  // plain loops, of which compilers make what the baseline has
#else
#define PRATIQUE_VECTORS 1
#endif

// --- few rows, or large trees: walks --------------------------------------------------------------------------------

// A walk waits for memory at every step; this many independent ones hide it. Steps between two looks at whether all
// have come to their leaves: a step at a leaf stays there.
constexpr size_t kWalks = 32, kSteps = 2;
// Rows that share a tree while its nodes are in cache.
constexpr size_t kRows = 2048;

template <class Word, class Code, bool kSets, bool kMissing>
struct Walker {
  CodeBits bits;
  const uint32_t* left_sets;

  // The node behind `at` on the way of `codes`; a leaf's is itself.
  HWY_INLINE uint32_t Next(Word node, const Code* codes) const {
    const uint32_t above_left = bits.left_bits, above_feature = above_left + bits.feature_bits;
    const Code code = codes[node >> above_left & static_cast<Word>(CodeBits::Mask(bits.feature_bits))];
    const auto bound = static_cast<uint32_t>(node >> above_feature & static_cast<Word>(CodeBits::Mask(bits.code_bits)));
    bool right = code > bound;
    if constexpr (kSets) {
      const bool has_set = (node >> (above_feature + bits.code_bits) & 1) != 0;
      const uint32_t category = code & kMissingCategory;
      const uint32_t word = left_sets[(has_set ? bound : 0) * 8 + category / 32];
      right = has_set ? (word >> category % 32 & 1) == 0 : right;
    }
    if constexpr (kMissing) {
      const bool is_missing = code == kMissingCode<Code>, goes_left = (node >> (bits.total() - 1) & 1) != 0;
      right &= !(is_missing & goes_left);
    }
    return static_cast<uint32_t>(node & static_cast<Word>(CodeBits::Mask(bits.left_bits))) + right;
  }

  // The leaves of kWalks rows; counted from the root.
  HWY_INLINE void Many(const Word* nodes, const Code* codes, size_t stride, uint32_t* at) const {
    std::fill_n(at, kWalks, 0);
    for (;;) {
      uint32_t changed = 0;
      for (size_t step = 0; step < kSteps; ++step) {
        changed = 0;
        for (size_t i = 0; i < kWalks; ++i) {
          const uint32_t next = Next(nodes[at[i]], codes + i * stride);
          changed |= next ^ at[i];
          at[i] = next;
        }
      }
      if (changed == 0) return;
    }
  }
  HWY_INLINE uint32_t One(const Word* nodes, const Code* codes) const {
    for (uint32_t at = 0;;) {
      const uint32_t next = Next(nodes[at], codes);
      if (next == at) return at;
      at = next;
    }
  }
};

template <class Word, class Code, bool kSets, bool kMissing>
HWY_INLINE void Walk(const CodedTrees& trees, const Word* nodes, const CodeMatrix<Code>& codes, size_t n_scores,
                     double* out) {
  const Walker<Word, Code, kSets, kMissing> walker{trees.bits, trees.left_sets};
  const size_t stride = codes.layout.row_step;
  for (size_t begin = 0; begin < codes.rows; begin += kRows) {
    const size_t end = std::min(begin + kRows, codes.rows);
    for (size_t tree = 0; tree < trees.roots.size(); ++tree) {
      const Word* root = nodes + trees.roots[tree];
      const double* values = trees.values + trees.roots[tree];
      double* sums = out + tree % n_scores;
      uint32_t at[kWalks];
      size_t row = begin;
      for (; row + kWalks <= end; row += kWalks) {
        walker.Many(root, codes.data + row * stride, stride, at);
        for (size_t i = 0; i < kWalks; ++i) sums[(row + i) * n_scores] += values[at[i]];
      }
      for (; row < end; ++row) sums[row * n_scores] += values[walker.One(root, codes.data + row * stride)];
    }
  }
}

// --- many rows through small trees: every split of a tree, from the last to the first -------------------------------

// A split asks all rows at once whether they go right, and takes for each of them what was found of that child: a
// leaf's rank, or what stands in a split's slot. No row waits for a node or jumps to one; it is as if all subtrees were
// walked. In the root's slot are then the ranks of the leaves that a walk reaches.

// One slot: a rank of kSlotRows rows each, in the width of codes.
constexpr size_t kSlot = 128;
template <class Code>
constexpr size_t kSlotRows = kSlot / sizeof(Code);
constexpr size_t kMostLeaves = size_t{1} << (CodeLayout::kMostLeftBits - 1);

// A split as it is asked. `shift` is 1 where what is missing goes left: 1 is added to its code, which becomes 0, to all
// others, which stay in order, and to the bound.
template <class Code>
struct Split {
  size_t codes;       // where the column of its feature begins
  uint16_t child[2];  // byte offsets of slots
  Code bound, shift;
  uint32_t left_set;  // 1 + its number, or 0
};

template <class Code>
struct Program {
  size_t n_splits;
  Split<Code> splits[kMostLeaves + 1];                   // [0] is none: its child[1] is the root
  double values[kMostLeaves + 1];                        // of each rank
  alignas(64) std::byte slots[2 * kMostLeaves * kSlot];  // first those of leaves, then those of splits

  // Every leaf's slot holds its rank, whatever the tree.
  explicit Program(const CodeBits& bits) {
    const size_t most = std::min(kMostLeaves, (size_t{1} << bits.left_bits) / 2 + 1);
    for (size_t rank = 0; rank < most; ++rank)
      std::fill_n(reinterpret_cast<Code*>(slots + rank * kSlot), kSlotRows<Code>, static_cast<Code>(rank));
  }

  // The tree at `nodes`, breadth first: children of its k-th split are the nodes 1 + 2k and 2 + 2k, and it ends where
  // all have theirs (HistBoosting::Invariant by state/invariant/breadth_first.h). It has less than 2^left_bits nodes,
  // so at most kMostLeaves leaves.
  template <class Word>
  HWY_INLINE void Read(const CodedTrees& trees, const Word* nodes, const double* of_nodes, size_t feature_step) {
    const CodeBits bits = trees.bits;
    size_t leaves = 0, n = 0;
    // No branch depends on what a node is: that is as random as a coin. What a leaf leaves in the next split's place is
    // overwritten, or behind the last.
    for (size_t i = 0; i <= 2 * n; ++i) {
      const uint64_t node = nodes[i];
      const bool is_split = bits.left(node) != i, has_set = bits.has_set(node);
      const auto code = static_cast<uint32_t>(bits.code(node));
      const bool shift = bits.missing_goes_left(node);
      const size_t slot = is_split ? kMostLeaves + n : leaves;
      splits[(i + 1) / 2].child[(i + 1) % 2] = static_cast<uint16_t>(slot * kSlot);
      values[leaves] = of_nodes[i];
      Split<Code>& split = splits[n + 1];
      split.codes = bits.feature(node) * feature_step;
      split.bound = static_cast<Code>(code + shift);
      split.shift = static_cast<Code>(shift);
      split.left_set = has_set ? code + 1 : 0;
      leaves += !is_split;
      n += is_split;
    }
    n_splits = n;
  }

  // The ranks of the leaves that kSlotRows rows reach, the first of which has its codes at `codes`: of the first
  // feature, others are as far behind as Read was told.
  template <bool kSets, bool kMissing>
  HWY_INLINE const Code* Ranks(const Code* codes, const uint32_t* left_sets) {
    for (size_t k = n_splits; k > 0; --k) {
      const Split<Code>& split = splits[k];
      const Code* of_feature = codes + split.codes;
      const auto* left = reinterpret_cast<const Code*>(slots + split.child[0]);
      const auto* right = reinterpret_cast<const Code*>(slots + split.child[1]);
      auto* to = reinterpret_cast<Code*>(slots + (kMostLeaves + k - 1) * kSlot);
      if constexpr (kSets) {
        if (split.left_set != 0) {
          AskSet(of_feature, left_sets + (split.left_set - 1) * 8, split.shift != 0, left, right, to);
          continue;
        }
      }
      AskBound<kMissing>(of_feature, split.bound, split.shift, left, right, to);
    }
    return reinterpret_cast<const Code*>(slots + splits[0].child[1]);
  }

 private:
#if PRATIQUE_VECTORS
  using D = hn::ScalableTag<Code>;
  static constexpr size_t kLanes = hn::MaxLanes(D());

  template <bool kMissing>
  static HWY_INLINE void AskBound(const Code* codes, Code bound, Code shift, const Code* left, const Code* right,
                                  Code* to) {
    const D d;
    const auto bounds = hn::Set(d, bound), shifts = hn::Set(d, shift);
    for (size_t i = 0; i < kSlotRows<Code>; i += kLanes) {
      const auto code = hn::LoadU(d, codes + i);
      const auto goes_right = hn::Gt(kMissing ? hn::Add(code, shifts) : code, bounds);
      hn::Store(hn::IfThenElse(goes_right, hn::Load(d, right + i), hn::Load(d, left + i)), d, to + i);
    }
  }

  // A set is 32 bytes: a code's three low bits say which bit of which byte.
  static HWY_INLINE void AskSet(const Code* codes, const uint32_t* set, bool missing_goes_left, const Code* left,
                                const Code* right, Code* to) {
    const D d;
    const hn::Repartition<uint8_t, D> bytes;
    const hn::Repartition<uint16_t, D> pairs;
    alignas(16) static constexpr uint8_t kBits[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    alignas(16) uint8_t of_set[32];
    std::memcpy(of_set, set, sizeof of_set);
    const auto first = hn::LoadDup128(bytes, of_set), second = hn::LoadDup128(bytes, of_set + 16);
    const auto bit = hn::LoadDup128(bytes, kBits);
    const auto low = hn::Set(d, static_cast<Code>(kMissingCategory));
    for (size_t i = 0; i < kSlotRows<Code>; i += kLanes) {
      const auto code = hn::LoadU(d, codes + i);
      const auto category = hn::BitCast(bytes, hn::And(code, low));
      const auto place =
          hn::And(hn::BitCast(bytes, hn::ShiftRight<3>(hn::BitCast(pairs, category))), hn::Set(bytes, uint8_t{31}));
      const auto in_half = hn::And(place, hn::Set(bytes, uint8_t{15}));
      const auto word = hn::IfThenElse(hn::Gt(place, hn::Set(bytes, uint8_t{15})),
                                       hn::TableLookupBytes(second, in_half), hn::TableLookupBytes(first, in_half));
      const auto of_byte = hn::TableLookupBytes(bit, hn::And(category, hn::Set(bytes, uint8_t{7})));
      const auto member = hn::And(hn::BitCast(d, hn::And(word, of_byte)), low);
      auto goes_right = hn::Eq(member, hn::Zero(d));
      if (missing_goes_left) goes_right = hn::AndNot(hn::Eq(code, hn::Set(d, kMissingCode<Code>)), goes_right);
      hn::Store(hn::IfThenElse(goes_right, hn::Load(d, right + i), hn::Load(d, left + i)), d, to + i);
    }
  }
#else
  template <bool kMissing>
  static HWY_INLINE void AskBound(const Code* HWY_RESTRICT codes, Code bound, Code shift, const Code* left,
                                  const Code* right, Code* HWY_RESTRICT to) {
    // No load depends on a comparison, so that compilers see registers of rows.
    for (size_t i = 0; i < kSlotRows<Code>; ++i) {
      const auto code = static_cast<Code>(kMissing ? codes[i] + shift : codes[i]);
      const Code on_right = right[i], on_left = left[i], goes_right = static_cast<Code>(code > bound ? ~Code{0} : 0);
      to[i] = static_cast<Code>((on_right & goes_right) | (on_left & ~goes_right));
    }
  }
  static HWY_INLINE void AskSet(const Code* codes, const uint32_t* set, bool missing_goes_left, const Code* left,
                                const Code* right, Code* to) {
    for (size_t i = 0; i < kSlotRows<Code>; ++i) {
      const uint32_t category = codes[i] & kMissingCategory;
      const bool is_missing = codes[i] == kMissingCode<Code>;
      const uint32_t goes_left = (set[category / 32] >> category % 32 & 1) | (missing_goes_left & is_missing);
      const auto mask = static_cast<Code>(-goes_left);
      to[i] = static_cast<Code>((left[i] & mask) | (right[i] & ~mask));
    }
  }
#endif
};

// sums[i] += values[ranks[i]] of n rows and up to seven more.
template <class Code>
HWY_INLINE void AddValues(const double* values, const Code* ranks, size_t n, double* sums) {
#if PRATIQUE_GATHERS
  const hn::ScalableTag<double> d;
  const hn::RebindToUnsigned<decltype(d)> u;
  const hn::RebindToSigned<decltype(d)> index;
  constexpr size_t kLanes = hn::MaxLanes(hn::ScalableTag<double>()), kOfWord = sizeof(uint64_t) / sizeof(Code);
  constexpr size_t kBits = 8 * sizeof(Code);
  // Ranks of a word, one in each lane's low bits.
  const auto shifts = hn::ShiftLeft < sizeof(Code) == 1 ? 3 : 4 > (hn::And(hn::Iota(u, 0), hn::Set(u, kOfWord - 1)));
  const auto mask = hn::Set(u, (uint64_t{1} << kBits) - 1);
  constexpr size_t kStep = std::max(kLanes, kOfWord);
  for (size_t i = 0; i < n; i += kStep) {
    for (size_t k = 0; k < kStep; k += kLanes) {
      auto words = hn::Zero(u);
      if constexpr (kLanes <= kOfWord) {
        uint64_t word;
        std::memcpy(&word, ranks + i + k / kOfWord * kOfWord, sizeof word);
        words = hn::Set(u, word >> (k % kOfWord * kBits));
      } else {
        uint64_t low, high;
        std::memcpy(&low, ranks + i + k, sizeof low);
        std::memcpy(&high, ranks + i + k + kOfWord, sizeof high);
        words = hn::ConcatLowerLower(u, hn::Set(u, high), hn::Set(u, low));
      }
      const auto rank = hn::And(hn::Shr(words, shifts), mask);
      const auto value = hn::GatherIndex(d, values, hn::BitCast(index, rank));
      hn::StoreU(hn::Add(hn::LoadU(d, sums + i + k), value), d, sums + i + k);
    }
  }
#else
  for (size_t i = 0; i < n; ++i) sums[i] += values[ranks[i]];
#endif
}

template <class Word, class Code, bool kSets, bool kMissing>
HWY_NOINLINE void Ask(const CodedTrees& trees, const Word* nodes, const CodeMatrix<Code>& codes, size_t n_scores,
                      double* out) {
  Program<Code> program(trees.bits);
  alignas(64) double sums[kRows];
  for (size_t begin = 0; begin < codes.rows; begin += kRows) {
    const size_t rows = std::min(kRows, codes.rows - begin);
    std::fill(sums + rows, sums + std::min(kRows, (rows + 7) / 8 * 8), 0.0);
    for (size_t score = 0; score < n_scores; ++score) {
      double* scores = out + begin * n_scores + score;
      for (size_t i = 0; i < rows; ++i) sums[i] = scores[i * n_scores];
      for (size_t tree = score; tree < trees.roots.size(); tree += n_scores) {
        const uint32_t root = trees.roots[tree];
        program.template Read<Word>(trees, nodes + root, trees.values + root, codes.layout.feature_step);
        for (size_t row = 0; row < rows; row += kSlotRows<Code>) {
          const Code* ranks = program.template Ranks<kSets, kMissing>(codes.data + begin + row, trees.left_sets);
          AddValues(program.values, ranks, std::min(kSlotRows<Code>, rows - row), sums + row);
        }
      }
      for (size_t i = 0; i < rows; ++i) scores[i * n_scores] = sums[i];
    }
  }
}

// --- both -----------------------------------------------------------------------------------------------------------

template <class Code>
void Add(const CodedTrees& trees, const CodeMatrix<Code>& codes, size_t n_scores, double* out) {
  const auto of_nodes = [&](auto* nodes, auto sets, auto missing) {
    using Word = std::remove_cvref_t<decltype(*nodes)>;
    constexpr bool kSets = decltype(sets)::value, kMissing = decltype(missing)::value;
    if (codes.layout.by_feature())
      Ask<Word, Code, kSets, kMissing>(trees, nodes, codes, n_scores, out);
    else
      Walk<Word, Code, kSets, kMissing>(trees, nodes, codes, n_scores, out);
  };
  using Yes = std::true_type;
  using No = std::false_type;
  const auto of_bits = [&](auto* nodes) {
    if (trees.bits.sets) return trees.bits.missing ? of_nodes(nodes, Yes(), Yes()) : of_nodes(nodes, Yes(), No());
    return trees.bits.missing ? of_nodes(nodes, No(), Yes()) : of_nodes(nodes, No(), No());
  };
  if (trees.wide_nodes != nullptr) return of_bits(trees.wide_nodes);
  of_bits(trees.nodes);
}

void AddNarrow(const CodedTrees& trees, const CodeMatrix<uint8_t>& codes, size_t n_scores, double* out) {
  Add(trees, codes, n_scores, out);
}
void AddWide(const CodedTrees& trees, const CodeMatrix<uint16_t>& codes, size_t n_scores, double* out) {
  Add(trees, codes, n_scores, out);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace pratique
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pratique {

HWY_EXPORT(AddNarrow);
HWY_EXPORT(AddWide);

void AddTrees(const CodedTrees& trees, const CodeMatrix<uint8_t>& codes, size_t n_scores, double* out) {
  HWY_DYNAMIC_DISPATCH(AddNarrow)(trees, codes, n_scores, out);
}
void AddTrees(const CodedTrees& trees, const CodeMatrix<uint16_t>& codes, size_t n_scores, double* out) {
  HWY_DYNAMIC_DISPATCH(AddWide)(trees, codes, n_scores, out);
}

}  // namespace pratique
#endif  // HWY_ONCE
