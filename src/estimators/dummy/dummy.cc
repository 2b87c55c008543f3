#include "estimators/dummy/dummy.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "import/sklearn/import_context.h"
#include "import/sklearn/needed.h"
#include "kernels/arg_max.h"
#include "kernels/probabilities.h"
#include "kernels/random_state.h"
#include "model/views.h"
#include "state/invariant/floats.h"
#include "status_macros.h"

namespace pratique {
namespace {

// The same row for each of X's.
template <class T>
Data Repeated(Array<T> row, const Data& X, Run& run) {
  const size_t rows = Rows(X);
  std::span<T> out = NewMatrix<T>(run, rows, row.size());
  for (size_t i = 0; i < rows; ++i) std::ranges::copy(row, out.data() + i * row.size());
  return MatrixView<T>{out, rows, row.size(), row.size()};
}

// An integer: numpy repeats a row no True times.
absl::StatusOr<int64_t> OutputsOf(ImportContext& context) {
  const graph::Id id = context.Take("n_outputs_");
  if (!context.IsNone(id) && context.graph()[id].kind == graph::Kind::kBool)
    return context.Unsupported("n_outputs_", "a bool", "fit makes it an integer.");
  return context.Int(id, "n_outputs_");
}

// One of several outputs: attribute[k]; of one output the attribute itself.
absl::StatusOr<graph::Id> OfOutput(ImportContext& context, graph::Id id, std::string_view attribute, size_t k,
                                   size_t n_outputs) {
  if (n_outputs == 1) return id;
  const bool is_list = id != graph::kNoId && context.graph()[id].kind == graph::Kind::kList;
  if (!is_list || context.graph()[id].items.size() != n_outputs)
    return context.Invalid(attribute, "no list of the outputs", absl::StrCat("a list of ", n_outputs));
  return context.graph()[id].items[k];
}

// Whether the label at `index` equals the parameter `constant`, a text or a number.
bool IsLabel(const Values& values, size_t index, const graph::Node& constant) {
  if (values.dtype == fb::DType::String)
    return constant.kind == graph::Kind::kStr && values.strings[index] == constant.text;
  if (constant.kind == graph::Kind::kFloat)
    return constant.real == (values.IsFloat() ? values.floats[index] : static_cast<double>(values.ints[index]));
  if (constant.kind != graph::Kind::kInt && constant.kind != graph::Kind::kBool) return false;
  return values.IsFloat() ? values.floats[index] == static_cast<double>(constant.integer)
                          : values.ints[index] == constant.integer;
}

}  // namespace

std::optional<Violation> DummyClassifier::Invariant() const {
  size_t n = 0;
  for (size_t k = 0; k < classes.size(); ++k) {
    const std::string at = absl::StrCat("classes[", k, "]");
    if (auto v = classes[k].Invariant(at)) return v;
    if (classes[k].missing != fb::Missing::No)
      return Violation{at + ".missing", "labels", fb::EnumNameMissing(classes[k].missing), "No"};
    if (labels[k] >= classes[k].size())
      return Violation{absl::StrCat("labels[", k, "]"), "labels", absl::StrCat(labels[k]),
                       absl::StrCat("below ", classes[k].size())};
    n += classes[k].size();
  }
  if (n != probabilities.size())
    return Violation{"probabilities", "one_a_class", absl::StrCat(probabilities.size()), absl::StrCat(n)};
  if (draws == fb::Draws::Nothing) return std::nullopt;
  if (n_outputs != 1) return Violation{"draws", "one_output", fb::EnumNameDraws(draws), "Nothing for several outputs"};
  double sum = 0;
  for (const double p : probabilities) sum += p;
  if (std::abs(sum - 1) <= 1e-9) return std::nullopt;
  return Violation{"probabilities", "sum", absl::StrCat(sum), "1"};
}

absl::StatusOr<Signature> DummyClassifier::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.classes = classes;
  s.n_outputs = n_outputs;
  s.one_dimensional = n_outputs == 1;
  s.proba_is_list = n_outputs > 1;
  return s;
}

absl::Status DummyClassifier::ImportSeed(ImportContext& context, std::string_view strategy) {
  const graph::Id id = context.Take("random_state");
  if (strategy == "prior" || strategy == "most_frequent" || strategy == "constant") {
    return CheckSeed(context);
  }
  if (strategy != "stratified" && strategy != "uniform")
    return context.Unsupported("strategy", strategy, "scikit-learn does not know it, either.");
  constexpr std::string_view kHelp =
      "What it predicts is drawn at random: give random_state an integer from 0 to 4294967295 before fit.";
  if (context.IsNone(id)) return context.Unsupported("random_state", "None", kHelp);
  const absl::StatusOr<int64_t> given = context.Int(id, "random_state");
  if (!given.ok() || *given < 0 || *given > UINT32_MAX)
    return context.Unsupported("random_state", given.ok() ? absl::StrCat(*given) : "no integer", kHelp);
  draws = strategy == "uniform" ? fb::Draws::Uniform : fb::Draws::Stratified;
  seed = static_cast<uint32_t>(*given);
  return absl::OkStatus();
}

