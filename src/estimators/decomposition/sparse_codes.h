// One row as a sparse sum of the rows of a dictionary.
#pragma once

#include <span>
#include <vector>

#include "estimators/decomposition/sparse_coding.h"
#include "model/run.h"

namespace pratique {

// Products of the dictionary's rows with each other, made when first asked for: {n_components} a row.
class Gram {
 public:
  Gram(const SparseCoding& coding, Run& run) : coding_(coding), run_(run), rows_(coding.n_components) {}
  std::span<const double> Row(size_t k);

 private:
  const SparseCoding& coding_;
  Run& run_;
  std::vector<std::span<const double>> rows_;
};

// Codes of rows, by the products of a row with the dictionary's; memory is taken once.
class SparseCodes {
 public:
  // `epsilon`: of the dtype of the Gram matrix.
  SparseCodes(const SparseCoding& coding, Run& run, double epsilon);

  // Orthogonal matching pursuit (sklearn/linear_model/_omp.py _gram_omp, 1.9).
  void Match(std::span<const double> products, std::span<double> code);
  // Coordinate descent of the lasso (sklearn/linear_model/_cd_fast.pyx enet_coordinate_descent_gram, 1.9 and 1.6);
  // `norm2`: the square of the row's norm.
  void Descend(std::span<const double> products, double norm2, std::span<double> code);

 private:
  double DualGap(std::span<const double> products, double norm2, std::span<const double> code, double& dual_norm);
  void Screen(double gap, double dual_norm, std::span<double> code, bool first);
  bool Add(size_t atom, size_t n_active);
  void Solve(size_t n_active);

  const SparseCoding& coding_;
  double epsilon_, penalty_;
  Gram gram_;
  std::span<double> lower_, gamma_, alpha_, xy_, weighted_, correlation_;
  std::span<uint32_t> order_, active_;
  std::span<uint8_t> excluded_;
  size_t n_active_ = 0;
};

}  // namespace pratique
