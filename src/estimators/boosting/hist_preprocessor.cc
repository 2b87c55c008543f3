#include "estimators/boosting/hist_preprocessor.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/boosting/part.h"
#include "status_macros.h"
#include "type/change.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;

constexpr Version kFiniteRenamed{1, 6, 0};  // force_all_finite of check_array is ensure_all_finite since

class Reader {
 public:
  Reader(ImportContext& context, uint32_t n_features, Strings names)
      : context_(context), graph_(context.graph()), n_features_(n_features), names_(names) {}

  absl::StatusOr<HistPreprocessor> Run(Id id) {
    ASSIGN_OR_RETURN(Part transformer,
                     Part::Of(context_, id, "_preprocessor", "sklearn.compose._column_transformer.ColumnTransformer"));
    RETURN_IF_ERROR(transformer.HasOnly(
        "transformers remainder sparse_threshold n_jobs transformer_weights verbose verbose_feature_names_out "
        "force_int_remainder_cols _sklearn_output_config n_features_in_ feature_names_in_ _columns "
        "_transformer_to_input_indices _remainder sparse_output_ transformers_ output_indices_ _n_features "
        "_sklearn_version _metadata_request"));
    RETURN_IF_ERROR(transformer.IsNone("transformer_weights"));
    RETURN_IF_ERROR(transformer.IsNone("n_jobs"));
    RETURN_IF_ERROR(transformer.IsFalse("sparse_output_"));
    RETURN_IF_ERROR(transformer.HasDefaultOutput());
    RETURN_IF_ERROR(transformer.IsNumber("n_features_in_", n_features_));
    RETURN_IF_ERROR(transformer.HasNames(names_));
    const Id list = transformer["transformers_"];
    const bool is_list = list != kNoId && graph_[list].kind == Kind::kList;
    const size_t n = is_list ? graph_[list].items.size() : 0;
    if (n != 2 && !(n == 3 && IsDropped(graph_[list].items[2])))
      return transformer.Other("transformers_", "an encoder and what leaves numbers as they are");
    const std::span<const Id> parts = graph_[list].items;
    ASSIGN_OR_RETURN(Id encoder, Entry(transformer, parts[0], "encoder", true));
    ASSIGN_OR_RETURN(Id numerical, Entry(transformer, parts[1], "numerical", false));
    RETURN_IF_ERROR(CheckIndices(transformer));
    RETURN_IF_ERROR(ReadEncoder(encoder));
    if (!read_.numeric.empty()) RETURN_IF_ERROR(CheckNumerical(numerical));
    return std::move(read_);
  }

 private:
  // ("remainder", "drop", ...)
  bool IsDropped(Id id) const {
    const graph::Node& entry = graph_[id];
    const auto is = [&](size_t i, std::string_view text) {
      return graph_[entry.items[i]].kind == Kind::kStr && graph_[entry.items[i]].text == text;
    };
    return entry.kind == Kind::kTuple && entry.items.size() == 3 && is(0, "remainder") && is(1, "drop");
  }

  // (name, transformer, mask): gives the transformer. The masks are of all features, each in one of the two.
  absl::StatusOr<Id> Entry(const Part& owner, Id id, std::string_view name, bool encodes) {
    const graph::Node& entry = graph_[id];
    const bool is_entry = entry.kind == Kind::kTuple && entry.items.size() == 3 &&
                          graph_[entry.items[0]].kind == Kind::kStr && graph_[entry.items[0]].text == name;
    if (!is_entry) return owner.Other("transformers_", absl::StrCat("(", std::string(name), ", ..., a mask)"));
    const graph::Node& mask = graph_[entry.items[2]];
    const bool is_mask = mask.kind == Kind::kArray && mask.dtype && mask.dtype->kind == 'b' && mask.shape.size() == 1 &&
                         mask.shape[0] == n_features_;
    if (!is_mask) return owner.Other("transformers_", "a mask of all features");
    ASSIGN_OR_RETURN(NdArray<int64_t> flags, context_.Ints(entry.items[2], "_preprocessor.transformers_"));
    std::vector<uint32_t>& mine = encodes ? read_.categorical : read_.numeric;
    for (uint32_t f = 0; f < n_features_; ++f) {
      if (flags.values[f] != 0) mine.push_back(f);
    }
    if (!encodes) {
      for (uint32_t f : read_.categorical) {
        if (flags.values[f] != 0) return owner.Other("transformers_", "masks that exclude each other");
      }
      if (read_.categorical.size() + mine.size() != n_features_)
        return owner.Other("transformers_", "masks that hold every feature");
    }
    return entry.items[1];
  }

