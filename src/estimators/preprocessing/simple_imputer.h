// SimpleImputer.
#pragma once

#include "estimators/preprocessing/placeholder.h"
#include "model/check_array.h"
#include "model/feature_names.h"

namespace pratique {

inline bool IsNumber(fb::FillKind kind) { return kind != fb::FillKind::Dropped && kind != fb::FillKind::Text; }

struct SimpleImputer {
  using Schema = fb::SimpleImputer;
  BOOST_HANA_DEFINE_STRUCT(SimpleImputer, (uint32_t, n_features_in), (Placeholder, missing), (bool, object),
                           (Array<fb::FillKind>, fills), (Array<double>, numbers), (Strings, texts),
                           (Array<uint32_t>, indicator), (Strings, feature_names), (bool, keeps_dtype),
                           (fb::DType, fill_dtype));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;

 private:
  size_t n_kept() const;
  absl::StatusOr<NumericData> CheckRows(const Data& X, Run& run) const;
  template <class T>
  absl::StatusOr<Data> TransformDense(const MatrixView<T>& x, Run& run) const;
  template <class T>
  absl::StatusOr<Data> TransformCsr(const CsrView<T>& x, Run& run) const;
  absl::StatusOr<Data> TransformColumns(const Data& X, Run& run) const;
  absl::StatusOr<Column> Fill(const Column& column, size_t j, size_t rows, Run& run) const;
  absl::Status ImportStatistics(ImportContext& context);
};

}  // namespace pratique
