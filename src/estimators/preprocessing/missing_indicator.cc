#include "estimators/preprocessing/missing_indicator.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "import/sklearn/import_context.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "status_macros.h"
#include "type/words.h"

namespace pratique {
namespace {

// The ones of a dense mask as CSR.
Data ToCsr(std::span<const int64_t> mask, size_t rows, size_t cols, Run& run) {
  const size_t n = static_cast<size_t>(std::ranges::count(mask, 1));
  std::span<int64_t> indptr = run.arena.NewUninitialized<int64_t>(rows + 1);
  std::span<int32_t> indices = run.arena.NewUninitialized<int32_t>(n);
  std::span<int64_t> data = run.arena.NewUninitialized<int64_t>(n);
  size_t size = 0;
  indptr[0] = 0;
  for (size_t i = 0; i < rows; ++i) {
    for (size_t k = 0; k < cols; ++k) {
      if (mask[i * cols + k] == 0) continue;
      indices[size] = static_cast<int32_t>(k);
      data[size++] = 1;
    }
    indptr[i + 1] = static_cast<int64_t>(size);
  }
  return CsrView<int64_t>{rows, cols, indptr, indices, data, DType::kBool};
}

}  // namespace

absl::StatusOr<Signature> MissingIndicator::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature signature;
  signature.n_features_in = n_features_in;
  signature.n_features_out = features.size();
  signature.feature_names = feature_names;
  signature.text_input = true;
  return signature;
}

absl::StatusOr<Array<uint32_t>> MarkedColumns(ImportContext& context, graph::Id value, std::string_view attribute) {
  ASSIGN_OR_RETURN(Array<int64_t> indexes, context.IntVector(value, attribute));
  std::span<uint32_t> columns = context.arena().New<uint32_t>(indexes.size());
  for (size_t k = 0; k < columns.size(); ++k) {
    const int64_t least = k == 0 ? 0 : indexes[k - 1] + 1;
    if (indexes[k] < least || indexes[k] > UINT32_MAX)
      return context.Invalid(absl::StrCat(std::string(attribute), "[", k, "]"), absl::StrCat(indexes[k]),
                             absl::StrCat("at least ", least, ", as columns ascend"));
    columns[k] = static_cast<uint32_t>(indexes[k]);
  }
  return Array<uint32_t>(columns);
}

absl::Status MissingIndicator::Import(ImportContext& context) {
  RETURN_IF_ERROR(missing.Import(context));
  const graph::Id chosen = context.Take("features_"), sparse = context.Take("sparse");
  ASSIGN_OR_RETURN(features, MarkedColumns(context, chosen, "features_"));
  ASSIGN_OR_RETURN(std::string_view which, context.String(context.Take("features"), "features"));
  if (which != "missing-only" && which != "all")
    return context.Unsupported("features", which, "scikit-learn knows missing-only and all");
  ASSIGN_OR_RETURN(bool refuses_new, context.Bool(context.Take("error_on_new"), "error_on_new"));
  error_on_new = refuses_new && which == "missing-only";
  if (sparse != graph::kNoId && context.graph()[sparse].kind == graph::Kind::kBool) {
    format = context.graph()[sparse].integer != 0 ? fb::MaskFormat::Sparse : fb::MaskFormat::Dense;
  }
  ASSIGN_OR_RETURN(const bool is_precomputed, context.Bool(context.Take("_precomputed"), "_precomputed"));
  if (is_precomputed)
    return context.Unsupported("_precomputed", "true", "only an indicator that reads X itself is reproduced");
  RETURN_IF_ERROR(context.ByName(this));
  // transform selects features_ where there are fewer of them than _n_features, and for `all` not at all.
  ASSIGN_OR_RETURN(int64_t n, context.Int(context.Take("_n_features"), "_n_features"));
  if (n != n_features_in) return context.Unsupported("_n_features", absl::StrCat(n), "fit makes it n_features_in_");
  if (which == "all" && features.size() != n_features_in)
    return context.Unsupported("features_", absl::StrCat(features.size(), " columns"),
                               "features='all' marks all of them");
  return absl::OkStatus();
}

