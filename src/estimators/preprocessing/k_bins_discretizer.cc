#include "estimators/preprocessing/k_bins_discretizer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "estimators/preprocessing/one_hot_encoder.h"
#include "import/sklearn/dtype_parameter.h"
#include "import/sklearn/import_context.h"
#include "kernels/interpolate.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "model/views.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

constexpr const char* kEncoder = "encoder";

std::string At(const char* field, size_t i) { return absl::StrCat(field, "[", i, "]"); }

}  // namespace

std::optional<Violation> KBinsDiscretizer::Invariant() const {
  if (offsets.size() != size_t{n_features_in} + 1) {
    return Violation{"offsets", "bins", absl::StrCat(offsets.size(), " elements"),
                     absl::StrCat(size_t{n_features_in} + 1)};
  }
  for (size_t j = 0; j < n_features_in; ++j) {
    if (offsets[j] == offsets[j + 1]) return Violation{At("offsets", j + 1), "bins", "a column without bins", "one"};
    for (size_t k = offsets[j]; k < offsets[j + 1]; ++k) {
      const bool first = k == offsets[j];
      if (first ? edges[k] != -std::numeric_limits<double>::infinity() : !(edges[k] >= edges[k - 1])) {
        return Violation{At("edges", k), "bins", absl::StrCat(edges[k]),
                         first ? "-inf for the first of a column" : "not below the one before it"};
      }
    }
  }
  return std::nullopt;
}

absl::StatusOr<Signature> KBinsDiscretizer::Infer(const Children& children) const {
  const bool ordinal = code == fb::BinCode::Ordinal;
  if (!ordinal) {
    RETURN_IF_ERROR(CheckEncoder(children));
  }
  return TransformerSignature(n_features_in, ordinal ? n_features_in : n_bins_total, feature_names,
                              ordinal ? children : Children{});
}

// What it owns is the encoder of its bins and no other, so that nothing is left to ask it for.
absl::Status KBinsDiscretizer::CheckEncoder(const Children& children) const {
  if (children.size() != 1) return Mismatch("it owns one encoder");
  RETURN_IF_ERROR(children.CheckRole(0, kEncoder));
  const auto* encoder = children.As<OneHotEncoder>(0);
  if (encoder == nullptr) return Mismatch("its encoder is no OneHotEncoder");
  bool same = encoder->n_features_in == n_features_in && encoder->n_features_out == n_bins_total &&
              encoder->columns.size() == n_bins_total && encoder->sparse == (code == fb::BinCode::OneHot) &&
              encoder->order.empty() && encoder->infrequent.empty() && !encoder->custom_names;
  for (size_t j = 0; same && j < n_features_in; ++j) {
    const Values& bins = encoder->categories[j];
    same = bins.IsFloat() && bins.missing == fb::Missing::No && bins.floats.size() == offsets[j + 1] - offsets[j];
    for (size_t k = 0; same && k < bins.floats.size(); ++k)
      same = bins.floats[k] == static_cast<double>(k) &&
             encoder->columns[offsets[j] + k] == static_cast<int64_t>(offsets[j] + k);
  }
  return same ? absl::OkStatus() : Mismatch("its encoder is not that of its bins");
}

