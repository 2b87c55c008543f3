#include "estimators/neighbors/rows_of_fit.h"

#include "absl/strings/str_cat.h"
#include "import/sklearn/output_labels.h"
#include "state/invariant/floats.h"
#include "status_macros.h"

namespace pratique {

absl::StatusOr<fb::Weighting> TakeWeighting(ImportContext& context) {
  const graph::Id id = context.Take("weights");
  if (context.IsNone(id)) return fb::Weighting::Uniform;
  if (context.graph()[id].kind != graph::Kind::kStr)
    return context.Unsupported("weights", "a function", "uniform and distance are supported.");
  if (context.graph()[id].text == "uniform") return fb::Weighting::Uniform;
  if (context.graph()[id].text == "distance") return fb::Weighting::Distance;
  return context.Unsupported("weights", context.graph()[id].text, "uniform and distance are supported.");
}

std::optional<Violation> CheckLabelsOfRows(const LabelsOfRows& of_rows, const Neighbors& neighbors) {
  const auto& [n_outputs, classes, labels] = of_rows;
  for (size_t k = 0; k < classes.size(); ++k) {
    const std::string at = absl::StrCat("classes[", k, "]");
    if (auto v = classes[k].Invariant(at)) return v;
    if (classes[k].missing != fb::Missing::No)
      return Violation{at + ".missing", "labels", fb::EnumNameMissing(classes[k].missing), "No"};
  }
  const uint64_t n_labels = uint64_t{neighbors.n_samples} * n_outputs;
  if (labels.size() != n_labels)
    return Violation{"labels", "one_a_row", absl::StrCat(labels.size()), absl::StrCat(n_labels)};
  for (size_t i = 0; i < labels.size(); ++i) {
    const size_t n_classes = classes[i % n_outputs].size();
    if (labels[i] >= n_classes)
      return Violation{absl::StrCat("labels[", i, "]"), "labels", absl::StrCat(labels[i]),
                       absl::StrCat("below ", n_classes)};
  }
  return std::nullopt;
}

absl::StatusOr<LabelsOfRows> TakeLabelsOfRows(ImportContext& context, const Neighbors& neighbors) {
  LabelsOfRows of_rows;
  ASSIGN_OR_RETURN(const bool several, context.Bool(context.Take("outputs_2d_"), "outputs_2d_"));
  const graph::Id id = context.Take("_y");
  ASSIGN_OR_RETURN(const NdArray<int64_t> y, context.Ints(id, "_y"));
  if (const auto& dtype = context.graph()[id].dtype; dtype != nullptr && dtype->kind == 'b')
    return context.Unsupported("_y", "bools", "scipy.stats.mode takes none: fit makes indexes of classes_.");
  if (y.shape.size() != (several ? 2 : 1) || y.shape[0] != neighbors.n_samples)
    return context.Invalid("_y", absl::StrCat(y.values.size(), " labels"), "one a row and output");
  const uint64_t outputs = several ? y.shape[1] : 1;
  if (outputs < 1 || outputs > 65536) return context.Invalid("_y", absl::StrCat(outputs, " outputs"), "1 to 65536");
  if (several && outputs == 1)
    return context.Unsupported("outputs_2d_", "True of one output", "Fit it on a y of one dimension.");
  of_rows.n_outputs = static_cast<uint32_t>(outputs);
  ASSIGN_OR_RETURN(of_rows.classes, TakeOutputLabels(context, outputs));
  std::span<uint32_t> indexes = context.arena().NewUninitialized<uint32_t>(y.values.size());
  for (size_t i = 0; i < indexes.size(); ++i) {
    if (y.values[i] < 0 || y.values[i] > UINT32_MAX)
      return context.Invalid("_y", absl::StrCat(y.values[i]), "an index of classes_");
    indexes[i] = static_cast<uint32_t>(y.values[i]);
  }
  of_rows.labels = indexes;
  return of_rows;
}

std::optional<Violation> CheckTargetsOfRows(const TargetsOfRows& of_rows, const Neighbors& neighbors) {
  if (auto v = invariant::IsFloatDType("dtype", of_rows.dtype)) return v;
  const uint64_t n_targets = uint64_t{neighbors.n_samples} * of_rows.n_outputs;
  if (of_rows.targets.size() != n_targets)
    return Violation{"targets", "one_a_row", absl::StrCat(of_rows.targets.size()), absl::StrCat(n_targets)};
  if (of_rows.one_dimensional && of_rows.n_outputs != 1)
    return Violation{"one_dimensional", "one_output", "true",
                     absl::StrCat("false, of ", of_rows.n_outputs, " outputs")};
  return invariant::FitsFloatDType("targets", of_rows.dtype, of_rows.targets);
}

absl::StatusOr<TargetsOfRows> TakeTargetsOfRows(ImportContext& context, graph::Id id, const Neighbors& neighbors) {
  TargetsOfRows of_rows;
  ASSIGN_OR_RETURN(const NdArray<double> y, context.Doubles(id, "_y"));
  if (y.shape.empty() || y.shape.size() > 2 || y.shape[0] != neighbors.n_samples || y.values.empty())
    return context.Invalid("_y", absl::StrCat(y.values.size(), " targets"), "one a row and output");
  of_rows.one_dimensional = y.shape.size() == 1;
  if (!of_rows.one_dimensional && y.shape[1] > 65536)
    return context.Unsupported("_y", absl::StrCat(y.shape[1], " outputs"), "At most 65536 are supported.");
  of_rows.n_outputs = of_rows.one_dimensional ? 1 : static_cast<uint32_t>(y.shape[1]);
  of_rows.dtype = context.FloatDType(id);
  of_rows.targets = y.values;
  return of_rows;
}

}  // namespace pratique