absl::Status DummyClassifier::Import(ImportContext& context) {
  const graph::Id fitted = context.Take("_strategy"), asked = context.Take("strategy");
  if (asked == graph::kNoId) return context.SavedAgain("strategy");
  ASSIGN_OR_RETURN(std::string_view strategy, context.String(fitted, "_strategy"));
  RETURN_IF_ERROR(ImportSeed(context, strategy));
  RETURN_IF_ERROR(CheckNeeded(context, {"sparse_output_"}));
  if (const graph::Id id = context.Take("sparse_output_"); !context.IsNone(id)) {
    ASSIGN_OR_RETURN(bool sparse, context.Bool(id, "sparse_output_"));
    if (sparse) return context.Unsupported("sparse_output_", "True", "Fit it on a dense y.");
  }
  ASSIGN_OR_RETURN(const int64_t outputs, OutputsOf(context));
  if (outputs < 1 || outputs > 65536) return context.Invalid("n_outputs_", absl::StrCat(outputs), "1 to 65536");
  n_outputs = static_cast<uint32_t>(outputs);
  if (draws != fb::Draws::Nothing && n_outputs > 1)
    return context.Unsupported("strategy", absl::StrCat(std::string(strategy), " of several outputs"),
                               "Use a model for each output.");
  const graph::Id of_classes = context.Take("classes_"), of_priors = context.Take("class_prior_"),
                  of_sizes = context.Take("n_classes_"), constant = context.Take("constant");
  std::span<Values> values = context.arena().New<Values>(n_outputs);
  std::span<uint32_t> indexes = context.arena().New<uint32_t>(n_outputs);
  std::vector<double> flat;
  for (size_t k = 0; k < n_outputs; ++k) {
    ASSIGN_OR_RETURN(graph::Id classes_id, OfOutput(context, of_classes, "classes_", k, n_outputs));
    ASSIGN_OR_RETURN(graph::Id prior_id, OfOutput(context, of_priors, "class_prior_", k, n_outputs));
    ASSIGN_OR_RETURN(graph::Id size_id, OfOutput(context, of_sizes, "n_classes_", k, n_outputs));
    ASSIGN_OR_RETURN(values[k], context.ValuesOf(classes_id, "classes_"));
    ASSIGN_OR_RETURN(const int64_t size, context.Int(size_id, "n_classes_"));
    if (size < 0 || static_cast<uint64_t>(size) != values[k].size())
      return context.Invalid("n_classes_", absl::StrCat(size), absl::StrCat(values[k].size(), ", as classes_ has"));
    ASSIGN_OR_RETURN(NdArray<double> prior, context.Doubles(prior_id, "class_prior_"));
    if (prior.shape.size() != 1)
      return context.Unsupported("class_prior_", "another shape", "It is one row: set it back, or fit it again.");
    if (prior.values.size() != values[k].size() || prior.values.empty())
      return context.Invalid("class_prior_", absl::StrCat(prior.values.size(), " values"),
                             absl::StrCat("one for each of ", values[k].size(), " classes"));
    size_t label = ArgMax(prior.values.data(), prior.values.size());
    if (strategy == "constant") {
      if (n_outputs > 1)
        return context.Unsupported("strategy", "constant of several outputs", "Use a model for each output.");
      if (context.IsNone(constant)) return context.Absent("constant", "a label");
      for (label = 0; label < values[k].size() && !IsLabel(values[k], label, context.graph()[constant]);) ++label;
      if (label == values[k].size())
        return context.Unsupported("constant", "a label that is not plainly one of classes_",
                                   "Give it as a text or a number of theirs.");
    }
    indexes[k] = static_cast<uint32_t>(label);
    const size_t n = prior.values.size();
    for (size_t c = 0; c < n; ++c) {
      flat.push_back(strategy == "prior" || strategy == "stratified" ? prior.values[c]
                     : strategy == "uniform"                         ? 1.0 / static_cast<double>(n)
                                                                     : c == label);
    }
  }
  classes = values;
  labels = indexes;
  probabilities = context.arena().Copy(std::span<const double>(flat));
  return context.ByName(this);
}

