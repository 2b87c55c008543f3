// Selectors of columns: all of scikit-learn's are a mask that fit left behind, or that follows from what it did.
#pragma once

#include "feature_selection_generated.h"
#include "model/check_array.h"
#include "model/feature_names.h"
#include "type/class.h"

namespace pratique {

// Law of dtype: keeps X's.
struct ColumnMask {
  using Schema = fb::ColumnMask;
  BOOST_HANA_DEFINE_STRUCT(ColumnMask, (uint32_t, n_features_in), (uint32_t, n_features_out),
                           (Array<uint32_t>, selected), (bool, allow_nan), (bool, keeps_frames), (bool, unnamed),
                           (Strings, feature_names));

  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const;
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;
  // What RFE and RFECV hand to their estimator_.
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const { return Ask(Method::kPredict, X, run); }
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const { return Ask(Method::kPredictProba, X, run); }
  absl::StatusOr<Data> PredictLogProba(const Data& X, Run& run) const { return Ask(Method::kPredictLogProba, X, run); }
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const {
    return Ask(Method::kDecisionFunction, X, run);
  }

 private:
  absl::StatusOr<Data> Ask(Method method, const Data& X, Run& run) const;
  absl::StatusOr<NumericData> CheckSelected(const Data& X, Finite finite, Run& run) const;
  absl::StatusOr<Data> SelectFrame(const FrameView& frame, Run& run) const;
};

}  // namespace pratique
