// Rows of codes through trees: the inner loop of histogram-based boosting. Every target gives the same bits.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>

#include "pratique/data.h"

namespace pratique {

// The code of what is missing: the highest one. Sets of categories hold at most the codes below 255.
template <class Code>
inline constexpr Code kMissingCode = std::numeric_limits<Code>::max();
inline constexpr uint32_t kMissingCategory = 255;

// How the bits of a node are split: [missing goes left] [has a set] [code or set] [feature] [left child].
struct CodeBits {
  uint32_t left_bits, feature_bits, code_bits;
  bool sets, missing;

  // `n_nodes`: of the largest tree.
  static CodeBits Of(uint32_t n_features, uint64_t n_nodes, bool wide_codes, uint64_t n_sets, bool missing) {
    const auto bits_below = [](uint64_t n) { return std::max<uint32_t>(std::bit_width(n - 1), 1); };
    const uint32_t of_sets = n_sets == 0 ? 0 : bits_below(n_sets);
    return {bits_below(n_nodes), bits_below(n_features), std::max<uint32_t>(wide_codes ? 16 : 8, of_sets), n_sets != 0,
            missing};
  }
  uint32_t total() const { return left_bits + feature_bits + code_bits + sets + missing; }
  static uint64_t Mask(uint32_t bits) { return (uint64_t{1} << bits) - 1; }

  uint64_t left(uint64_t node) const { return node & Mask(left_bits); }
  uint64_t feature(uint64_t node) const { return node >> left_bits & Mask(feature_bits); }
  uint64_t code(uint64_t node) const { return node >> (left_bits + feature_bits) & Mask(code_bits); }
  bool has_set(uint64_t node) const { return sets && (node >> (left_bits + feature_bits + code_bits) & 1) != 0; }
  bool missing_goes_left(uint64_t node) const { return missing && (node >> (total() - 1) & 1) != 0; }
  uint64_t leaf(uint64_t itself) const { return itself | Mask(code_bits) << (left_bits + feature_bits); }
  uint64_t split(uint64_t left, uint64_t feature, uint64_t code, bool has_set, bool missing_goes_left) const {
    const uint32_t above = left_bits + feature_bits + code_bits;
    return left | feature << left_bits | code << (left_bits + feature_bits) | uint64_t{has_set} << above |
           (missing_goes_left ? uint64_t{1} << (total() - 1) : 0);
  }
};

// Trees one after the other, proven (HistBoosting::Invariant): `left` and `left` + 1 of a split are nodes of its tree
// behind it, a leaf's left is itself, features are columns of the codes, sets are there.
struct CodedTrees {
  const uint32_t* nodes = nullptr;
  const uint64_t* wide_nodes = nullptr;  // instead of nodes
  const double* values = nullptr;
  std::span<const uint32_t> roots;
  CodeBits bits{};
  const uint32_t* left_sets = nullptr;  // 8 words each
};

// Where the codes of rows are: a row's side by side, or, for many rows and trees that are not large, a feature's.
struct CodeLayout {
  size_t row_step, feature_step, size;

  // Of trees for which a feature's codes are side by side, with room for whole registers behind the last row's: not
  // much more than the codes themselves.
  static constexpr uint32_t kMostLeftBits = 9;
  static constexpr size_t kFewestRows = 8, kRowsMultiple = 128, kMostRoom = size_t{1} << 20;

  static CodeLayout Of(const CodeBits& bits, size_t rows, size_t n_features) {
    // An odd multiple: columns a power of two apart would compete for the same lines of a cache.
    const size_t padded = ((rows + kRowsMultiple - 1) / kRowsMultiple | 1) * kRowsMultiple;
    const bool is_roomy = padded > 3 * rows && padded * n_features > kMostRoom;
    if (rows < kFewestRows || bits.left_bits > kMostLeftBits || is_roomy) return {n_features, 1, rows * n_features};
    return {1, padded, padded * n_features};
  }
  bool by_feature() const { return feature_step != 1; }
  size_t operator()(size_t row, size_t feature) const { return row * row_step + feature * feature_step; }
};

template <class Code>
struct CodeMatrix {
  const Code* data;  // layout.size, those that are of no row too
  size_t rows;
  CodeLayout layout;
};

// Adds, tree after tree, the value of the leaf that each row of codes reaches: out[row * n_scores + tree % n_scores].
// Each sum is rounded after each tree (sklearn/ensemble/_hist_gradient_boosting/gradient_boosting.py
// _predict_iterations, 1.9). `out` holds rows * n_scores.
void AddTrees(const CodedTrees& trees, const CodeMatrix<uint8_t>& codes, size_t n_scores, double* out);
void AddTrees(const CodedTrees& trees, const CodeMatrix<uint16_t>& codes, size_t n_scores, double* out);

// The codes of the numbers of one feature: x[i * x_stride] for each row, to codes[i * code_stride]. `cuts` ascend
// strictly, and are so few that no number has the code of what is missing. For all x and j: code(x) <= j exactly when x
// <= cuts[j]. T is double or float, whose numbers are compared as doubles; Code uint8_t or uint16_t.
template <class T, class Code>
void CodeNumbers(std::span<const double> cuts, const T* x, size_t x_stride, size_t rows, size_t code_stride,
                 Code* codes);

}  // namespace pratique