absl::Status KBinsDiscretizer::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(const std::string_view encode, context.String(context.Take("encode"), "encode"));
  if (encode != "onehot" && encode != "onehot-dense" && encode != "ordinal")
    return context.Unsupported("encode", encode, "scikit-learn knows onehot, onehot-dense and ordinal");
  code = encode == "ordinal"  ? fb::BinCode::Ordinal
         : encode == "onehot" ? fb::BinCode::OneHot
                              : fb::BinCode::DenseOneHot;
  const graph::Id encoder = context.Take("_encoder");
  if (code != fb::BinCode::Ordinal) {
    if (encoder == graph::kNoId) return context.Absent("_encoder", "a OneHotEncoder");
    context.Child(encoder, kEncoder);
  } else if (encoder != graph::kNoId) {
    return context.Unsupported("_encoder", "one of bins that are not encoded",
                               "get_feature_names_out asks it: fit a new KBinsDiscretizer.");
  }
  if (const graph::Id value = context.Take("dtype"); !context.IsNone(value)) {
    ASSIGN_OR_RETURN(const fb::DType asked, TakeDType(context, "dtype"));
    if (asked != fb::DType::Float32 && asked != fb::DType::Float64)
      return context.Unsupported("dtype", fb::EnumNameDType(asked), "scikit-learn knows float32 and float64");
    dtype = asked == fb::DType::Float32 ? fb::BinDType::Float32 : fb::BinDType::Float64;
  }
  ASSIGN_OR_RETURN(const Array<int64_t> n_bins, context.IntVector(context.Take("n_bins_"), "n_bins_"));
  const graph::Id lists_id = context.Take("bin_edges_");
  if (lists_id == graph::kNoId) return context.Absent("bin_edges_", "an array of arrays");
  const graph::Node& lists = context.graph()[lists_id];
  if (lists.kind != graph::Kind::kArray || !lists.dtype || lists.dtype->kind != 'O' ||
      lists.items.size() != n_bins.size()) {
    return context.Invalid("bin_edges_", absl::StrCat(lists.items.size(), " elements"),
                           absl::StrCat("an array of ", n_bins.size(), " arrays"));
  }
  std::vector<uint32_t> starts = {0};
  std::vector<double> all_edges, all_centers;
  for (size_t j = 0; j < n_bins.size(); ++j) {
    const std::string attribute = At("bin_edges_", j);
    ASSIGN_OR_RETURN(const Array<double> given, context.Vector(lists.items[j], attribute));
    const bool is_float = context.FloatDType(lists.items[j]) == fb::DType::Float32;
    if (given.size() < 2 || n_bins[j] < 0 || given.size() - 1 != static_cast<uint64_t>(n_bins[j]))
      return context.Invalid(attribute, absl::StrCat(given.size(), " edges"), absl::StrCat(n_bins[j], " bins"));
    for (size_t k = 0; k + 1 < given.size(); ++k) {
      if (!(given[k] <= given[k + 1]))
        return context.Unsupported(attribute, "edges that descend", "fit makes them ascend");
      all_edges.push_back(k == 0 ? -std::numeric_limits<double>::infinity() : given[k]);
      double sum = given[k + 1] + given[k];
      if (is_float) sum = static_cast<float>(sum);
      all_centers.push_back(sum * 0.5);
    }
    starts.push_back(static_cast<uint32_t>(std::min<uint64_t>(all_edges.size(), UINT32_MAX)));
  }
  n_bins_total = starts.back();
  offsets = context.arena().Copy(Array<uint32_t>(starts));
  edges = context.arena().Copy(Array<double>(all_edges));
  centers = context.arena().Copy(Array<double>(all_centers));
  return context.ByName(this);
}

absl::StatusOr<Data> KBinsDiscretizer::Transform(const Data& X, Run& run) const {
  const bool is_float = std::visit(
      [](const auto& x) {
        if constexpr (requires { x.dtype; })
          return x.dtype == DType::kFloat32;
        else
          return false;
      },
      X);
  if (const auto* frame = std::get_if<FrameView>(&X); frame != nullptr && dtype == fb::BinDType::Any) {
    ASSIGN_OR_RETURN(const NumericData numbers, CheckNumbers(X, run));
    return Transform(AsData(numbers), run);
  }
  return dtype == fb::BinDType::Float32 || (dtype == fb::BinDType::Any && is_float) ? TransformAs<float>(X, run)
                                                                                    : TransformAs<double>(X, run);
}

