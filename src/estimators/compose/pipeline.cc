#include "estimators/compose/pipeline.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "estimators/compose/parts.h"
#include "status_macros.h"

namespace pratique {
namespace {

std::string Step(size_t i) { return absl::StrCat("steps[", i, "]"); }

// What flows between the steps, as far as it is known before any data is.
struct Flow {
  std::optional<uint64_t> width;  // nullopt: not known
  bool text = false, images = false;
  size_t giver = 0;  // the step it comes from
};

absl::Status CheckFlow(const Flow& flow, size_t i, const Signature& step) {
  if (flow.width && step.n_features_in && *flow.width != *step.n_features_in) {
    return Mismatch(absl::StrCat(Step(i), " expects ", *step.n_features_in, " features, ", Step(flow.giver), " gives ",
                                 *flow.width));
  }
  if (flow.images) return Mismatch(absl::StrCat(Step(i), " takes columns, ", Step(flow.giver), " gives images"));
  if (flow.text && !step.text_input)
    return Mismatch(absl::StrCat(Step(i), " takes numbers, ", Step(flow.giver), " gives text"));
  return absl::OkStatus();
}

// transform and inverse_transform go through every step; the other methods that a Pipeline has are the last step's.
std::vector<Method> MethodsOf(std::span<const Signature> steps, bool ends_with_estimator) {
  constexpr Method kPassedOn[] = {Method::kPredict,          Method::kPredictProba, Method::kPredictLogProba,
                                  Method::kDecisionFunction, Method::kScoreSamples, Method::kPredictStd,
                                  Method::kPredictCov};
  std::vector<Method> methods;
  for (size_t m = 0; m < kMethods; ++m) {
    const Method method = static_cast<Method>(m);
    const bool through_all = method == Method::kTransform || method == Method::kInverseTransform;
    const bool passed_on = std::ranges::find(kPassedOn, method) != std::end(kPassedOn);
    const bool has = through_all ? std::ranges::all_of(steps, [&](const Signature& s) { return s.Has(method); })
                                 : ends_with_estimator && steps.back().Has(method) && passed_on;
    if (has) methods.push_back(method);
  }
  return methods;
}

}  // namespace

absl::StatusOr<Signature> Pipeline::Infer(const Children& children) const {
  RETURN_IF_ERROR(CheckParts(parts, children, Step));
  const bool ends_with_estimator = parts.back() == fb::Part::Estimator;
  Signature whole;
  if (ends_with_estimator)
    whole = children.signatures.back();  // what the model predicts is what its last step predicts
  whole.n_features_in = std::nullopt;
  whole.rows = RowsAre::kFeatures;
  whole.feature_names = {};
  whole.record_keys = {};
  whole.record_labels = {};
  whole.text_input = children.size() == 0;
  Flow flow;
  size_t child = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == fb::Part::Passthrough) continue;
    const Signature& step = children.signatures[child];
    if (step.rows != RowsAre::kFeatures && (step.rows == RowsAre::kLabels || child > 0))
      return Mismatch(absl::StrCat(Step(i), " takes labels, records or images, and no columns"));
    if (child == 0) {
      whole.rows = step.rows;
      whole.n_features_in = step.n_features_in;
      whole.feature_names = step.feature_names;
      whole.text_input = step.text_input;
      whole.record_keys = step.record_keys;
      whole.record_labels = step.record_labels;
    } else if (absl::Status status = CheckFlow(flow, i, step); !status.ok()) {
      return status;
    }
    if (i + 1 < parts.size() && !step.Has(Method::kTransform))
      return Mismatch(absl::StrCat(Step(i), " has no transform"));
    if (i + 1 < parts.size() && step.one_dimensional_transform)
      return Mismatch(absl::StrCat(Step(i), " gives one dimension, not two"));
    whole.one_dimensional_transform = step.one_dimensional_transform;
    flow = {step.n_features_out, step.text_output, step.rows == RowsAre::kImages, i};
    whole.widest = std::max({whole.widest, step.widest, step.n_features_out.value_or(0)});
    ++child;
  }
  whole.n_features_out = flow.width;
  whole.text_output = flow.text;
  whole.has_methods = true;
  whole.methods = MethodsOf(children.signatures, ends_with_estimator);
  return whole;
}

void Pipeline::Columns(const Estimator& self, std::span<Takes> columns) const {
  std::ranges::fill(columns, Takes::kAnything);
  if (self.children.empty()) return;
  self.children.front()->Columns(columns);
  // What the first step passes on as it is has to suit the second.
  if (self.children.size() > 1 && !self.children[1]->signature->text_input)
    std::ranges::replace(columns, Takes::kAnything, Takes::kNumbers);
}

absl::Status Pipeline::Import(ImportContext& context) {
  // Which metadata of fit goes through the steps, by name; predict is given none.
  if (const graph::Id names = context.Take("transform_input"); !context.IsNone(names)) {
    RETURN_IF_ERROR(context.StringArray(names, "transform_input").status());
  }
  ASSIGN_OR_RETURN(auto steps, NamedParts(context, "steps", 2));
  std::vector<std::string_view> names_;
  std::vector<fb::Part> parts_;
  for (const NamedPart& step : steps) {
    const bool passes = IsPassthrough(context, step.estimator);
    if (!passes) context.Child(step.estimator, Step(parts_.size()));
    names_.push_back(step.name);
    parts_.push_back(passes ? fb::Part::Passthrough : fb::Part::Estimator);
  }
  if (parts_.empty()) return context.Invalid("steps", "no steps", "at least one step");
  n_steps = static_cast<uint32_t>(parts_.size());
  names = Keep(context, names_);
  parts = Keep(context, parts_);
  return context.ByName(this);
}

absl::StatusOr<Strings> Pipeline::FeatureNamesOut(FeatureNames& names) const {
  std::optional<Strings> flow = names.given();
  for (const Estimator* step : names.children()) {
    ASSIGN_OR_RETURN(flow, names.Of(*step, flow));
  }
  if (flow) return *flow;
  return absl::NotFoundError("no step of Pipeline names columns");
}

absl::StatusOr<Data> Pipeline::Transform(const Data& X, Run& run) const {
  absl::StatusOr<Data> data = X;
  for (const Estimator* step : run.children()) {
    data = step->Call(Method::kTransform, *data, run, step == run.children().back() ? run.result : nullptr);
    if (!data.ok()) return data.status();
  }
  return data;
}

absl::StatusOr<Data> Pipeline::InverseTransform(const Data& X, Run& run) const {
  absl::StatusOr<Data> data = X;
  for (size_t i = run.children().size(); i-- > 0;) {
    data = run.children()[i]->Call(Method::kInverseTransform, *data, run, i == 0 ? run.result : nullptr);
    if (!data.ok()) return data.status();
  }
  return data;
}

absl::StatusOr<Data> Pipeline::Last(Method method, const Data& X, Run& run) const {
  const auto steps = run.children();  // not empty: Infer gave this method only to pipelines that end with an estimator
  absl::StatusOr<Data> data = X;
  for (const Estimator* step : steps.first(steps.size() - 1)) {
    data = step->Call(Method::kTransform, *data, run);
    if (!data.ok()) return data.status();
  }
  return steps.back()->Call(method, *data, run, run.result);
}

}  // namespace pratique