  // Of a frame the columns are taken by these.
  absl::Status CheckIndices(const Part& owner) {
    const Id dict = owner["_transformer_to_input_indices"];
    for (const auto& [name, features] :
         {std::pair<const char*, const std::vector<uint32_t>*>{"encoder", &read_.categorical},
          {"numerical", &read_.numeric}}) {
      const Id id = dict == kNoId ? kNoId : graph_.Find(dict, name);
      if (id == kNoId) return owner.Other("_transformer_to_input_indices", "the features of the masks");
      ASSIGN_OR_RETURN(NdArray<int64_t> indices,
                       context_.Ints(id, "_preprocessor._transformer_to_input_indices", ImportContext::Of::kSequence));
      const auto same = [](int64_t a, uint32_t b) { return a == int64_t{b}; };
      if (!std::ranges::equal(indices.values, *features, same))
        return owner.Other("_transformer_to_input_indices", "the features of the masks");
    }
    return absl::OkStatus();
  }

  absl::Status ReadEncoder(Id id) {
    ASSIGN_OR_RETURN(Part encoder,
                     Part::Of(context_, id, "_preprocessor.encoder", "sklearn.preprocessing._encoders.OrdinalEncoder"));
    RETURN_IF_ERROR(encoder.HasOnly(
        "categories dtype handle_unknown unknown_value encoded_missing_value min_frequency max_categories "
        "_sklearn_output_config _infrequent_enabled n_features_in_ feature_names_in_ categories_ _missing_indices "
        "_sklearn_version _metadata_request"));
    RETURN_IF_ERROR(encoder.IsText("handle_unknown", "use_encoded_value"));
    RETURN_IF_ERROR(encoder.IsNaN("unknown_value"));
    RETURN_IF_ERROR(encoder.IsNaN("encoded_missing_value"));
    RETURN_IF_ERROR(encoder.IsFalse("_infrequent_enabled"));
    RETURN_IF_ERROR(encoder.HasDefaultOutput());
    if (!IsFloat64(encoder["dtype"])) return encoder.Other("dtype", "float64 of numpy");
    const size_t n = read_.categorical.size();
    RETURN_IF_ERROR(encoder.IsNumber("n_features_in_", n));
    if (!names_.empty()) {
      const std::span<std::string_view> mine = context_.arena().New<std::string_view>(n);
      for (size_t k = 0; k < n; ++k) mine[k] = names_[read_.categorical[k]];
      RETURN_IF_ERROR(encoder.HasNames(mine));
    }
    const Id lists = encoder["categories_"];
    if (lists == kNoId || graph_[lists].kind != Kind::kList || graph_[lists].items.size() != n)
      return encoder.Other("categories_", absl::StrCat("a list of ", n, " arrays"));
    const std::span<Values> categories = context_.arena().New<Values>(n);
    for (size_t k = 0; k < n; ++k) {
      const std::string at = absl::StrCat("_preprocessor.encoder.categories_[", k, "]");
      ASSIGN_OR_RETURN(categories[k], context_.ValuesOf(graph_[lists].items[k], at, /*missing_allowed=*/true));
    }
    read_.categories = categories;
    return CheckMissing(encoder);
  }

