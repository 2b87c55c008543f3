#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/boosting/changes.h"
#include "estimators/boosting/hist_boosting.h"
#include "estimators/boosting/hist_preprocessor.h"
#include "estimators/boosting/hist_trees_reader.h"
#include "estimators/boosting/lightgbm.h"
#include "estimators/boosting/loss.h"
#include "estimators/boosting/part.h"
#include "estimators/tree/fitted_tree.h"
#include "import/sklearn/attribute_names.h"
#include "import/sklearn/needed.h"
#include "status_macros.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;

class HistImporter {
 public:
  HistImporter(ImportContext& context, HistBoosting& model)
      : context_(context), graph_(context.graph()), model_(model) {}

  absl::Status Run() {
    model_.stages = true;
    RETURN_IF_ERROR(CheckCountsOn(context_, "n_trees_per_iteration_"));
    RETURN_IF_ERROR(context_.ByName(&model_));
    RETURN_IF_ERROR(ReadLink());
    RETURN_IF_ERROR(ReadBaseline());
    // Up to 1.3 predict compares it with X's width.
    ASSIGN_OR_RETURN(int64_t n_features, context_.Int(context_.Take("_n_features"), "_n_features"));
    if (n_features != int64_t{model_.n_features_in})
      return Place(context_, "_n_features").Wrong("n_features", absl::StrCat(n_features), "n_features_in_");
    RETURN_IF_ERROR(CheckOwnMethod());
    RETURN_IF_ERROR(ReadFeatures());
    return ReadTrees();
  }

 private:
  absl::Status ReadLink() {
    const bool is_classifier = context_.class_name().ends_with("Classifier");
    ASSIGN_OR_RETURN(model_.link, context_.Predates(release_1_1::kHistLossesAreShared)
                                      ? LinkOfHistLoss(context_, "_loss", is_classifier, model_.n_scores)
                                      : LinkOfLoss(context_, "_loss", is_classifier, model_.n_scores));
    if (!is_classifier) return absl::OkStatus();
    ASSIGN_OR_RETURN(model_.classes, ClassesOfScores(context_, model_.n_scores));
    model_.labels_by_probability = context_.Predates(release_1_5::kLabelsOfRawScores);
    return absl::OkStatus();
  }

  // Since 1.4 early stopping by a score leaves the object's own method behind, as an attribute (_patch_raw_predict).
  absl::Status CheckOwnMethod() {
    constexpr std::string_view kName = "_raw_predict";
    const Id method = context_.Take(kName);
    if (method == kNoId || IsOwnMethod(graph_, method, context_.object(), kName)) return absl::OkStatus();
    return context_.Unsupported(kName, "another method", "Delete the attribute and save again.");
  }

  // {1, n_scores}, added to each row.
  absl::Status ReadBaseline() {
    const Id id = context_.Take("_baseline_prediction");
    ASSIGN_OR_RETURN(NdArray<double> baseline, context_.Doubles(id, "_baseline_prediction"));
    // Before 1.1: a number, or (scores, 1).
    const bool is_old =
        context_.Predates(release_1_1::kHistLossesAreShared) && baseline.values.size() == model_.n_scores;
    const bool is_row =
        is_old || (baseline.shape.size() == 2 && baseline.shape[0] == 1 && baseline.shape[1] == model_.n_scores);
    const bool is_float64 = is_row && graph_[id].dtype->kind == 'f' && graph_[id].dtype->itemsize == 8;
    if (!is_float64)
      return context_.Unsupported("_baseline_prediction", "another array",
                                  absl::StrCat("fit makes it float64 with shape (1,", model_.n_scores, ")."));
    model_.baseline = baseline.values;
    return absl::OkStatus();
  }

  absl::Status ReadFeatures() {
    features_.feature_of.resize(model_.n_features_in);
    features_.is_categorical.resize(model_.n_features_in);
    features_.raw_category.resize(model_.n_features_in);
    for (uint32_t f = 0; f < model_.n_features_in; ++f) features_.feature_of[f] = f;
    model_.categorical = context_.arena().New<uint32_t>(0);
    model_.categories = context_.arena().New<Values>(0);
    ASSIGN_OR_RETURN(Part mapper, Part::Of(context_, context_.Take("_bin_mapper"), "_bin_mapper",
                                           "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper"));
    RETURN_IF_ERROR(
        mapper.HasOnly("n_bins subsample is_categorical known_categories random_state n_threads is_categorical_ "
                       "missing_values_bin_idx_ bin_thresholds_ n_bins_non_missing_ _sklearn_version"));
    ASSIGN_OR_RETURN(NdArray<int64_t> flags, context_.Ints(mapper["is_categorical_"], "_bin_mapper.is_categorical_"));
    const Id thresholds = mapper["bin_thresholds_"];
    if (flags.shape.size() != 1 || flags.values.size() != model_.n_features_in)
      return mapper.Other("is_categorical_", "a flag a feature");
    if (thresholds == kNoId || graph_[thresholds].kind != Kind::kList ||
        graph_[thresholds].items.size() != model_.n_features_in)
      return mapper.Other("bin_thresholds_", "a list of arrays, one a feature");
    if (context_.Predates(release_1_4::kCategoriesAreEncoded)) return TruncatedCategories(flags, thresholds);
    return EncodedCategories(mapper, flags, thresholds);
  }

