#include "estimators/meta/iterative_imputer.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "estimators/dummy/dummy.h"
#include "estimators/ensemble/members.h"
#include "estimators/meta/member_numbers.h"
#include "estimators/preprocessing/missing_indicator.h"
#include "estimators/preprocessing/simple_imputer.h"
#include "import/sklearn/import_context.h"
#include "import/sklearn/needed.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "model/views.h"
#include "model/wide_floats.h"
#include "state/invariant/ragged.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr std::string_view kInitial = "initial_imputer_";

std::string RoleOfStep(size_t s) { return absl::StrCat("imputation_sequence_[", s, "]"); }

// Where every cell of X is a gap, all stay as they were filled first; a block of a longer X is no such thing, and is
// refused. So is a call of more rows than kSurelyAll, of which a caller may have made several out of one X.
absl::Status CheckAlone(size_t rows, const Run& run) {
  constexpr size_t kSurelyAll = 63;
  if (run.first_row == 0 && rows == run.n_rows && rows <= kSurelyAll) return absl::OkStatus();
  return BadInput("input.batch",
                  absl::StrCat("rows ", run.first_row, " to ", run.first_row + rows - 1,
                               " have no value at all: how they are filled depends on whether any other row has"),
                  "rows of gaps alone", "at least one value among them; at most 63 rows without any");
}

}  // namespace

std::optional<Violation> IterativeImputer::Invariant() const {
  if (auto v = missing.Invariant()) return v;
  if (missing.kind != fb::PlaceholderKind::NaN && missing.kind != fb::PlaceholderKind::Number)
    return Violation{"missing.kind", "numeric", fb::EnumNamePlaceholderKind(missing.kind), "NaN or Number"};
  if (auto v = invariant::OffsetsForEach("offsets", offsets.size(), n_steps)) return v;
  if (n_steps > 0 && (least.data() == nullptr || greatest.data() == nullptr))
    return Violation{least.data() == nullptr ? "least" : "greatest", "limits", "absent", "present"};
  if ((least.data() == nullptr) != (greatest.data() == nullptr))
    return Violation{"greatest", "limits", "one limit", "both, or none"};
  for (size_t j = 0; j < least.size(); ++j) {
    if (!(greatest[j] > least[j]))
      return Violation{absl::StrCat("greatest[", j, "]"), "limits", absl::StrCat(greatest[j]),
                       absl::StrCat("above ", least[j])};
  }
  return std::nullopt;
}

absl::StatusOr<Signature> IterativeImputer::Infer(const Children& children) const {
  std::vector<std::string> roles = {std::string(kInitial)};
  for (size_t s = 0; s < n_steps; ++s) roles.push_back(RoleOfStep(s));
  RETURN_IF_ERROR(CheckRoles(children, roles));
  const auto* initial = children.As<SimpleImputer>(0);
  if (initial == nullptr || initial->n_features_in != n_features_in)
    return Mismatch("initial_imputer_ is no SimpleImputer of its columns");
  if (initial->object || !initial->indicator.empty() || initial->missing.kind != missing.kind ||
      initial->missing.number != missing.number)
    return Mismatch("initial_imputer_ fills other gaps");
  for (const uint32_t j : kept) {
    if (!IsNumber(initial->fills[j])) return Mismatch("initial_imputer_ does not fill all columns");
  }
  Signature s;
  s.n_features_in = n_features_in;
  s.n_features_out = kept.size() + indicator.size();
  s.feature_names = feature_names;
  s.widest = kept.size();
  for (size_t step = 0; step < n_steps; ++step) {
    const Signature& member = children.signatures[step + 1];
    const uint64_t width = offsets[step + 1] - offsets[step];
    if (member.n_features_in.value_or(width) != width)
      return Mismatch(absl::StrCat(RoleOfStep(step), " expects ", *member.n_features_in, " features, not ", width));
    if (const auto* dummy = children.As<DummyClassifier>(step + 1);
        dummy != nullptr && dummy->draws != fb::Draws::Nothing)
      return NotReproduced("one of its estimators draws at random, for the rows with gaps only");
    if (!PredictsNumbers(member)) return NotReproduced("one of its estimators does not predict one number a row");
    s.widest = std::max(s.widest, member.widest);
  }
  return s;
}

