#include "estimators/decomposition/non_negative_factors.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/decomposition/changes.h"
#include "estimators/decomposition/factor_updates.h"
#include "estimators/decomposition/iterations.h"
#include "estimators/decomposition/non_negative.h"
#include "estimators/linear/dot.h"
#include "import/sklearn/import_context.h"
#include "import/sklearn/needed.h"
#include "model/views.h"
#include "model/wide_floats.h"
#include "state/invariant/floats.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {

std::optional<Violation> NonNegativeFactors::Invariant() const {
  if (solver == fb::NmfSolver::Cd && beta_loss != 2)
    return Violation{"beta_loss", "of_solver", absl::StrCat(beta_loss), "2, of coordinate descent"};
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  return invariant::FitsFloatDType("components", fitted_dtype, components);
}

absl::StatusOr<Signature> NonNegativeFactors::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(Signature s, TransformerSignature(n_features_in, n_components, feature_names, children));
  s.solves_together = true;
  return s;
}

// transform compares the parameter with components_ (sklearn/decomposition/_nmf.py _check_w_h).
static absl::Status CheckWidth(ImportContext& context, int64_t n_components, int64_t n_features) {
  constexpr std::string_view kName = "n_components";
  const graph::Id given = context.Take(kName);
  if (given != graph::kNoId && context.graph()[given].kind == graph::Kind::kStr &&
      context.graph()[given].text == "auto")
    return absl::OkStatus();
  int64_t width = n_features;
  if (!context.IsNone(given)) {
    ASSIGN_OR_RETURN(width, context.Int(given, kName));
  }
  if (width == n_components) return absl::OkStatus();
  return context.Unsupported(kName, absl::StrCat(width),
                             absl::StrCat("components_ has ", n_components, ". Set it back."));
}

absl::Status NonNegativeFactors::Import(ImportContext& context) {
  const bool is_online = context.class_name() == "MiniBatchNMF";
  if (is_online) {
    solver = fb::NmfSolver::Online;
    context.Ignore({"solver", "shuffle"});  // 1.1 kept them as attributes
    ASSIGN_OR_RETURN(max_iter, TakeIterations(context, "_transform_max_iter", 1));
  } else {
    ASSIGN_OR_RETURN(const std::string_view name, context.String(context.Take("solver"), "solver"));
    if (name != "cd" && name != "mu") return context.Unsupported("solver", name, "scikit-learn knows cd and mu.");
    solver = name == "cd" ? fb::NmfSolver::Cd : fb::NmfSolver::Mu;
    ASSIGN_OR_RETURN(const bool shuffle, context.Bool(context.Take("shuffle"), "shuffle"));
    if (shuffle && solver == fb::NmfSolver::Cd)
      return context.Unsupported("shuffle", "True", "transform then draws at random. Set shuffle=False before saving.");
    ASSIGN_OR_RETURN(max_iter, TakeIterations(context, "max_iter", 1));
  }
  const graph::Id loss = context.Take("beta_loss");
  if (loss != graph::kNoId && context.graph()[loss].kind == graph::Kind::kStr) {
    const std::string_view name = context.graph()[loss].text;
    if (name != "frobenius" && name != "kullback-leibler" && name != "itakura-saito")
      return context.Unsupported("beta_loss", name,
                                 "scikit-learn knows frobenius, kullback-leibler and itakura-saito.");
    beta_loss = name == "frobenius" ? 2 : name == "kullback-leibler" ? 1 : 0;
  } else {
    ASSIGN_OR_RETURN(beta_loss, context.Double(loss, "beta_loss"));
  }
  fitted_dtype = context.FloatDType(context.Take("components_"));
  ASSIGN_OR_RETURN(double alpha, context.Double(context.Take("alpha_W"), "alpha_W"));
  ASSIGN_OR_RETURN(const double l1_ratio, context.Double(context.Take("l1_ratio"), "l1_ratio"));
  const graph::Id of_components = context.Take("alpha_H");  // transform scales it, and then has no use for it
  if (context.IsNone(of_components))
    return context.Unsupported("alpha_H", "None", "scikit-learn knows a number and same.");
  if (context.graph()[of_components].kind != graph::Kind::kStr) {
    RETURN_IF_ERROR(context.Double(of_components, "alpha_H").status());
  } else if (context.graph()[of_components].text != "same") {
    return context.Unsupported("alpha_H", context.graph()[of_components].text, "scikit-learn knows a number and same.");
  }
  RETURN_IF_ERROR(CheckSeed(context));
  RETURN_IF_ERROR(context.ByName(this));
  if (!is_online && context.sklearn() >= Version{1, 1, 0})
    RETURN_IF_ERROR(CheckWidth(context, n_components, n_features_in));
  if (n_components > 4096)
    return context.Unsupported("components_", absl::StrCat(n_components, " components"), "At most 4096 are supported.");
  const double scale = n_features_in;
  if (context.Predates(release_1_2::kRegularizesByWeight)) {
    // alpha and regularization count where neither alpha_W nor alpha_H was given.
    const graph::Id alpha_id = context.Take("alpha"), regularization = context.Take("regularization");
    const auto is_set = [&](graph::Id id) {
      return !context.IsNone(id) && context.graph()[id].kind == graph::Kind::kStr &&
             context.graph()[id].text == "deprecated";
    };
    if (!is_set(alpha_id) || !is_set(regularization))
      return context.Unsupported("alpha", "a value", "It was deprecated in scikit-learn 1.0: fit with alpha_W.");
  }
  l1_reg = scale * alpha * l1_ratio;
  l2_reg = scale * alpha * (1.0 - l1_ratio);
  if (std::ranges::none_of(components, [](double v) { return v > 0; }))
    return context.Unsupported("components_", "zeros only", "scikit-learn refuses to transform by it.");
  return absl::OkStatus();
}

absl::StatusOr<Data> NonNegativeFactors::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData x, CheckWideFloats(X, run));
  const bool online = solver == fb::NmfSolver::Online;
  if (!online) {
    RETURN_IF_ERROR(CheckNonNegative(x, run));
    if (beta_loss <= 0 && HasZero(x))
      return BadInput("input.not_positive", "X contains zeros, which beta_loss <= 0 does not take", "0", "above 0");
  }
  return std::visit(
      [&]<template <class> class View, class T>(const View<T>& view) -> absl::StatusOr<Data> {
        const bool is_float = std::is_same_v<T, float>, fitted_float = fitted_dtype == fb::DType::Float32;
        if (!online && is_float != fitted_float) {
          return BadInput("input.dtype",
                          "transform of NMF takes X of the dtype that it was fitted on, as scikit-learn does",
                          is_float ? "float32" : "float64", is_float ? "float64" : "float32");
        }
        const auto factors = [&]<class P>(P) -> Data {
          FactorUpdates<T, P, View<T>> updates(*this, view, run);
          return MatrixView<T>{updates.Solve(), view.rows, n_components, n_components};
        };
        return is_float && fitted_float ? factors(float{}) : factors(double{});
      },
      x);
}

// X @ components_, unchecked.
absl::StatusOr<Data> NonNegativeFactors::InverseTransform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData x,
                   CheckFloatsOfWidth(X, n_components, run, static_cast<DType>(fitted_dtype), Finite::kAny));
  std::span<double> back = run.arena.NewUninitialized<double>(components.size());
  for (size_t k = 0; k < n_components; ++k) {
    for (size_t j = 0; j < n_features_in; ++j) back[j * n_components + k] = components[k * n_features_in + j];
  }
  return LinearScores(x, back, run.arena.New<double>(n_features_in), fitted_dtype, run);
}

}  // namespace pratique
