#include "kernels/coded_trees.h"

#include <cmath>

namespace pratique {
namespace {

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
  uint32_t Next(Word node, const Code* codes) const {
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
  void Many(const Word* nodes, const Code* codes, size_t stride, uint32_t* at) const {
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
  uint32_t One(const Word* nodes, const Code* codes) const {
    for (uint32_t at = 0;;) {
      const uint32_t next = Next(nodes[at], codes);
      if (next == at) return at;
      at = next;
    }
  }
};

template <class Word, class Code, bool kSets, bool kMissing>
void Add(const CodedTrees& trees, const Word* nodes, std::span<const Code> codes, size_t rows, size_t n_features,
         size_t n_scores, double* out) {
  const Walker<Word, Code, kSets, kMissing> walker{trees.bits, trees.left_sets};
  for (size_t begin = 0; begin < rows; begin += kRows) {
    const size_t end = std::min(begin + kRows, rows);
    for (size_t tree = 0; tree < trees.roots.size(); ++tree) {
      const Word* root = nodes + trees.roots[tree];
      const double* values = trees.values + trees.roots[tree];
      double* sums = out + tree % n_scores;
      uint32_t at[kWalks];
      size_t row = begin;
      for (; row + kWalks <= end; row += kWalks) {
        walker.Many(root, codes.data() + row * n_features, n_features, at);
        for (size_t i = 0; i < kWalks; ++i) sums[(row + i) * n_scores] += values[at[i]];
      }
      for (; row < end; ++row) sums[row * n_scores] += values[walker.One(root, codes.data() + row * n_features)];
    }
  }
}

template <class Word, class Code>
void AddOf(const CodedTrees& trees, const Word* nodes, std::span<const Code> codes, size_t rows, size_t n_features,
           size_t n_scores, double* out) {
  const auto add = [&](auto sets, auto missing) {
    Add<Word, Code, decltype(sets)::value, decltype(missing)::value>(trees, nodes, codes, rows, n_features, n_scores,
                                                                     out);
  };
  using Yes = std::true_type;
  using No = std::false_type;
  if (trees.bits.sets) return trees.bits.missing ? add(Yes(), Yes()) : add(Yes(), No());
  return trees.bits.missing ? add(No(), Yes()) : add(No(), No());
}

template <class Code>
void Add(const CodedTrees& trees, std::span<const Code> codes, size_t rows, size_t n_features, size_t n_scores,
         double* out) {
  if (trees.wide_nodes != nullptr) return AddOf(trees, trees.wide_nodes, codes, rows, n_features, n_scores, out);
  return AddOf(trees, trees.nodes, codes, rows, n_features, n_scores, out);
}

// A search without branches: `below` counts the cuts below x.
template <class Code>
void CodeAll(std::span<const double> cuts, const double* x, size_t x_stride, size_t rows, size_t code_stride,
             Code* codes) {
  for (size_t i = 0; i < rows; ++i) {
    const double value = x[i * x_stride];
    size_t below = 0;
    for (size_t n = cuts.size(); n > 0; n /= 2) {
      const size_t half = n - n / 2;
      below += cuts[below + half - 1] < value ? half : 0;
    }
    codes[i * code_stride] = std::isnan(value) ? kMissingCode<Code> : static_cast<Code>(below);
  }
}

}  // namespace

void AddTrees(const CodedTrees& trees, std::span<const uint8_t> codes, size_t rows, size_t n_features, size_t n_scores,
              double* out) {
  Add(trees, codes, rows, n_features, n_scores, out);
}
void AddTrees(const CodedTrees& trees, std::span<const uint16_t> codes, size_t rows, size_t n_features, size_t n_scores,
              double* out) {
  Add(trees, codes, rows, n_features, n_scores, out);
}
void CodeNumbers(std::span<const double> cuts, const double* x, size_t x_stride, size_t rows, size_t code_stride,
                 uint8_t* codes) {
  CodeAll(cuts, x, x_stride, rows, code_stride, codes);
}
void CodeNumbers(std::span<const double> cuts, const double* x, size_t x_stride, size_t rows, size_t code_stride,
                 uint16_t* codes) {
  CodeAll(cuts, x, x_stride, rows, code_stride, codes);
}

}  // namespace pratique