// rs.randint(n_classes) and rs.multinomial(1, class_prior_) of each row from the first one of the caller's X on.
std::span<const double> DummyClassifier::Drawn(const Data& X, Run& run) const {
  const size_t n = probabilities.size(), rows = Rows(X);
  std::span<double> out = run.arena.NewUninitialized<double>(rows);
  std::span<RandomState::Trial> trials = run.arena.NewUninitialized<RandomState::Trial>(n);
  double left = 1;
  for (size_t k = 0; k < n; left -= probabilities[k++]) trials[k] = RandomState::Trial(probabilities[k] / left);
  RandomState random(seed);
  for (size_t i = 0; i < run.first_row + rows; ++i) {
    size_t drawn = 0;
    if (draws == fb::Draws::Uniform) {
      drawn = random.Below(static_cast<uint32_t>(n));
    } else {
      while (drawn + 1 < n && !random.Succeeds(trials[drawn])) ++drawn;
    }
    if (i >= run.first_row) out[i - run.first_row] = static_cast<double>(drawn);
  }
  return out;
}

absl::StatusOr<Data> DummyClassifier::Predict(const Data& X, Run& run) const {
  if (draws != fb::Draws::Nothing) return MatrixView<double>{Drawn(X, run), Rows(X), 1, 1};
  std::span<double> row = run.arena.NewUninitialized<double>(labels.size());
  std::ranges::copy(labels, row.begin());
  return Repeated<double>(row, X, run);
}

absl::StatusOr<Data> DummyClassifier::PredictProba(const Data& X, Run& run) const {
  if (draws != fb::Draws::Stratified) return Repeated(probabilities, X, run);
  const std::span<const double> drawn = Drawn(X, run);
  const size_t n = probabilities.size();
  std::span<double> out = run.arena.New<double>(drawn.size() * n);
  for (size_t i = 0; i < drawn.size(); ++i) out[i * n + static_cast<size_t>(drawn[i])] = 1;
  return MatrixView<double>{out, drawn.size(), n, n};
}

absl::StatusOr<Data> DummyClassifier::PredictLogProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Data probabilities_of_rows, PredictProba(X, run));
  return LogOf(probabilities_of_rows, run);
}

std::optional<Violation> DummyRegressor::Invariant() const {
  const bool is_int = dtype == fb::DType::Int64;
  if (!is_int) {
    if (auto v = invariant::IsFloatDType("dtype", dtype)) return v;
  }
  if ((constant.data() != nullptr) == is_int || (integers.data() != nullptr) != is_int)
    return Violation{"constant", "of_dtype", "absent, or beside integers", "constant for floats, integers for Int64"};
  return is_int ? std::nullopt : invariant::FitsFloatDType("constant", dtype, constant);
}

absl::StatusOr<Signature> DummyRegressor::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_outputs = n_outputs;
  s.one_dimensional = n_outputs == 1;
  return s;
}

absl::Status DummyRegressor::Import(ImportContext& context) {
  const graph::Id id = context.Take("constant_");
  if (context.IsNone(id) || context.graph()[id].kind != graph::Kind::kArray || !context.graph()[id].dtype)
    return context.Invalid("constant_", "no array", "an array {1, n_outputs}");
  const auto& node = context.graph()[id];
  if (node.dtype->kind == 'i' && node.dtype->itemsize == 8) {
    ASSIGN_OR_RETURN(NdArray<int64_t> array, context.Ints(id, "constant_"));
    dtype = fb::DType::Int64;
    integers = array.values;
    n_outputs = static_cast<uint32_t>(array.values.size());
  } else if (node.dtype->kind == 'f') {
    ASSIGN_OR_RETURN(NdArray<double> array, context.Doubles(id, "constant_"));
    dtype = context.FloatDType(id);
    constant = array.values;
    n_outputs = static_cast<uint32_t>(array.values.size());
  } else {
    return context.Unsupported("constant_", "an array that is neither int64 nor floats", "Fit it on floats.");
  }
  ASSIGN_OR_RETURN(const int64_t outputs, OutputsOf(context));
  if (outputs < 0 || static_cast<uint64_t>(outputs) != n_outputs)
    return context.Invalid("n_outputs_", absl::StrCat(outputs), absl::StrCat(n_outputs));
  return context.ByName(this);
}

absl::StatusOr<Data> DummyRegressor::Predict(const Data& X, Run& run) const {
  if (dtype == fb::DType::Int64) return Repeated(integers, X, run);
  if (dtype == fb::DType::Float64) return Repeated(constant, X, run);
  std::span<float> row = run.arena.NewUninitialized<float>(constant.size());
  for (size_t k = 0; k < row.size(); ++k) row[k] = static_cast<float>(constant[k]);
  return Repeated<float>(row, X, run);
}

}  // namespace pratique
