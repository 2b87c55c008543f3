#include "estimators/naive_bayes/joint_log_likelihood.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "kernels/probabilities.h"
#include "kernels/visit.h"
#include "status_macros.h"

namespace pratique {
namespace {

template <class F>
Data EachRow(const Data& jll, Run& run, F f) {
  return VisitDense(jll, [&]<class T>(const MatrixView<T>& view) -> Data {
    std::span<T> out = NewMatrix<T>(run, view.rows, view.cols);
    for (size_t i = 0; i < view.rows; ++i) {
      const T* row = view.row(i);
      const T all = LogSumExp(row, view.cols);
      for (size_t k = 0; k < view.cols; ++k) out[i * view.cols + k] = f(row[k] - all);
    }
    return MatrixView<T>{out, view.rows, view.cols, view.cols};
  });
}

}  // namespace

Data LogProbabilities(const Data& jll, Run& run) {
  return EachRow(jll, run, [](auto x) { return x; });
}

Data Probabilities(const Data& jll, Run& run) {
  return EachRow(jll, run, [](auto x) { return std::exp(x); });
}

absl::StatusOr<Signature> NaiveBayesSignature(uint64_t n_features_in, Strings feature_names, const Values& classes,
                                              const Children& children) {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.classes = {&classes, 1};
  return s;
}

std::optional<Violation> OneLabelAClass(const Values& classes, uint64_t n_classes) {
  if (auto v = classes.Invariant("classes")) return v;
  if (classes.missing != fb::Missing::No)
    return Violation{"classes.missing", "labels", fb::EnumNameMissing(classes.missing), "No"};
  if (classes.size() == n_classes) return std::nullopt;
  return Violation{"n_classes", "one_label_a_class", absl::StrCat(n_classes, " for ", classes.size(), " classes"),
                   "as many as classes"};
}

absl::StatusOr<NdArray<double>> FiniteLogProbabilities(ImportContext& context, std::string_view attribute) {
  ASSIGN_OR_RETURN(NdArray<double> array, context.Doubles(context.Take(attribute), attribute));
  if (!std::ranges::all_of(array.values, [](double v) { return std::isfinite(v); })) {
    return context.Unsupported(attribute, "a log probability that is not finite",
                               "Fit it with alpha above 0: what never occurred has the probability 0 otherwise.");
  }
  return array;
}

}  // namespace pratique