// rows x n_features_in: 1 where a cell is missing.
absl::StatusOr<std::span<const uint8_t>> MissingIndicator::Mask(const Data& X, Run& run) const {
  const size_t rows = Rows(X), n = n_features_in;
  std::span<uint8_t> mask = run.arena.New<uint8_t>(rows * n);
  const bool allow_nan = missing.kind == fb::PlaceholderKind::NaN;
  if (IsOfObjects(X)) {
    ASSIGN_OR_RETURN(std::span<const Column> columns, ObjectColumns(X, missing, allow_nan, run));
    for (size_t j = 0; j < n; ++j) {
      for (size_t i = 0; i < rows; ++i) mask[i * n + j] = missing.IsMissing(columns[j], i);
    }
    return mask;
  }
  RETURN_IF_ERROR(missing.CheckIsNumber());
  ASSIGN_OR_RETURN(NumericData numbers, CheckNumbers(X, run, allow_nan ? Finite::kAllowNaN : Finite::kRequired));
  RETURN_IF_ERROR(RefuseBools(std::visit([](const auto& x) { return x.dtype; }, numbers)));
  if (IsSparse(X) && missing.kind == fb::PlaceholderKind::Number && missing.number == 0) {
    return BadInput("input.sparse", "Sparse input with missing_values=0 is not supported", "csr", "dense");
  }
  std::visit(
      [&](const auto& x) {
        if constexpr (requires { x.row_stride; }) {
          for (size_t i = 0; i < rows; ++i) {
            for (size_t j = 0; j < n; ++j) mask[i * n + j] = missing.IsMissing(x(i, j));
          }
        } else {
          for (size_t i = 0; i < rows; ++i) {
            for (int64_t k = x.indptr[i]; k < x.indptr[i + 1]; ++k)
              mask[i * n + x.indices[k]] = missing.IsMissing(x.data[k]);
          }
        }
      },
      numbers);
  return mask;
}

absl::StatusOr<Strings> MissingIndicator::FeatureNamesOut(FeatureNames& names) const {
  ASSIGN_OR_RETURN(const Strings in, names.In());
  std::span<std::string_view> out = names.New(features.size());
  for (size_t k = 0; k < out.size(); ++k) out[k] = names.Join(names.ClassName(), "_", in[features[k]]);
  return Strings(out);
}

absl::StatusOr<Data> MissingIndicator::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(std::span<const uint8_t> mask, Mask(X, run));
  const size_t rows = Rows(X), n = n_features_in, cols = features.size();
  for (size_t j = 0; error_on_new && j < n; ++j) {
    if (std::ranges::binary_search(features, j)) continue;
    for (size_t i = 0; i < rows; ++i) {
      if (mask[i * n + j]) {
        return BadInput("input.new_missing",
                        absl::StrCat("row ", run.first_row + i, ": feature ", j,
                                     " has missing values in transform but had none in fit"),
                        "missing", "a value");
      }
    }
  }
  std::span<int64_t> out = NewMatrix<int64_t>(run, rows, cols);
  for (size_t i = 0; i < rows; ++i) {
    for (size_t k = 0; k < cols; ++k) out[i * cols + k] = mask[i * n + features[k]];
  }
  if (format == fb::MaskFormat::Sparse || (format == fb::MaskFormat::LikeInput && IsSparse(X)))
    return ToCsr(out, rows, cols, run);
  return MatrixView<int64_t>{out, rows, cols, cols, DType::kBool};
}

absl::StatusOr<Array<uint32_t>> IndicatorColumns(ImportContext& context, graph::Id mask, size_t n_features) {
  const graph::Graph& graph = context.graph();
  constexpr std::string_view kNames =
      "missing_values features sparse error_on_new features_ _n_features _precomputed n_features_in_ _sklearn_version";
  const auto refuse = [&](std::string_view what) {
    return context.Unsupported("indicator_", what,
                               "It is read as fit makes it: a MissingIndicator of all missing values.");
  };
  if (!context.IsOf(mask, "MissingIndicator") || !graph[mask].list_items.empty() || !graph[mask].dict_items.empty())
    return refuse(mask == graph::kNoId ? "nothing" : "another type");
  if (graph[mask].state == graph::kNoId || graph[graph[mask].state].kind != graph::Kind::kDict)
    return refuse("an indicator without attributes");
  const auto& items = graph[graph[mask].state].items;
  for (size_t i = 0; i + 1 < items.size(); i += 2) {
    const graph::Node& key = graph[items[i]];
    if (key.kind != graph::Kind::kStr || !HasWord(kNames, key.text))
      return refuse("an attribute that fit does not set");
  }
  const auto text = [&](const char* name, std::string_view wanted) {
    const graph::Id id = graph.Find(mask, name);
    return id != graph::kNoId && graph[id].kind == graph::Kind::kStr && graph[id].text == wanted;
  };
  const auto flag = [&](const char* name, bool wanted) {
    const graph::Id id = graph.Find(mask, name);
    return id != graph::kNoId && graph[id].kind == graph::Kind::kBool && (graph[id].integer != 0) == wanted;
  };
  if (!text("features", "missing-only") || !text("sparse", "auto")) return refuse("other parameters");
  if (!flag("error_on_new", false) || !flag("_precomputed", true)) return refuse("other parameters");
  ASSIGN_OR_RETURN(int64_t n, context.Int(graph.Find(mask, "_n_features"), "indicator_._n_features"));
  if (n != static_cast<int64_t>(n_features)) return refuse("another number of features");
  ASSIGN_OR_RETURN(auto marked, MarkedColumns(context, graph.Find(mask, "features_"), "indicator_.features_"));
  if (!marked.empty() && marked.back() >= n_features)
    return context.Invalid("indicator_.features_", absl::StrCat(marked.back()), absl::StrCat("below ", n_features));
  return marked;
}

}  // namespace pratique
