// What a kernel's values are multiplied by: KernelRidge, KernelPCA, Nystroem; and KernelCenterer.
#pragma once

#include "estimators/kernel/kernel_rows.h"
#include "kernel_generated.h"
#include "model/feature_names.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

// Law of dtype: promotes the kernel's with the fitted one.
struct KernelRidge {
  using Schema = fb::KernelRidge;
  BOOST_HANA_DEFINE_STRUCT(KernelRidge, (uint32_t, n_features_in), (uint32_t, n_outputs), (KernelRows, fitted),
                           (bool, one_dimensional), (fb::DType, dtype), (Array<double>, dual_coef),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
};

// Law of dtype: keeps X's.
struct KernelCenterer {
  using Schema = fb::KernelCenterer;
  BOOST_HANA_DEFINE_STRUCT(KernelCenterer, (uint32_t, n_features_in), (Array<double>, k_fit_rows), (double, k_fit_all),
                           (Strings, feature_names));

  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.ClassNamePrefix(); }

  // Of a dense kernel matrix that is checked.
  Data Centered(const Data& kernel, Run& run) const;
};

// Law of dtype: promotes the kernel's with the fitted one.
struct KernelPCA {
  using Schema = fb::KernelPCA;
  BOOST_HANA_DEFINE_STRUCT(KernelPCA, (uint32_t, n_features_in), (uint32_t, n_components), (KernelRows, fitted),
                           (KernelCenterer, centerer), (fb::DType, dtype), (Array<double>, alphas),
                           (Array<KernelRows>, back), (fb::DType, back_dtype), (Array<double>, dual_coef),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.ClassNamePrefix(); }

 private:
  absl::Status TakeBack(ImportContext& context);
};

// Law of dtype: promotes the kernel's with the fitted one.
struct Nystroem {
  using Schema = fb::Nystroem;
  BOOST_HANA_DEFINE_STRUCT(Nystroem, (uint32_t, n_features_in), (KernelRows, fitted), (fb::DType, dtype),
                           (Array<double>, normalization), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.ClassNamePrefix(); }
};

}  // namespace pratique
