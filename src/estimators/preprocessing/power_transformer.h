// PowerTransformer.
#pragma once

#include "model/feature_names.h"
#include "preprocessing_generated.h"
#include "type/class.h"

namespace pratique {

// Keeps X's dtype.
struct PowerTransformer {
  using Schema = fb::PowerTransformer;
  BOOST_HANA_DEFINE_STRUCT(PowerTransformer, (uint32_t, n_features_in), (bool, box_cox), (bool, stable),
                           (bool, stable_inverse), (fb::DType, lambdas_dtype), (bool, promotes),
                           (Array<double>, lambdas), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.OneToOne(); }
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;

 private:
  // `T`: the dtype of X. `L`: where it meets the lambda of its column.
  template <class T, class L>
  T Backward(T x, L lambda) const;
  // What lambda is where it meets T.
  template <class T>
  bool MeetsDouble() const;
  template <class T, class F>
  Data Each(const MatrixView<T>& x, std::span<T> out, F f) const;
  // Of box-cox, and of today's yeo-johnson. L: of which lambda is where it meets numbers and logarithms of them.
  template <class L, class T>
  void Forward(const MatrixView<T>& x, T* out, Run& run) const;
  // The same of as many rows as `logs` and `powers` have place for.
  struct Curve;
  template <class L, class T>
  void ForwardRows(const MatrixView<T>& x, size_t first, std::span<const Curve> curves, std::span<double> logs,
                   std::span<double> powers, T* out) const;
  // Of each column for negative numbers, and then for others.
  template <class L>
  std::span<const Curve> Curves(Run& run) const;
};

}  // namespace pratique