// get_feature_names_out: those of the first imputer, then those of the indicator.
absl::StatusOr<Strings> IterativeImputer::FeatureNamesOut(FeatureNames& names) const {
  ASSIGN_OR_RETURN(const Strings in, names.In());
  ASSIGN_OR_RETURN(const Strings filled, names.Of(*names.children()[0], in));
  std::span<std::string_view> out = names.New(filled.size() + indicator.size());
  std::ranges::copy(filled, out.begin());
  for (size_t k = 0; k < indicator.size(); ++k)
    out[filled.size() + k] = names.Join("missingindicator_", in[indicator[k]]);
  return Strings(out);
}

// Columns that come out, and which of them are empty. Before 1.6 they are those that the first imputer has a value for,
// and nothing is predicted where empty ones are kept.
absl::Status IterativeImputer::ImportColumns(ImportContext& context, graph::Id initial) {
  const graph::Id mask = context.Take("_is_empty_feature"), keep = context.Take("keep_empty_features");
  if (context.sklearn() >= Version{1, 2, 0}) RETURN_IF_ERROR(CheckNeeded(context, {"keep_empty_features"}));
  if (context.sklearn() >= Version{1, 6, 0}) RETURN_IF_ERROR(CheckNeeded(context, {"_is_empty_feature"}));
  bool keeps = false;
  if (keep != graph::kNoId) {
    ASSIGN_OR_RETURN(keeps, context.Bool(keep, "keep_empty_features"));
  }
  // fit hands it on, and the first imputer fills by it.
  if (const graph::Id handed = context.graph().Find(initial, "keep_empty_features"); handed != graph::kNoId) {
    ASSIGN_OR_RETURN(const bool fills, context.Bool(handed, "initial_imputer_.keep_empty_features"));
    if (fills != keeps)
      return context.Unsupported("initial_imputer_.keep_empty_features", "another value than keep_empty_features",
                                 "Set it back, or fit it again.");
  }
  std::vector<uint32_t> all, holes;
  if (mask != graph::kNoId) {
    const auto& dtype = context.graph()[mask].dtype;
    if (dtype == nullptr || dtype->kind != 'b')  // ~ of integers is another number
      return context.Unsupported("_is_empty_feature", "no bools", "Set it back, or fit it again.");
    ASSIGN_OR_RETURN(const Array<int64_t> is_empty, context.IntVector(mask, "_is_empty_feature"));
    for (uint32_t j = 0; j < is_empty.size(); ++j) {
      if (is_empty[j] != 0 && keeps) holes.push_back(static_cast<uint32_t>(all.size()));
      if (is_empty[j] == 0 || keeps) all.push_back(j);
    }
  } else {
    const graph::Id sequence = context.graph().Find(context.id(), "imputation_sequence_");
    if (keeps && sequence != graph::kNoId && !context.graph()[sequence].items.empty())
      return context.Unsupported("keep_empty_features", "True, where fit found False", "Set it back, or fit it again.");
    ASSIGN_OR_RETURN(const Array<double> fills,
                     context.Vector(context.graph().Find(initial, "statistics_"), "initial_imputer_.statistics_"));
    for (uint32_t j = 0; j < fills.size(); ++j) {
      if (!std::isnan(fills[j])) all.push_back(j);
    }
  }
  kept = context.arena().Copy(Array<uint32_t>(all));
  empty = context.arena().Copy(Array<uint32_t>(holes));
  return absl::OkStatus();
}

