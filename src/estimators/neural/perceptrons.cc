#include "estimators/neural/perceptrons.h"

#include <algorithm>
#include <type_traits>
#include <variant>

#include "absl/strings/str_cat.h"
#include "import/sklearn/import_context.h"
#include "kernels/exp.h"
#include "kernels/probabilities.h"
#include "kernels/product.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "model/class_indexes.h"
#include "model/views.h"
#include "state/invariant/floats.h"
#include "status_macros.h"

namespace pratique {
namespace {

// In place, all rows of `units`.
template <class T>
void Activate(fb::Activation activation, std::span<T> x, size_t units) {
  switch (activation) {
    case fb::Activation::Identity:
      return;
    case fb::Activation::Relu:  // np.maximum(x, 0), which keeps NaN
      for (T& v : x) v = v < 0 ? T{0} : v;
      return;
    case fb::Activation::Logistic:
      return Sigmoids(x);
    case fb::Activation::Tanh:
      return Tanh(x);
    case fb::Activation::Softmax:
      return SoftmaxOfRows(x, units);
    case fb::Activation::Exp:
      return Exp(x);
  }
}

template <class T>
MatrixView<T> RowsOf(const MatrixView<T>& x, size_t row, size_t n) {
  return {x.data.subspan(row * x.row_stride, (n - 1) * x.row_stride + x.cols), n, x.cols, x.row_stride};
}
template <class T>
CsrView<T> RowsOf(const CsrView<T>& x, size_t row, size_t n) {
  return {n, x.cols, x.indptr.subspan(row, n + 1), x.indices, x.data};
}

// All layers, in Out, over so many rows at a time that what is between two layers stays in cache.
template <class Out, class View>
Data Layers(const Perceptrons& p, const View& x, Run& run) {
  constexpr size_t kBytes = size_t{1} << 18;
  const size_t widest = *std::ranges::max_element(p.layers), outputs = p.layers.back();
  const size_t step = std::min(x.rows, std::max<size_t>(16, kBytes / (widest * sizeof(Out))));
  std::span<Out> out = NewMatrix<Out>(run, x.rows, outputs);
  std::span<Out> between[] = {NewMatrix<Out>(run, step, widest), NewMatrix<Out>(run, step, widest)};
  for (size_t row = 0; row < x.rows; row += step) {
    const size_t rows = std::min(step, x.rows - row);
    size_t inputs = p.n_features_in;
    Array<double> w = p.weights, b = p.biases;  // as many as the layers take: Invariant
    for (size_t l = 0; l < p.layers.size(); ++l) {
      const size_t units = p.layers[l];
      const bool is_last = l + 1 == p.layers.size();
      const Weights weights{w.data(), units, inputs, b.data()};
      const std::span<Out> to =
          is_last ? out.subspan(row * outputs, rows * outputs) : between[l % 2].first(rows * units);
      if (l == 0)
        Product(RowsOf(x, row, rows), weights, to.data());
      else
        Product(MatrixView<Out>{between[(l - 1) % 2].first(rows * inputs), rows, inputs, inputs}, weights, to.data());
      Activate(is_last ? p.output : p.hidden, to, units);
      w = w.subspan(inputs * units);
      b = b.subspan(units);
      inputs = units;
    }
  }
  return MatrixView<Out>{out, x.rows, outputs, outputs};
}

absl::StatusOr<fb::Activation> ActivationNamed(ImportContext& context, std::string_view attribute) {
  static constexpr std::pair<std::string_view, fb::Activation> kNames[] = {
      {"identity", fb::Activation::Identity}, {"logistic", fb::Activation::Logistic}, {"tanh", fb::Activation::Tanh},
      {"relu", fb::Activation::Relu},         {"softmax", fb::Activation::Softmax},   {"exp", fb::Activation::Exp}};
  ASSIGN_OR_RETURN(std::string_view name, context.String(context.Take(attribute), attribute));
  for (const auto& [known, activation] : kNames) {
    if (name == known) return activation;
  }
  return context.Unsupported(attribute, name, "scikit-learn knows identity, logistic, tanh, relu, softmax and exp.");
}

}  // namespace

std::optional<Violation> Perceptrons::Invariant() const {
  if (layers.empty()) return Violation{"layers", "layers", "none", "at least the output"};
  uint64_t inputs = n_features_in, n_weights = 0, n_biases = 0;
  for (uint64_t units : layers) {  // each below 2^24, so that no product or sum passes 2^64 before it is refused
    n_weights += inputs * units;
    n_biases += units;
    inputs = units;
    if (n_weights > weights.size()) break;
  }
  if (n_weights != weights.size() || n_biases != biases.size()) {
    return Violation{"layers", "layers", absl::StrCat(weights.size(), " weights and ", biases.size(), " biases"),
                     absl::StrCat(n_weights, " and ", n_biases)};
  }
  if (classes.data() != nullptr) {
    if (classes.size() != 1)
      return Violation{"classes", "one_output", absl::StrCat(classes.size()), "one list of labels"};
    if (auto v = classes[0].Invariant("classes[0]")) return v;
    const size_t wanted = classes[0].size() == 2 ? 1 : classes[0].size();
    if (classes[0].missing != fb::Missing::No || classes[0].size() < 2 || layers.back() != wanted) {
      return Violation{"layers", "outputs_of_classes",
                       absl::StrCat(layers.back(), " outputs for ", classes[0].size(), " classes"),
                       "1 for 2 classes, else one a class"};
    }
  }
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  if (auto v = invariant::FitsFloatDType("weights", fitted_dtype, weights)) return v;
  return invariant::FitsFloatDType("biases", fitted_dtype, biases);
}

absl::StatusOr<Signature> Perceptrons::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.widest = *std::ranges::max_element(layers);
  s.has_methods = true;
  s.methods = {Method::kPredict};
  if (classes.data() != nullptr) {
    s.classes = classes;
    s.methods.push_back(Method::kPredictProba);
    s.methods.push_back(Method::kPredictLogProba);
  } else {
    s.n_outputs = layers.back();
    s.one_dimensional = layers.back() == 1;
  }
  return s;
}

