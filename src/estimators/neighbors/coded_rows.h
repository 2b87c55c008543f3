// The rows of a fit as bytes, an eighth of their size: what tells of most rows that others are nearer, before any
// product is asked.
#pragma once

#include <cstdint>
#include <span>

#include "estimators/neighbors/brute_force.h"
#include "estimators/neighbors/neighbors.h"

namespace pratique {

// Row i is middle + step * (its codes - 128), but for errors[i] steps of Euclidean distance.
struct CodedRows {
  double step, longest;            // no row is longer
  size_t most;                     // rows that are worth asking; with more of them, all are
  std::span<const double> middle;  // {n_features}
  std::span<const uint8_t> codes;  // as kernels/code_distances.h has them
  std::span<const float> squares;  // sums of squares of codes less 128; infinite behind the last row
  std::span<const float> errors;   // {n_samples}
};

// Of rows that brute force meets by products, where they are enough to pay; nullptr of others.
const CodedRows* CodeRows(const Neighbors& neighbors, Arena& arena);

// The nearest rows, told by their codes: few distances are asked.
class NearestByCodes {
 public:
  // k is at most a quarter of coded.most.
  NearestByCodes(const CodedRows& coded, const Neighbors& fit, BruteForce& brute, size_t k, Run& run);

  // The k nearest of row x of X and their reduced distances, ascending, if those and the next one differ: then there is
  // one answer, however it is found. False where they do not, or too many rows are near: nothing is written.
  bool Find(size_t x, std::span<double> distances, std::span<int64_t> indices);

 private:
  // The point as codes of 1/16 step; returns how many steps it is from them.
  double Code(const double* point);
  // What a squared distance by codes can be of rows of which k are nearest by codes, and some more.
  float BoundByCodes();
  // The same of all that can be among the k nearest, if k rows are within `reduced`: a row's error is added to it.
  float BoundOf(double reduced, const double* point, double error) const;
  // How far float is off in squared distances by codes.
  float Rounded() const;
  // The distances of rows_, as many as are found; false: they are too many, or, which cannot be, fewer than k.
  bool Ask(size_t x, size_t found);

  const CodedRows& coded_;
  const Neighbors& fit_;
  BruteForce& brute_;
  size_t k_;
  double squared_ = 0;  // of the point's codes, in steps
  size_t found_ = 0;    // rows that are asked
  std::span<int16_t> point_;
  std::span<float> by_codes_, least_;  // of rows, and of blocks of them
  std::span<uint32_t> rows_, order_;
  std::span<double> reduced_;
};

}  // namespace pratique