template <class T>
absl::StatusOr<Data> KBinsDiscretizer::TransformAs(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const MatrixView<T> x, CheckDense<T>(X, run));
  const size_t cols = code == fb::BinCode::Ordinal ? x.cols : n_bins_total;
  const auto bin_of = [&, starts = offsets.data()](size_t i, size_t j) {
    const double* of_column = edges.data() + starts[j];
    const size_t n = starts[j + 1] - starts[j];
    return CountNotAbove(double{x(i, j)}, n, [=](size_t k) { return of_column[k]; }) - 1;  // -inf is the first
  };
  if (code != fb::BinCode::OneHot) {
    std::span<T> out = run.arena.New<T>(x.rows * cols);
    for (size_t i = 0; i < x.rows; ++i) {
      for (size_t j = 0; j < x.cols; ++j) {
        const size_t bin = bin_of(i, j);
        if (code == fb::BinCode::Ordinal)
          out[i * cols + j] = static_cast<T>(bin);
        else
          out[i * cols + offsets[j] + bin] = 1;
      }
    }
    return MatrixView<T>{out, x.rows, cols, cols};
  }
  std::span<int64_t> indptr = run.arena.NewUninitialized<int64_t>(x.rows + 1);
  std::span<int32_t> indices = run.arena.NewUninitialized<int32_t>(x.rows * x.cols);
  std::span<T> data = run.arena.NewUninitialized<T>(x.rows * x.cols);
  indptr[0] = 0;
  for (size_t i = 0; i < x.rows; ++i) {
    for (size_t j = 0; j < x.cols; ++j) {
      indices[i * x.cols + j] = static_cast<int32_t>(offsets[j] + bin_of(i, j));
      data[i * x.cols + j] = 1;
    }
    indptr[i + 1] = static_cast<int64_t>((i + 1) * x.cols);
  }
  return CsrView<T>{x.rows, cols, indptr, indices, data};
}

// One-hot rows become bins first, as OneHotEncoder.inverse_transform does.
absl::StatusOr<Data> KBinsDiscretizer::InverseTransform(const Data& X, Run& run) const {
  if (code != fb::BinCode::Ordinal) return InverseOfOneHot(X, run);
  ASSIGN_OR_RETURN(const FloatData floats, CheckFloatsOfWidth(X, n_features_in, run, DType::kFloat64));
  if (IsSparse(X)) return TakesDenseOnly();
  return VisitDense(AsData(floats), [&](const auto& x) { return InverseOfBins(x, run); });
}

absl::StatusOr<Data> KBinsDiscretizer::InverseOfOneHot(const Data& X, Run& run) const {
  Signature of_results;
  of_results.n_features_in = n_bins_total;
  const Estimator self{run.self->type, run.self->state, &of_results, run.self->children};
  Run inner{run.arena, run.limits, &self, run.first_row, run.n_rows};
  ASSIGN_OR_RETURN(const MatrixView<double> x, CheckDense<double>(X, inner, Finite::kRequired, /*densify=*/true));
  std::span<double> bins = NewMatrix<double>(run, x.rows, n_features_in);
  for (size_t i = 0; i < x.rows; ++i) {
    for (size_t j = 0; j < n_features_in; ++j) {
      const std::span<const double> block(x.row(i) + offsets[j], offsets[j + 1] - offsets[j]);
      double sum = 0;
      for (const double v : block) sum += v;
      if (sum == 0) {
        return BadInput("input.unknown_category",
                        absl::StrCat("row ", run.first_row + i, ": column ", j, " of X has no bin: all are zero"));
      }
      bins[i * n_features_in + j] = static_cast<double>(std::ranges::max_element(block) - block.begin());
    }
  }
  return InverseOfBins(MatrixView<double>{bins, x.rows, n_features_in, n_features_in}, run);
}

template <class T>
absl::StatusOr<Data> KBinsDiscretizer::InverseOfBins(const MatrixView<T>& x, Run& run) const {
  std::span<T> out = NewMatrix<T>(run, x.rows, x.cols);
  for (size_t i = 0; i < x.rows; ++i) {
    for (size_t j = 0; j < x.cols; ++j) {
      const size_t first = offsets[j], n = offsets[j + 1] - first;
      double bin = std::trunc(x(i, j));
      if (bin < 0) bin += static_cast<double>(n);  // as Python counts from the end
      if (!(bin >= 0 && bin < static_cast<double>(n))) {
        return BadInput("input.unknown_category",
                        absl::StrCat("row ", run.first_row + i, ": column ", j, " of X has no bin ", x(i, j)),
                        absl::StrCat(x(i, j)), absl::StrCat("below ", n));
      }
      out[i * x.cols + j] = static_cast<T>(centers[first + static_cast<size_t>(bin)]);
    }
  }
  return MatrixView<T>{out, x.rows, x.cols, x.cols};
}

absl::StatusOr<Strings> KBinsDiscretizer::FeatureNamesOut(FeatureNames& names) const {
  ASSIGN_OR_RETURN(const Strings in, names.In());
  if (code == fb::BinCode::Ordinal) return in;
  return names.Of(*names.children().front(), in);
}

}  // namespace pratique