  absl::StatusOr<NdArray<double>> Known(Id thresholds, size_t feature) {
    const std::string at = absl::StrCat("_bin_mapper.bin_thresholds_[", feature, "]");
    ASSIGN_OR_RETURN(NdArray<double> known, context_.Doubles(graph_[thresholds].items[feature], at));
    for (double value : known.values) {
      if (value >= 0 && value < kMissingCategory) continue;
      return context_.Unsupported(at, absl::StrCat(value), "Categories are 0 to 254.");
    }
    return known;
  }

  // Up to 1.3 a category of the trees is a number of X, cut to an integer.
  absl::Status TruncatedCategories(const NdArray<int64_t>& flags, Id thresholds) {
    std::vector<uint32_t> categorical;
    for (uint32_t f = 0; f < model_.n_features_in; ++f) {
      if (flags.values[f] != 0) categorical.push_back(f);
    }
    const std::span<Values> categories = context_.arena().New<Values>(categorical.size());
    for (size_t k = 0; k < categorical.size(); ++k) {
      ASSIGN_OR_RETURN(NdArray<double> known, Known(thresholds, categorical[k]));
      std::vector<uint8_t>& raw = features_.raw_category[categorical[k]];
      for (double value : known.values) raw.push_back(static_cast<uint8_t>(value));
      std::ranges::sort(raw);
      raw.erase(std::unique(raw.begin(), raw.end()), raw.end());
      const std::span<double> floats = context_.arena().New<double>(raw.size());
      std::ranges::copy(raw, floats.begin());
      categories[k].dtype = fb::DType::Float64;
      categories[k].floats = floats;
      features_.is_categorical[categorical[k]] = true;
    }
    model_.truncated = !categorical.empty();
    model_.categorical = context_.arena().Copy<uint32_t>(categorical);
    model_.categories = categories;
    return absl::OkStatus();
  }

  // Since 1.4 the preprocessor puts codes in the place of categories, and their columns before all others.
  absl::Status EncodedCategories(const Part& mapper, const NdArray<int64_t>& flags, Id thresholds) {
    const Id preprocessor = context_.Take("_preprocessor");
    if (preprocessor == kNoId) return context_.SavedAgain("_preprocessor");
    size_t n = 0;
    if (graph_[preprocessor].kind != Kind::kNone) {
      ASSIGN_OR_RETURN(HistPreprocessor read,
                       HistPreprocessor::Read(context_, preprocessor, model_.n_features_in, model_.feature_names));
      n = read.categorical.size();
      std::ranges::copy(read.categorical, features_.feature_of.begin());
      std::ranges::copy(read.numeric, features_.feature_of.begin() + static_cast<ptrdiff_t>(n));
      model_.categorical = context_.arena().Copy<uint32_t>(read.categorical);
      model_.categories = read.categories;
    }
    for (size_t f = 0; f < flags.values.size(); ++f) {
      if ((flags.values[f] != 0) != (f < n)) return mapper.Other("is_categorical_", "1 of each encoded feature");
      if (f >= n) continue;
      ASSIGN_OR_RETURN(NdArray<double> known, Known(thresholds, f));
      std::vector<uint8_t>& raw = features_.raw_category[features_.feature_of[f]];
      features_.is_categorical[features_.feature_of[f]] = true;
      for (size_t code = 0; code < known.values.size(); ++code) {
        if (known.values[code] != static_cast<double>(code))
          return mapper.Other("bin_thresholds_", "0, 1, 2, ... of each encoded feature");
        raw.push_back(static_cast<uint8_t>(code));
      }
      if (raw.size() != NumberOfCodes(model_.categories[f]))
        return mapper.Other("bin_thresholds_", "a code for each category");
    }
    return absl::OkStatus();
  }

  // A list of iterations, each a list of one tree a score.
  absl::Status ReadTrees() {
    const Id list = context_.Take("_predictors");
    if (list == kNoId) return context_.Absent("_predictors", "a list of fitted trees");
    if (graph_[list].kind != Kind::kList || graph_[list].items.empty())
      return context_.Unsupported("_predictors", "no list of trees", "fit makes it one.");
    HistTreesReader trees(context_, features_);
    for (size_t i = 0; i < graph_[list].items.size(); ++i) {
      const Id iteration = graph_[list].items[i];
      const std::string at = absl::StrCat("_predictors[", i, "]");
      if (graph_[iteration].kind != Kind::kList || graph_[iteration].items.size() != model_.n_scores)
        return context_.Unsupported(at, "another value", absl::StrCat("fit makes it a list of ", model_.n_scores, "."));
      for (size_t k = 0; k < model_.n_scores; ++k)
        RETURN_IF_ERROR(trees.Add(graph_[iteration].items[k], absl::StrCat(at, "[", k, "]")));
    }
    return trees.Finish(model_);
  }

  ImportContext& context_;
  const graph::Graph& graph_;
  HistBoosting& model_;
  HistFeatures features_;
};

}  // namespace

absl::Status HistBoosting::Import(ImportContext& context) {
  if (context.type().name.starts_with("lightgbm.")) return ImportLightGbm(context, *this);
  return HistImporter(context, *this).Run();
}

}  // namespace pratique
