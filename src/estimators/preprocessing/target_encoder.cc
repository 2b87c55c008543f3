#include "estimators/preprocessing/target_encoder.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "estimators/preprocessing/categories_import.h"
#include "estimators/preprocessing/category_names.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {

std::optional<Violation> TargetEncoder::Invariant() const {
  const Categories all{categories, order};
  if (auto violation = all.Invariant()) return violation;
  for (size_t f = 0; f < categories.size(); ++f) {
    if (categories[f].size() + categories[f].n_missing() == 0)
      return Violation{absl::StrCat("categories[", f, "]"), "categories", "none", "at least one"};
  }
  const uint64_t wanted = uint64_t{n_targets} * all.Flattened();
  if (encodings.size() != wanted)
    return Violation{"encodings", "encodings", absl::StrCat(encodings.size(), " elements"), absl::StrCat(wanted)};
  return std::nullopt;
}

absl::StatusOr<Signature> TargetEncoder::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(Signature signature,
                   TransformerSignature(n_features_in, uint64_t{n_features_in} * n_targets, feature_names, children));
  signature.text_input = Categories{categories, order}.HaveText();
  return signature;
}

absl::Status TargetEncoder::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(const Categories taken, TakeCategories(context));
  categories = taken.of;
  order = taken.order;
  // Since 1.4 there are targets of several classes.
  const graph::Id type_id = context.Take("target_type_"), mean_id = context.Take("target_mean_");
  ASSIGN_OR_RETURN(const std::string_view type, context.String(type_id, "target_type_"));
  ASSIGN_OR_RETURN(const NdArray<double> means, context.Doubles(mean_id, "target_mean_"));
  const bool multiclass = type == "multiclass";
  if (!multiclass && type != "binary" && type != "continuous")
    return context.Unsupported("target_type_", type, "continuous, binary and multiclass are known");
  if (means.shape.size() != (multiclass ? 1 : 0)) {
    return context.Unsupported("target_mean_", absl::StrCat(means.shape.size(), " dimensions"),
                               "fit makes one mean, or one a class");
  }
  // What transform asks for is how many classes there are, one for each mean.
  const graph::Id classes_id = context.Take("classes_");
  if (multiclass) {
    ASSIGN_OR_RETURN(const Values classes, context.ValuesOf(classes_id, "classes_"));
    if (classes.size() != means.values.size())
      return context.Invalid("classes_", absl::StrCat(classes.size(), " classes"),
                             absl::StrCat(means.values.size(), ", one for each of target_mean_"));
    std::span<std::string_view> names = context.arena().New<std::string_view>(classes.size());
    for (size_t k = 0; k < names.size(); ++k)
      names[k] = context.arena().Copy(std::string_view(CategoryText(classes, k, /*widened=*/false)));
    class_names = names;
  }
  const graph::Id grouped = context.Take("_infrequent_enabled");
  if (grouped == graph::kNoId) return context.SavedAgain("_infrequent_enabled");
  ASSIGN_OR_RETURN(const bool enabled, context.Bool(grouped, "_infrequent_enabled"));
  if (enabled) return context.Unsupported("_infrequent_enabled", "True", "a TargetEncoder groups no categories");
  target_mean = means.values;
  n_targets = static_cast<uint32_t>(std::min<size_t>(means.values.size(), UINT32_MAX));
  const size_t n = categories.size() * target_mean.size();
  const graph::Id lists = context.Take("encodings_");
  ASSIGN_OR_RETURN(const std::span<const graph::Id> arrays, PerFeature(context, lists, "encodings_", n));
  std::vector<double> flattened;
  for (size_t e = 0; e < n; ++e) {
    const std::string name = absl::StrCat("encodings_[", e, "]");
    const Values& values = categories[e / target_mean.size()];
    ASSIGN_OR_RETURN(const Array<double> encoding, context.Vector(arrays[e], name));
    if (encoding.size() != values.size() + values.n_missing())
      return context.Invalid(name, absl::StrCat(encoding.size(), " numbers"), "one a category");
    flattened.insert(flattened.end(), encoding.begin(), encoding.end());
  }
  encodings = context.arena().Copy(std::span<const double>(flattened));
  return context.ByName(this);
}

void TargetEncoder::Columns(const Estimator&, std::span<Takes> takes) const {
  Categories{categories, order}.Columns(takes);
}

// sklearn/preprocessing/_target_encoder.py, 1.9.
absl::StatusOr<Strings> TargetEncoder::FeatureNamesOut(FeatureNames& names) const {
  ASSIGN_OR_RETURN(const Strings in, names.In());
  if (class_names.data() == nullptr) return in;
  std::span<std::string_view> out = names.New(in.size() * class_names.size());
  for (size_t k = 0; k < out.size(); ++k)
    out[k] = names.Join(in[k / class_names.size()], "_", class_names[k % class_names.size()]);
  return Strings(out);
}

// sklearn/preprocessing/_target_encoder.py (1.9) _transform_X_ordinal.
absl::StatusOr<Data> TargetEncoder::Transform(const Data& X, Run& run) const {
  const Categories all{categories, order};
  ASSIGN_OR_RETURN(std::span<const int32_t> places, all.Encode(X, /*unknown_is_error=*/false, run));
  const size_t rows = Rows(X), n = n_features_in, cols = n * n_targets;
  std::span<double> out = NewMatrix<double>(run, rows, cols);
  for (size_t f = 0, first = 0; f < n; ++f) {
    const size_t n_categories = categories[f].size() + categories[f].n_missing();
    for (size_t t = 0; t < n_targets; ++t) {
      const Array<double> encoding = encodings.subspan(first, n_categories);
      for (size_t i = 0; i < rows; ++i) {
        const int32_t place = places[i * n + f];
        out[i * cols + f * n_targets + t] = place < 0 ? target_mean[t] : encoding[static_cast<size_t>(place)];
      }
      first += n_categories;
    }
  }
  return MatrixView<double>{out, rows, cols, cols};
}

}  // namespace pratique