// coefs_ is a list of arrays {inputs, units}, intercepts_ one of arrays {units}.
absl::Status Perceptrons::TakeLayers(ImportContext& context) {
  const graph::Id coefs = context.Take("coefs_"), intercepts = context.Take("intercepts_");
  const auto items = [&](graph::Id id) -> std::span<const graph::Id> {
    if (context.IsNone(id) || context.graph()[id].kind != graph::Kind::kList) return {};
    return context.graph()[id].items;
  };
  if (items(coefs).empty() || items(coefs).size() != items(intercepts).size())
    return context.Invalid("coefs_", absl::StrCat(items(coefs).size(), " and ", items(intercepts).size(), " layers"),
                           "lists of as many arrays");
  fitted_dtype = context.FloatDType(items(coefs)[0]);
  std::vector<NdArray<double>> weights_of, biases_of;
  size_t n_weights = 0, n_biases = 0;
  for (size_t l = 0; l < items(coefs).size(); ++l) {
    ASSIGN_OR_RETURN(NdArray<double> w, context.Doubles(items(coefs)[l], "coefs_"));
    ASSIGN_OR_RETURN(NdArray<double> b, context.Doubles(items(intercepts)[l], "intercepts_"));
    const uint64_t inputs = l == 0 ? 0 : weights_of.back().shape[1];
    if (w.shape.size() != 2 || b.shape.size() != 1 || w.shape[1] != b.shape[0] || (l > 0 && w.shape[0] != inputs))
      return context.Invalid("coefs_", absl::StrCat("layer ", l),
                             "an array {inputs, units}, and one {units} in intercepts_");
    if (context.FloatDType(items(coefs)[l]) != fitted_dtype || context.FloatDType(items(intercepts)[l]) != fitted_dtype)
      return context.Unsupported("coefs_", "layers of several dtypes", "Cast all of them to one.");
    n_weights += w.values.size();
    n_biases += b.values.size();
    weights_of.push_back(w);
    biases_of.push_back(b);
  }
  std::span<uint32_t> units = context.arena().New<uint32_t>(weights_of.size());
  std::span<double> w = context.arena().NewUninitialized<double>(n_weights),
                    b = context.arena().NewUninitialized<double>(n_biases);
  double *to_w = w.data(), *to_b = b.data();
  for (size_t l = 0; l < units.size(); ++l) {
    const size_t rows = weights_of[l].shape[0], cols = weights_of[l].shape[1];
    units[l] = static_cast<uint32_t>(std::min<size_t>(cols, UINT32_MAX));
    for (size_t k = 0; k < cols; ++k) {
      for (size_t j = 0; j < rows; ++j) *to_w++ = weights_of[l].values[j * cols + k];
    }
    to_b = std::ranges::copy(biases_of[l].values, to_b).out;
  }
  n_features_in = static_cast<uint32_t>(std::min<uint64_t>(weights_of[0].shape[0], UINT32_MAX));
  layers = units;
  weights = w;
  biases = b;
  return absl::OkStatus();
}

