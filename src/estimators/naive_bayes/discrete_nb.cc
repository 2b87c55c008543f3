#include "estimators/naive_bayes/discrete_nb.h"

#include <algorithm>
#include <cmath>
#include <variant>

#include "absl/strings/str_cat.h"
#include "estimators/linear/dot.h"
#include "kernels/numpy_sum.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "status_macros.h"

namespace pratique {
namespace {

// sklearn.preprocessing.binarize: of a sparse X only what is stored.
absl::StatusOr<FloatData> Binarized(const FloatData& X, double threshold, Run& run) {
  return std::visit(
      [&]<class View>(const View& x) -> absl::StatusOr<FloatData> {
        if constexpr (requires { x.indptr; }) {
          if (threshold < 0)
            return BadInput("input.sparse", "Cannot binarize a sparse matrix with threshold < 0", "csr", "dense");
          View result = x;
          auto data = run.arena.Copy(x.data);
          for (auto& v : data) v = v > threshold;
          result.data = data;
          return result;
        } else {
          auto out = NewMatrix<std::remove_cvref_t<decltype(x(0, 0))>>(run, x.rows, x.cols);
          for (size_t i = 0; i < x.rows; ++i) {
            for (size_t j = 0; j < x.cols; ++j) out[i * x.cols + j] = x(i, j) > threshold;
          }
          return View{out, x.rows, x.cols, x.cols};
        }
      },
      X);
}

// BernoulliNB: neg_prob = log(1 - exp(feature_log_prob)); coef = feature_log_prob - neg_prob; its row sums are added.
absl::Status OfPresence(ImportContext& context, size_t n_features, std::span<double> coef,
                        std::span<double> intercept) {
  std::span<double> absent = context.arena().NewUninitialized<double>(n_features);
  for (size_t k = 0; k < intercept.size(); ++k) {
    double* row = &coef[k * n_features];
    for (size_t j = 0; j < n_features; ++j) {
      absent[j] = std::log(1 - std::exp(row[j]));
      row[j] -= absent[j];
      if (!std::isfinite(row[j]))
        return context.Unsupported("feature_log_prob_", "a probability of 1", "Fit it with alpha above 0.");
    }
    intercept[k] += NumpySum(absent.data(), n_features);
  }
  return absl::OkStatus();
}

}  // namespace

std::optional<Violation> DiscreteNB::Invariant() const {
  if (!binarize && threshold != 0)
    return Violation{"threshold", "of_binarize", absl::StrCat(threshold), "0 without binarize"};
  return OneLabelAClass(classes, n_classes);
}

absl::StatusOr<Signature> DiscreteNB::Infer(const Children& children) const {
  return NaiveBayesSignature(n_features_in, feature_names, classes, children);
}

absl::Status DiscreteNB::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(classes, context.ValuesOf(context.Take("classes_"), "classes_"));
  n_classes = static_cast<uint32_t>(classes.size());
  ASSIGN_OR_RETURN(NdArray<double> log_prob, FiniteLogProbabilities(context, "feature_log_prob_"));
  ASSIGN_OR_RETURN(NdArray<double> prior, FiniteLogProbabilities(context, "class_log_prior_"));
  if (log_prob.shape.size() != 2 || log_prob.shape[0] != n_classes || prior.shape.size() != 1 ||
      prior.shape[0] != n_classes) {
    return context.Invalid("feature_log_prob_",
                           absl::StrCat("arrays of ", log_prob.values.size(), " and ", prior.values.size(), " values"),
                           absl::StrCat("a row for each of ", n_classes, " classes"));
  }
  std::span<double> weights = context.arena().Copy(log_prob.values), constants = context.arena().Copy(prior.values);
  if (context.class_name() == "ComplementNB" && n_classes > 1) std::ranges::fill(constants, 0.0);
  if (context.class_name() == "BernoulliNB") {
    RETURN_IF_ERROR(OfPresence(context, log_prob.shape[1], weights, constants));
    const graph::Id above = context.Take("binarize");
    if (!context.IsNone(above)) {
      binarize = true;
      ASSIGN_OR_RETURN(threshold, context.Double(above, "binarize"));
    }
  }
  coef = weights;
  intercept = constants;
  return context.ByName(this);
}

absl::StatusOr<Data> DiscreteNB::JointLogLikelihood(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData x, CheckFloats(X, run));
  if (binarize) {
    ASSIGN_OR_RETURN(x, Binarized(x, threshold, run));
  }
  return LinearScores(x, coef, intercept, fb::DType::Float64, run);
}

}  // namespace pratique
