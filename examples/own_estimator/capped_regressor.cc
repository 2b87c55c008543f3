#include "capped_regressor.h"

#include <algorithm>

#include "capped_bfbs_generated.h"

namespace example {

using namespace pratique;

absl::StatusOr<Signature> CappedRegressor::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature signature;
  signature.n_features_in = n_features_in;
  signature.feature_names = feature_names;
  return signature;
}

absl::StatusOr<Data> CappedRegressor::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(MatrixView<double> x, CheckDense<double>(X, run));
  std::span<double> y = NewMatrix<double>(run, x.rows, 1);
  for (size_t i = 0; i < x.rows; ++i) {
    double sum = 0;
    for (size_t j = 0; j < x.cols; ++j)
      sum += x(i, j) * coef[j];                          // CheckDense: as wide as n_features_in, and so is coef
    y[i] = std::min(sum + intercept, x(i, cap_column));  // index_below: cap_column is one of them
  }
  return MatrixView<double>{y, x.rows, 1, 1};
}

const Family& CappedFamily() {
  static constexpr std::string_view kModules[] = {"capped"};
  static constexpr std::string_view kInputs[] = {"dense", "frame"};
  static const Class kClasses[] = {{.name = "capped.CappedRegressor",
                                    .form = FormOf<CappedRegressor, fb::CappedRegressorBinarySchema>(),
                                    .modules = kModules,
                                    .inputs = kInputs,
                                    .fit_parameters = "alpha"}};
  static const Family family{"capped", kClasses, {}};
  return family;
}

}  // namespace example