namespace {

// predict asks the LabelBinarizer for the labels: the one that fit makes says what classes_ does.
absl::Status CheckBinarizer(ImportContext& context, graph::Id binarizer, const Values& classes) {
  constexpr std::string_view kName = "_label_binarizer";
  if (!context.IsOf(binarizer, "LabelBinarizer"))
    return context.Unsupported(kName, "what is no LabelBinarizer", "fit makes one.");
  RETURN_IF_ERROR(
      context.Bool(context.graph().Find(binarizer, "sparse_input_"), "_label_binarizer.sparse_input_").status());
  for (const auto& [label, wanted] : {std::pair<std::string_view, int64_t>{"neg_label", 0}, {"pos_label", 1}}) {
    ASSIGN_OR_RETURN(const int64_t value, context.Int(context.graph().Find(binarizer, label), kName));
    if (value != wanted) return context.Unsupported(kName, absl::StrCat(value), "fit makes it of 0 and 1.");
  }
  ASSIGN_OR_RETURN(const Values labels, context.ValuesOf(context.graph().Find(binarizer, "classes_"), kName));
  if (labels == classes) return absl::OkStatus();
  return context.Unsupported(kName, "other labels than classes_ has", "fit makes them the same.");
}

}  // namespace

absl::Status Perceptrons::Import(ImportContext& context) {
  RETURN_IF_ERROR(TakeLayers(context));
  // What predict reads beside the arrays says the same as they do.
  for (const auto& [attribute, wanted] :
       {std::pair<std::string_view, size_t>{"n_layers_", layers.size() + 1}, {"n_outputs_", layers.back()}}) {
    ASSIGN_OR_RETURN(const int64_t n, context.Int(context.Take(attribute), attribute));
    if (n < 0 || static_cast<uint64_t>(n) != wanted)
      return context.Invalid(attribute, absl::StrCat(n), absl::StrCat(wanted));
  }
  ASSIGN_OR_RETURN(hidden, ActivationNamed(context, "activation"));
  ASSIGN_OR_RETURN(output, ActivationNamed(context, "out_activation_"));
  if (context.class_name() == "MLPClassifier") {
    const graph::Id binarizer = context.Take("_label_binarizer");
    const graph::Id kind = context.IsNone(binarizer) ? graph::kNoId : context.graph().Find(binarizer, "y_type_");
    ASSIGN_OR_RETURN(std::string_view y_type, context.String(kind, "_label_binarizer.y_type_"));
    if (y_type != "binary" && y_type != "multiclass")
      return context.Unsupported("_label_binarizer", y_type, "Only one label a row is supported.");
    std::span<Values> labels = context.arena().New<Values>(1);
    ASSIGN_OR_RETURN(labels[0], context.ValuesOf(context.Take("classes_"), "classes_"));
    RETURN_IF_ERROR(CheckBinarizer(context, binarizer, labels[0]));
    if (labels[0].size() < 2) return context.Unsupported("classes_", "one class", "Fit it on at least two classes.");
    classes = labels;
  }
  return context.ByName(this);
}

absl::StatusOr<Data> Perceptrons::Forward(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData floats, CheckFloats(X, run, Finite::kRequired, static_cast<DType>(fitted_dtype)));
  return std::visit(
      [&]<template <class> class View, class T>(const View<T>& x) -> Data {
        if constexpr (std::is_same_v<T, float>) {
          if (fitted_dtype == fb::DType::Float32) return Layers<float>(*this, x, run);
        }
        return Layers<double>(*this, x, run);
      },
      floats);
}

absl::StatusOr<Data> Perceptrons::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data activations, Forward(X, run));
  if (classes.data() == nullptr) return activations;
  // LabelBinarizer.inverse_transform: above one half, or the greatest.
  return VisitDense(activations, [&](const auto& view) { return ChosenByScores(view, 0.5, run); });
}

absl::StatusOr<Data> Perceptrons::PredictProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data activations, Forward(X, run));
  return VisitDense(activations, [&]<class T>(const MatrixView<T>& view) -> Data {
    if (view.cols > 1) return view;
    std::span<T> out = NewMatrix<T>(run, view.rows, 2);
    for (size_t i = 0; i < view.rows; ++i) {
      out[2 * i] = 1 - view(i, 0);
      out[2 * i + 1] = view(i, 0);
    }
    return MatrixView<T>{out, view.rows, 2, 2};
  });
}

absl::StatusOr<Data> Perceptrons::PredictLogProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data probabilities, PredictProba(X, run));
  return LogOf(probabilities, run);
}

}  // namespace pratique