  // {feature: its last category, which is NaN}
  absl::Status CheckMissing(const Part& encoder) {
    const Id dict = encoder["_missing_indices"];
    if (dict == kNoId || graph_[dict].kind != Kind::kDict) return encoder.Other("_missing_indices", "a dict");
    size_t n_missing = 0;
    const std::span<const Id> items = graph_[dict].items;
    for (size_t k = 0; k < read_.categories.size(); ++k) {
      const Values& values = read_.categories[k];
      if (values.missing != fb::Missing::NaN && values.missing != fb::Missing::NoneAndNaN) continue;
      if (n_missing * 2 + 1 >= items.size()) return encoder.Other("_missing_indices", "one for each NaN");
      ASSIGN_OR_RETURN(int64_t feature, context_.Int(items[2 * n_missing], "_missing_indices"));
      ASSIGN_OR_RETURN(int64_t last, context_.Int(items[2 * n_missing + 1], "_missing_indices"));
      if (feature != static_cast<int64_t>(k) || last != static_cast<int64_t>(values.size() + values.n_missing() - 1))
        return encoder.Other("_missing_indices", "the last category of each feature where it is NaN");
      ++n_missing;
    }
    if (2 * n_missing != items.size()) return encoder.Other("_missing_indices", "one for each NaN");
    return absl::OkStatus();
  }

  bool IsFloat64(Id id) const {
    return id != kNoId && graph_[id].kind == Kind::kGlobal && graph_[id].module == "numpy" &&
           graph_[id].name == "float64";
  }

  // FunctionTransformer(partial(check_array, dtype=[float64], ensure_all_finite=False))
  absl::Status CheckNumerical(Id id) {
    ASSIGN_OR_RETURN(Part numerical, Part::Of(context_, id, "_preprocessor.numerical",
                                              "sklearn.preprocessing._function_transformer.FunctionTransformer"));
    RETURN_IF_ERROR(numerical.HasOnly(
        "func inverse_func validate accept_sparse check_inverse feature_names_out kw_args inv_kw_args "
        "_sklearn_output_config n_features_in_ feature_names_in_ _sklearn_version _metadata_request"));
    RETURN_IF_ERROR(numerical.IsFalse("validate"));
    RETURN_IF_ERROR(numerical.IsNone("kw_args"));
    RETURN_IF_ERROR(numerical.IsNone("feature_names_out"));
    RETURN_IF_ERROR(numerical.HasDefaultOutput());
    if (!IsCheckArray(numerical["func"])) return numerical.Other("func", "check_array of float64");
    return absl::OkStatus();
  }

  bool IsCheckArray(Id id) const {
    if (id == kNoId) return false;
    const graph::Node& partial = graph_[id];
    const bool is_partial = partial.kind == Kind::kObject && partial.module == "functools" &&
                            partial.name == "partial" && partial.state != kNoId && partial.items.size() == 1;
    if (!is_partial || graph_[partial.state].kind != Kind::kTuple || graph_[partial.state].items.size() != 4)
      return false;
    const std::span<const Id> state = graph_[partial.state].items;  // function, arguments, keywords, attributes
    const graph::Node &arguments = graph_[state[1]], &attributes = graph_[state[3]];
    const bool plain = arguments.kind == Kind::kTuple && arguments.items.empty() &&
                       (attributes.kind == Kind::kNone || (attributes.kind == Kind::kDict && attributes.items.empty()));
    if (!plain || !IsFunction(state[0])) return false;
    const graph::Node& keywords = graph_[state[2]];
    if (keywords.kind != Kind::kDict || keywords.items.size() != 4) return false;
    const Id dtype = graph_.Find(state[2], "dtype");
    const bool renamed = context_.sklearn() >= kFiniteRenamed;
    const Id finite = graph_.Find(state[2], renamed ? "ensure_all_finite" : "force_all_finite");
    return dtype != kNoId && graph_[dtype].kind == Kind::kList && graph_[dtype].items.size() == 1 &&
           IsFloat64(graph_[dtype].items[0]) && finite != kNoId && graph_[finite].kind == Kind::kBool &&
           graph_[finite].integer == 0;
  }
  bool IsFunction(Id id) const {
    const graph::Node& function = graph_[id];
    return function.kind == Kind::kGlobal && function.module == "sklearn.utils.validation" &&
           function.name == "check_array";
  }

  ImportContext& context_;
  const graph::Graph& graph_;
  const uint32_t n_features_;
  const Strings names_;
  HistPreprocessor read_;
};

}  // namespace

absl::StatusOr<HistPreprocessor> HistPreprocessor::Read(ImportContext& context, Id id, uint32_t n_features,
                                                        Strings names) {
  return Reader(context, n_features, names).Run(id);
}

}  // namespace pratique
