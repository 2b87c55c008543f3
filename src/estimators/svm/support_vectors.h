// The kernel's values between rows and support vectors.
// Source: sklearn/svm/src/libsvm/svm.cpp Kernel::k_function (1.9), which both of scikit-learn's builds of libsvm share.
#pragma once

#include "import/sklearn/import_context.h"
#include "model/run.h"
#include "svm_generated.h"

namespace pratique {

// Sparse vectors by columns: those of column j are vectors[begin[j] .. begin[j + 1]), ascending.
struct SupportColumns {
  std::span<const uint32_t> begin, vectors;
  std::span<const double> values;
};

struct SupportVectors {
  using Schema = fb::SupportVectors;
  BOOST_HANA_DEFINE_STRUCT(SupportVectors, (uint32_t, n_vectors), (uint32_t, n_features), (fb::KernelKind, kernel),
                           (double, gamma), (double, coef0), (uint32_t, degree), (Array<double>, dense),
                           (Array<uint32_t>, indptr), (Array<uint32_t>, indices), (Array<double>, values),
                           (Array<uint32_t>, support));

  std::optional<Violation> Invariant(uint32_t n_features_in) const;
  bool IsSparse() const { return indptr.data() != nullptr; }

  // support_vectors_, support_, kernel and its parameters. A callable kernel is refused by name.
  absl::Status Import(ImportContext& context);

  // X as the kernel takes it: float64, dense, or sparse where the vectors are.
  absl::StatusOr<Data> Check(const Data& X, Run& run) const;
  // The vectors as SupportColumns, where they are sparse and have as many numbers as there are columns.
  const void* Prepare(Arena& arena) const;
  // k(row, v) of every vector v; `x` comes from Check, `out` has n_vectors elements, `scratch` n_features zeros, left
  // so, `columns` is what Prepare made. The bits are the same without it.
  void Kernel(const Data& x, size_t row, std::span<double> out, std::span<double> scratch,
              const SupportColumns* columns) const;
};

}  // namespace pratique