// imputation_sequence_: tuples of a column, the columns that it is predicted from, and the estimator.
absl::Status IterativeImputer::ImportSteps(ImportContext& context) {
  ASSIGN_OR_RETURN(std::span<const graph::Id> sequence,
                   ItemsOf(context, context.Take("imputation_sequence_"), "imputation_sequence_"));
  ASSIGN_OR_RETURN(const int64_t rounds, context.Int(context.Take("n_iter_"), "n_iter_"));
  if (rounds < 0 || (!sequence.empty() && sequence.size() < static_cast<uint64_t>(rounds)))
    return context.Unsupported("n_iter_", absl::StrCat(rounds), "fit makes at least one estimator a round.");
  if (rounds == 0) sequence = {};
  std::vector<uint32_t> columns, ends = {0}, from;
  for (size_t s = 0; s < sequence.size(); ++s) {
    const std::string at = RoleOfStep(s);
    const graph::Node& node = context.graph()[sequence[s]];
    const bool triplet =
        (node.kind == graph::Kind::kObject && node.name == "_ImputerTriplet") || node.kind == graph::Kind::kTuple;
    if (!triplet || node.items.size() != 3) return context.Invalid(at, "another object", "an _ImputerTriplet");
    const std::vector<graph::Id> items = node.items;
    ASSIGN_OR_RETURN(const int64_t column, context.Int(items[0], at + ".feat_idx"));
    ASSIGN_OR_RETURN(const Array<int64_t> others, context.IntVector(items[1], at + ".neighbor_feat_idx"));
    const auto fits = [&](int64_t j) { return j >= 0 && static_cast<uint64_t>(j) < kept.size(); };
    if (!fits(column) || !std::ranges::all_of(others, fits) || others.empty())
      return context.Invalid(at, "another column", absl::StrCat("columns below ", kept.size()));
    columns.push_back(static_cast<uint32_t>(column));
    for (const int64_t j : others) from.push_back(static_cast<uint32_t>(j));
    ends.push_back(static_cast<uint32_t>(from.size()));
    context.Child(items[2], at);
  }
  n_steps = static_cast<uint32_t>(columns.size());
  features = context.arena().Copy(Array<uint32_t>(columns));
  offsets = context.arena().Copy(Array<uint32_t>(ends));
  neighbors = context.arena().Copy(Array<uint32_t>(from));
  return absl::OkStatus();
}

