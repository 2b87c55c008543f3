#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "estimators/kernel/changes.h"
#include "estimators/kernel/kernel_maps.h"
#include "import/sklearn/import_context.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "model/wide_floats.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {

std::optional<Violation> PolynomialCountSketch::Invariant() const {
  const uint32_t wanted = n_features_in + (coef0 != 0 ? 1 : 0);
  if (n_hashed != wanted) return Violation{"n_hashed", "hashed", absl::StrCat(n_hashed), absl::StrCat(wanted)};
  for (size_t k = 0; k < bits.size(); ++k) {
    if (bits[k] != 1 && bits[k] != -1)
      return Violation{absl::StrCat("bits[", k, "]"), "sign", absl::StrCat(bits[k]), "-1 or 1"};
  }
  return std::nullopt;
}

absl::StatusOr<Signature> PolynomialCountSketch::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(Signature s, TransformerSignature(n_features_in, n_components, feature_names, children));
  s.widest = 2 * uint64_t{n_components};
  return s;
}

absl::Status PolynomialCountSketch::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(const int64_t asked, context.Int(context.Take("n_components"), "n_components"));
  ASSIGN_OR_RETURN(const int64_t power, context.Int(context.Take("degree"), "degree"));
  if (asked > 8192)
    return context.Unsupported("n_components", absl::StrCat(asked), "Sketches are convolved; at most 8192 are read.");
  const graph::Id index_id = context.Take("indexHash_"), bit_id = context.Take("bitHash_");
  ASSIGN_OR_RETURN(NdArray<int64_t> index, context.Ints(index_id, "indexHash_"));
  ASSIGN_OR_RETURN(NdArray<int64_t> bit, context.Ints(bit_id, "bitHash_"));
  if (index.shape.size() != 2 || index.shape != bit.shape || index.shape[0] > 1024 || index.shape[1] > UINT32_MAX)
    return context.Invalid("indexHash_", "an array of another shape", "degree rows, as bitHash_");
  if (context.graph()[index_id].dtype->kind == 'b')
    return context.Unsupported("indexHash_", "bools", "They are no indexes: set it back, or fit it again.");
  if (power != static_cast<int64_t>(index.shape[0])) {
    return context.Unsupported("degree", absl::StrCat(power, ", fitted with ", index.shape[0]),
                               "transform reads it. Set it back, or fit the model anew.");
  }
  degree = static_cast<uint32_t>(index.shape[0]);
  n_hashed = static_cast<uint32_t>(index.shape[1]);
  std::span<uint32_t> places = context.arena().NewUninitialized<uint32_t>(index.values.size());
  std::span<int8_t> signs = context.arena().NewUninitialized<int8_t>(index.values.size());
  for (size_t k = 0; k < places.size(); ++k) {
    if (index.values[k] < 0 || index.values[k] >= asked)
      return context.Unsupported("n_components", absl::StrCat(asked), "indexHash_ has another number.");
    if (bit.values[k] != 1 && bit.values[k] != -1)
      return context.Invalid("bitHash_", absl::StrCat(bit.values[k]), "-1 or 1");
    places[k] = static_cast<uint32_t>(index.values[k]);
    signs[k] = static_cast<int8_t>(bit.values[k]);
  }
  n_components = static_cast<uint32_t>(asked);
  indexes = places;
  bits = signs;
  ASSIGN_OR_RETURN(gamma, context.Double(context.Take("gamma"), "gamma"));
  ASSIGN_OR_RETURN(coef0, context.Double(context.Take("coef0"), "coef0"));
  if (coef0 < 0)
    return context.Unsupported("coef0", absl::StrCat(coef0), "Its root is NaN: take one that is not below 0.");
  narrow = context.Predates(release_1_5::kRootOfGammaIsFloat64);
  return context.ByName(this);
}

// The sketches of all degrees, convolved in a circle: what the inverse transform of the product of their transforms is.
absl::StatusOr<Data> PolynomialCountSketch::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData floats, CheckFloats(X, run));
  if (narrow) RETURN_IF_ERROR(RefuseFloat16(floats, run));
  const bool in_floats = narrow && std::visit([](const auto& view) { return view.dtype == DType::kFloat32; }, floats);
  ASSIGN_OR_RETURN(MatrixView<double> x, CheckDense<double>(AsData(floats), run, Finite::kRequired, /*densify=*/true));
  const size_t n = n_components;
  const double root = std::sqrt(gamma), constant = std::sqrt(coef0);
  std::span<double> out = NewMatrix<double>(run, x.rows, n), sketch = run.arena.NewUninitialized<double>(n),
                    next = run.arena.NewUninitialized<double>(n);
  for (size_t i = 0; i < x.rows; ++i) {
    std::span<double> product = out.subspan(i * n, n);
    double most = n_components;
    for (size_t d = 0; d < degree; ++d) {
      std::ranges::fill(sketch, 0.0);
      for (size_t j = 0; j < n_hashed; ++j) {
        double v = constant;
        if (j < x.cols) v = in_floats ? static_cast<float>(root) * static_cast<float>(x(i, j)) : root * x(i, j);
        sketch[indexes[d * n_hashed + j]] += bits[d * n_hashed + j] * v;  // below n_components: index_below
      }
      double sum = 0;
      for (const double v : sketch) sum += std::fabs(v);
      most *= std::max(sum, 1.0);
      if (d == 0) {
        std::ranges::copy(sketch, product.begin());
        continue;
      }
      std::ranges::fill(next, 0.0);
      for (size_t shift = 0; shift < n; ++shift) {
        const double by = sketch[shift];
        if (by == 0) continue;
        for (size_t k = 0; k < n - shift; ++k) next[k + shift] += by * product[k];
        for (size_t k = n - shift; k < n; ++k) next[k + shift - n] += by * product[k];
      }
      std::ranges::copy(next, product.begin());
    }
    // The transforms hold sums of that size: beyond a double they are infinite, and the whole row NaN.
    if (!std::isfinite(most))
      return BadInput("input.not_finite",
                      absl::StrCat("row ", run.first_row + i, ": products of its values are too large"));
  }
  return MatrixView<double>{out, x.rows, n, n};
}

}  // namespace pratique
