#include "estimators/preprocessing/standard_scaler.h"

#include "data/float16.h"
#include "estimators/preprocessing/changes.h"
#include "estimators/preprocessing/columns.h"
#include "import/sklearn/import_context.h"
#include "model/input_error.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

// The statistic as X of that dtype meets it.
Array<double> StatisticFor(DType dtype, Array<double> statistic, bool float32_statistics, Run& run) {
  if (dtype == DType::kFloat64 || !float32_statistics || statistic.data() == nullptr) return statistic;
  std::span<double> rounded = run.arena.NewUninitialized<double>(statistic.size());
  for (size_t j = 0; j < rounded.size(); ++j) {
    rounded[j] = dtype == DType::kFloat16 ? RoundedToFloat16(statistic[j]) : static_cast<float>(statistic[j]);
  }
  return rounded;
}

absl::Status CannotCenter() {
  return BadInput("input.sparse", "Cannot center sparse matrices: the scaler was fitted with with_mean=True", "csr",
                  "dense");
}

}  // namespace

absl::StatusOr<Signature> StandardScaler::Infer(const Children& children) const {
  return TransformerSignature(n_features_in, n_features_in, feature_names, children);
}

absl::Status StandardScaler::Import(ImportContext& context) {
  if (context.class_name() == "RobustScaler") return ImportRobust(context);
  for (const char* flag : {"with_mean", "with_std"}) {
    const bool is_mean = flag == std::string_view("with_mean");
    const char* attribute = is_mean ? "mean_" : "scale_";
    ASSIGN_OR_RETURN(bool wanted, context.Bool(context.Take(flag), flag));
    const graph::Id value = context.Take(attribute);  // mean_ is there even when it is not used
    // CSR is scaled where scale_ is there, dense rows where with_std says so.
    if (!wanted && !is_mean && !context.IsNone(value))
      return context.Unsupported("scale_", "an array with with_std=False", "fit makes it None");
    if (!wanted) continue;
    ASSIGN_OR_RETURN(Array<double> array, context.Vector(value, attribute));
    (is_mean ? mean : scale) = array;
    if (!is_mean) float32_reciprocal = context.FloatDType(value) == fb::DType::Float32;
  }
  // X -= xp.astype(self.mean_, X.dtype), for the sake of the array API.
  float32_statistics = !context.Predates(release_1_8::kFloat32Statistics);
  return context.ByName(this);
}

absl::Status StandardScaler::ImportRobust(ImportContext& context) {
  const graph::Id center_value = context.Take("center_"), scale_value = context.Take("scale_");
  const graph::Id centers_value = context.Take("with_centering"), scales_value = context.Take("with_scaling");
  ASSIGN_OR_RETURN(const bool centers, context.Bool(centers_value, "with_centering"));
  ASSIGN_OR_RETURN(const bool scales, context.Bool(scales_value, "with_scaling"));
  if (centers) {
    ASSIGN_OR_RETURN(mean, context.Vector(center_value, "center_"));
  }
  if (scales) {
    ASSIGN_OR_RETURN(scale, context.Vector(scale_value, "scale_"));
    float32_reciprocal = context.FloatDType(scale_value) == fb::DType::Float32;
  }
  csr_uncentered = true;
  return context.ByName(this);
}

absl::StatusOr<Data> StandardScaler::Transform(const Data& X, Run& run) const {
  const auto csr = [&]<class T>(const CsrView<T>& x) -> absl::StatusOr<Data> {
    if (mean.data() != nullptr && !csr_uncentered) return CannotCenter();
    if (scale.data() == nullptr) return x;
    return ScaleColumns(x, {scale, /*reciprocal=*/true, float32_reciprocal}, run);
  };
  const auto dense = [&]<class T>(const MatrixView<T>& x) -> absl::StatusOr<Data> {
    return TwoSteps(x, Subtract(StatisticFor(x.dtype, mean, float32_statistics, run)),
                    Divide(StatisticFor(x.dtype, scale, float32_statistics, run)),
                    NewResult<T>(run, x.rows, x.cols, x.dtype));
  };
  return Scale(X, run, csr, dense);
}

absl::StatusOr<Data> StandardScaler::InverseTransform(const Data& X, Run& run) const {
  const auto csr = [&]<class T>(const CsrView<T>& x) -> absl::StatusOr<Data> {
    if (mean.data() != nullptr && !csr_uncentered) return CannotCenter();
    if (scale.data() == nullptr) return x;
    return ScaleColumns(x, {scale}, run);
  };
  const auto dense = [&]<class T>(const MatrixView<T>& x) -> absl::StatusOr<Data> {
    return TwoSteps(x, Multiply(StatisticFor(x.dtype, scale, float32_statistics, run)),
                    Add(StatisticFor(x.dtype, mean, float32_statistics, run)),
                    NewResult<T>(run, x.rows, x.cols, x.dtype));
  };
  return Scale(X, run, csr, dense);
}

}  // namespace pratique