absl::Status IterativeImputer::ImportLimits(ImportContext& context) {
  const graph::Id low = context.Take("_min_value"), high = context.Take("_max_value");
  if (n_steps == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(least, context.Vector(low, "_min_value"));
  ASSIGN_OR_RETURN(greatest, context.Vector(high, "_max_value"));
  if (least.size() == kept.size() && greatest.size() == kept.size()) return absl::OkStatus();
  return context.Unsupported("_min_value", absl::StrCat(least.size(), " limits"), "One a column that comes out.");
}

absl::Status IterativeImputer::Import(ImportContext& context) {
  RETURN_IF_ERROR(missing.Import(context));
  if (missing.kind != fb::PlaceholderKind::NaN && missing.kind != fb::PlaceholderKind::Number)
    return context.Unsupported("missing_values", "None, text or pandas.NA", "NaN and numbers are supported.");
  ASSIGN_OR_RETURN(const bool samples, context.Bool(context.Take("sample_posterior"), "sample_posterior"));
  if (samples)
    return context.Unsupported("sample_posterior", "True",
                               "Its results are random: fit it with sample_posterior=False.");
  const graph::Id initial = context.Take(kInitial);
  if (context.IsNone(initial)) return context.Absent(kInitial, "a SimpleImputer");
  context.Child(initial, std::string(kInitial));
  RETURN_IF_ERROR(ImportColumns(context, initial));
  RETURN_IF_ERROR(ImportSteps(context));
  RETURN_IF_ERROR(ImportLimits(context));
  ASSIGN_OR_RETURN(const bool marks, context.Bool(context.Take("add_indicator"), "add_indicator"));
  const graph::Id of_indicator = context.Take("indicator_");
  if (marks) {
    ASSIGN_OR_RETURN(const int64_t width, context.Int(context.Take("n_features_in_"), "n_features_in_"));
    ASSIGN_OR_RETURN(indicator,
                     IndicatorColumns(context, of_indicator, static_cast<size_t>(std::max<int64_t>(0, width))));
  }
  return context.ByName(this);
}

// transform and _impute_one_feature (sklearn/impute/_iterative.py, 1.9). Rows are filled one by one, but for one thing:
// see CheckAlone.
template <class T>
absl::StatusOr<Data> IterativeImputer::Impute(const MatrixView<T>& x, Run& run) const {
  const size_t rows = x.rows, n = kept.size(), cols = n + indicator.size();
  std::span<T> out = NewMatrix<T>(run, rows, cols);
  std::span<uint8_t> gaps = run.arena.New<uint8_t>(rows * n);
  const auto& initial = *static_cast<const SimpleImputer*>(run.children()[0]->state);
  for (size_t i = 0; i < rows; ++i) {
    T* to = out.data() + i * cols;
    for (size_t k = 0; k < n; ++k) {
      const T cell = x(i, kept[k]);
      gaps[i * n + k] = missing.IsMissing(cell);
      to[k] = gaps[i * n + k] ? static_cast<T>(initial.numbers[kept[k]]) : cell;
    }
    for (size_t k = 0; k < indicator.size(); ++k) to[n + k] = missing.IsMissing(x(i, indicator[k]));
  }
  const Data filled = MatrixView<T>{out, rows, cols, cols};
  for (const uint32_t k : empty) {
    for (size_t i = 0; i < rows; ++i) gaps[i * n + k] = 0;
  }
  if (n_steps > 0 && std::ranges::all_of(gaps, [](uint8_t gap) { return gap != 0; })) {
    RETURN_IF_ERROR(CheckAlone(rows, run));
    return filled;
  }
  MemberCalls calls(run);
  std::span<size_t> places = run.arena.New<size_t>(rows);
  std::span<double> values = run.arena.New<double>(rows);
  for (size_t s = 0; s < n_steps; ++s) {
    const size_t column = features[s], width = offsets[s + 1] - offsets[s];
    size_t some = 0;
    for (size_t i = 0; i < rows; ++i) {
      if (gaps[i * n + column]) places[some++] = i;
    }
    if (some == 0) continue;
    std::span<T> others = NewMatrix<T>(calls.Next(), some, width);
    for (size_t i = 0; i < some; ++i) {
      for (size_t j = 0; j < width; ++j) others[i * width + j] = out[places[i] * cols + neighbors[offsets[s] + j]];
    }
    ASSIGN_OR_RETURN(const Data answer,
                     calls.AskNext(s + 1, Method::kPredict, MatrixView<T>{others, some, width, width}));
    RETURN_IF_ERROR(CopyPredicted(answer, calls.signature(s + 1), values, 1));
    for (size_t i = 0; i < some; ++i) {  // np.clip keeps NaN
      double value = values[i];
      if (value < least[column]) value = least[column];
      if (value > greatest[column]) value = greatest[column];
      out[places[i] * cols + column] = static_cast<T>(value);
    }
  }
  return filled;
}

absl::StatusOr<Data> IterativeImputer::Transform(const Data& X, Run& run) const {
  if (IsSparse(X)) return TakesDenseOnly();
  ASSIGN_OR_RETURN(const FloatData floats,
                   CheckFloats(X, run, missing.AllowsNaN() ? Finite::kAllowNaN : Finite::kRequired));
  RETURN_IF_ERROR(RefuseFloat16(floats, run));
  return std::visit(
      [&](const auto& x) -> absl::StatusOr<Data> {
        if constexpr (requires { x.indptr; })
          return TakesDenseOnly();
        else
          return Impute(x, run);
      },
      floats);
}

}  // namespace pratique
