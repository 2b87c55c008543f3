#include "estimators/svm/support_vectors.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <numeric>
#include <ranges>

#include "absl/strings/str_cat.h"
#include "import/sklearn/elements.h"
#include "import/sklearn/needed.h"
#include "import/sklearn/sparse_matrix.h"
#include "kernels/distances.h"
#include "kernels/exp.h"
#include "model/check_array.h"
#include "model/views.h"
#include "state/invariant/ragged.h"
#include "status_macros.h"

namespace pratique {
namespace {

// libsvm's powi.
double Power(double base, uint32_t times) {
  double result = 1;
  for (; times > 0; times /= 2, base *= base) {
    if (times % 2 == 1) result *= base;
  }
  return result;
}

// From dot products (rbf: squared distances) to the kernel's values.
void Apply(const SupportVectors& v, std::span<double> out) {
  switch (v.kernel) {
    case fb::KernelKind::Linear:
    case fb::KernelKind::Precomputed:
      return;
    case fb::KernelKind::Poly:
      for (double& k : out) k = Power(v.gamma * k + v.coef0, v.degree);
      return;
    case fb::KernelKind::Rbf:
      for (double& k : out) k = -v.gamma * k;
      return Exp(out);
    case fb::KernelKind::Sigmoid:
      for (double& k : out) k = v.gamma * k + v.coef0;
      return Tanh(out);
  }
}

void Dense(const SupportVectors& v, const double* row, std::span<double> out) {
  const size_t n = v.n_vectors, p = v.n_features;
  if (v.kernel == fb::KernelKind::Rbf)
    return SquaredDistances(MatrixView<double>{{row, p}, 1, p, p}, v.dense.data(), n, out.data());
  std::ranges::fill(out, 0.0);
  for (size_t j = 0; j < p; ++j) {
    const double x = row[j];
    const double* of_feature = v.dense.data() + j * n;  // of none, too
    for (size_t s = 0; s < n; ++s) out[s] += x * of_feature[s];
  }
}

// The squared distance of a row and a support vector, both sparse. libsvm walks both sorted lists side by side: what
// only one of them has counts, too.
struct Walk {
  std::span<const uint32_t> vi;
  std::span<const double> v;
  size_t a = 0, b = 0;  // of the row and of the vector, all before are in the sum
  double sum = 0;

  // Where both lists go on. Without a branch: nobody guesses which of them is behind.
  void Step(const uint32_t* xi, const double* x) {
    const uint32_t i = xi[a], j = vi.data()[b];
    const bool of_x = i <= j, of_v = j <= i;
    const double d = OrZero(x[a], of_x) - OrZero(v.data()[b], of_v);
    sum += d * d;
    a += of_x;
    b += of_v;
  }
  size_t StepsWithin(size_t n) const { return std::min(n - a, vi.size() - b); }
  // All that is left, of a row whose list ends at n.
  double Finish(const uint32_t* xi, const double* x, size_t n) {
    while (const size_t steps = StepsWithin(n)) {
      for (size_t s = 0; s < steps; ++s) Step(xi, x);
    }
    for (; a < n; ++a) sum += x[a] * x[a];
    for (; b < vi.size(); ++b) sum += v[b] * v[b];
    return sum;
  }

 private:
  static double OrZero(double value, bool is_value) {
    return std::bit_cast<double>(std::bit_cast<uint64_t>(value) & (uint64_t{0} - uint64_t{is_value}));
  }
};

// Of one row and all vectors, some of which are walked at once: a walk waits for itself at each step.
void SparseDistances(const SupportVectors& v, std::span<const uint32_t> xi, std::span<const double> x,
                     std::span<double> out) {
  constexpr size_t kAtOnce = 4;
  const size_t n = xi.size();
  for (size_t s = 0; s < v.n_vectors; s += kAtOnce) {
    Walk walks[kAtOnce];
    const size_t now = std::min(kAtOnce, v.n_vectors - s);
    for (size_t w = 0; w < now; ++w) {
      const size_t first = v.indptr[s + w], m = v.indptr[s + w + 1] - first;
      walks[w] = {v.indices.subspan(first, m), v.values.subspan(first, m)};
    }
    while (now == kAtOnce) {
      size_t steps = SIZE_MAX;
      for (const Walk& walk : walks) steps = std::min(steps, walk.StepsWithin(n));
      if (steps == 0) break;
      for (size_t step = 0; step < steps; ++step) {
        for (Walk& walk : walks) walk.Step(xi.data(), x.data());
      }
    }
    for (size_t w = 0; w < now; ++w) out[s + w] = walks[w].Finish(xi.data(), x.data(), n);
  }
}

// The same column after column, of all vectors at once: each sum meets the columns in the order of a walk. A column
// that x has twice meets the vectors' numbers the first time, as there.
void SparseDistances(const SupportColumns& v, std::span<const int32_t> xi, std::span<const double> x,
                     std::span<double> out) {
  size_t next = 0;  // of the vectors' numbers
  const auto squares_until = [&](size_t end) {
    for (; next < end; ++next) out[v.vectors[next]] += v.values[next] * v.values[next];
  };
  std::ranges::fill(out, 0.0);
  for (size_t a = 0; a < xi.size(); ++a) {
    const auto column = static_cast<size_t>(xi[a]);
    squares_until(v.begin[column]);
    const double square = x[a] * x[a];
    double* sum = out.data();
    for (; next < v.begin[column + 1]; ++next) {
      for (const double* of_next = &out[v.vectors[next]]; sum != of_next; ++sum) *sum += square;
      const double d = x[a] - v.values[next];
      *sum++ += d * d;
    }
    for (; sum != out.data() + out.size(); ++sum) *sum += square;
  }
  squares_until(v.values.size());
}

void Sparse(const SupportVectors& v, const CsrView<double>& x, size_t row, std::span<double> out,
            std::span<double> scratch, const SupportColumns* columns) {
  const auto begin = static_cast<size_t>(x.indptr[row]), n = static_cast<size_t>(x.indptr[row + 1]) - begin;
  const auto xi = x.indices.subspan(begin, n);
  const auto data = x.data.subspan(begin, n);
  if (v.kernel == fb::KernelKind::Rbf) {
    if (columns != nullptr) return SparseDistances(*columns, xi, data, out);
    // Columns are not negative, so that they are the same numbers without a sign.
    return SparseDistances(v, {reinterpret_cast<const uint32_t*>(xi.data()), n}, data, out);
  }
  if (columns != nullptr) {
    std::ranges::fill(out, 0.0);
    for (size_t a = 0; a < n; ++a) {
      if (a + 1 < n && xi[a] == xi[a + 1]) continue;  // the last of them counts
      const auto column = static_cast<size_t>(xi[a]);
      for (size_t k = columns->begin[column]; k < columns->begin[column + 1]; ++k)
        out[columns->vectors[k]] += data[a] * columns->values[k];
    }
    return;
  }
  for (size_t k = 0; k < n; ++k) scratch[xi[k]] = data[k];
  for (size_t s = 0; s < v.n_vectors; ++s) {
    double sum = 0;
    for (size_t k = v.indptr[s]; k < v.indptr[s + 1]; ++k) sum += scratch[v.indices[k]] * v.values[k];
    out[s] = sum;
  }
  for (size_t k = 0; k < n; ++k) scratch[xi[k]] = 0;
}

// Rows of dense X without zeros; rows of sparse X with their columns in order.
Data SortedRows(const Data& X, Run& run) {
  if (const auto* dense = std::get_if<MatrixView<double>>(&X)) return SparseOf(*dense, run);
  CsrView<double> x = std::get<CsrView<double>>(X);
  const auto is_sorted = [&](size_t i) {
    return std::is_sorted(x.indices.begin() + x.indptr[i], x.indices.begin() + x.indptr[i + 1]);
  };
  if (std::ranges::all_of(std::views::iota(size_t{0}, x.rows), is_sorted)) return x;
  std::span<int32_t> indices = run.arena.Copy(x.indices);
  std::span<double> data = run.arena.Copy(x.data);
  std::vector<std::pair<int32_t, double>> row;
  for (size_t i = 0; i < x.rows; ++i) {
    const auto begin = static_cast<size_t>(x.indptr[i]), end = static_cast<size_t>(x.indptr[i + 1]);
    if (std::is_sorted(indices.begin() + begin, indices.begin() + end)) continue;
    row.clear();
    for (size_t k = begin; k < end; ++k) row.emplace_back(indices[k], data[k]);
    std::ranges::sort(row, {}, &std::pair<int32_t, double>::first);
    for (size_t k = begin; k < end; ++k) std::tie(indices[k], data[k]) = row[k - begin];
  }
  x.indices = indices;
  x.data = data;
  return x;
}

absl::StatusOr<fb::KernelKind> KernelNamed(ImportContext& context) {
  static constexpr std::pair<std::string_view, fb::KernelKind> kNames[] = {
      {"linear", fb::KernelKind::Linear},
      {"poly", fb::KernelKind::Poly},
      {"rbf", fb::KernelKind::Rbf},
      {"sigmoid", fb::KernelKind::Sigmoid},
      {"precomputed", fb::KernelKind::Precomputed}};
  const graph::Id id = context.Take("kernel");
  if (context.IsNone(id) || context.graph()[id].kind != graph::Kind::kStr)
    return context.Unsupported("kernel", "a function", "linear, poly, rbf, sigmoid and precomputed are supported.");
  for (const auto& [name, kind] : kNames) {
    if (context.graph()[id].text == name) return kind;
  }
  return context.Unsupported("kernel", context.graph()[id].text,
                             "linear, poly, rbf, sigmoid and precomputed are supported.");
}

// What predict hands to libsvm as it is (sklearn/svm/_base.py _dense_predict, _sparse_predict).
absl::Status CheckMemory(const ImportContext& context, bool sparse) {
  const graph::Id self = context.id();
  RETURN_IF_ERROR(CheckNeeded(context, {"support_", "support_vectors_", "_dual_coef_"}));
  RETURN_IF_ERROR(CheckBuffers(
      context, self,
      {{"_intercept_", 1, 'f', 8}, {"_n_support", 1, 'i', 4}, {"_probA", 1, 'f', 8}, {"_probB", 1, 'f', 8}}));
  if (!sparse) {
    return CheckBuffers(context, self,
                        {{"support_", 1, 'i', 4}, {"support_vectors_", 2, 'f', 8}, {"_dual_coef_", 2, 'f', 8}});
  }
  if (context.Has("class_weight_")) RETURN_IF_ERROR(CheckBuffers(context, self, {{"class_weight_", 1, 'f', 8}}));
  const graph::Id vectors = context.graph().Find(self, "support_vectors_");
  RETURN_IF_ERROR(CheckBuffers(context, vectors, {{"data", 1, 'f', 8}, {"indices", 1, 'i', 4}, {"indptr", 1, 'i', 4}}));
  return CheckBuffers(context, context.graph().Find(self, "_dual_coef_"), {{"data", 1, 'f', 8}});
}

}  // namespace

std::optional<Violation> SupportVectors::Invariant(uint32_t n_features_in) const {
  const auto bad = [](std::string_view field, std::string_view rule, std::string got, std::string expected) {
    return Violation{absl::StrCat("vectors.", std::string(field)), std::string(rule), std::move(got),
                     std::move(expected)};
  };
  if (n_features != n_features_in)
    return bad("n_features", "one_width", absl::StrCat(n_features), absl::StrCat(n_features_in));
  const bool is_precomputed = kernel == fb::KernelKind::Precomputed, is_sparse = IsSparse();
  if ((dense.data() != nullptr) != (!is_precomputed && !is_sparse))
    return bad("dense", "one_form", dense.data() ? "present" : "absent", "one form of vectors");
  if ((indices.data() != nullptr) != is_sparse || (values.data() != nullptr) != is_sparse ||
      (is_sparse && is_precomputed))
    return bad("indices", "one_form", indices.data() ? "present" : "absent", "one form of vectors");
  if ((support.data() != nullptr) != is_precomputed)
    return bad("support", "one_form", support.data() ? "present" : "absent", "of a precomputed kernel only");
  if (!is_sparse) return std::nullopt;
  if (auto v = invariant::OffsetsForEach("vectors.indptr", indptr.size(), n_vectors)) return v;
  for (size_t s = 0; s < n_vectors; ++s) {
    for (size_t k = indptr[s] + 1; k < indptr[s + 1]; ++k) {
      if (indices[k - 1] >= indices[k])
        return bad(absl::StrCat("indices[", k, "]"), "ascending", absl::StrCat(indices[k]),
                   absl::StrCat("above ", indices[k - 1]));
    }
  }
  return std::nullopt;
}

absl::Status SupportVectors::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(kernel, KernelNamed(context));
  ASSIGN_OR_RETURN(gamma, context.Double(context.Take("_gamma"), "_gamma"));
  ASSIGN_OR_RETURN(coef0, context.Double(context.Take("coef0"), "coef0"));
  ASSIGN_OR_RETURN(const int64_t power, context.Int(context.Take("degree"), "degree"));
  if (kernel == fb::KernelKind::Poly && (power < 0 || power > 1000))
    return context.Unsupported("degree", absl::StrCat(power), "0 to 1000 are supported.");
  degree = static_cast<uint32_t>(kernel == fb::KernelKind::Poly ? power : 0);
  ASSIGN_OR_RETURN(const bool sparse, context.Bool(context.Take("_sparse"), "_sparse"));
  // What else predict hands to libsvm, which takes numbers.
  for (const std::string_view parameter : {"cache_size", "C", "epsilon", "nu", "tol"}) {
    if (!sparse && parameter != "cache_size") continue;
    if (!context.Has(parameter)) return context.SavedAgain(parameter);
    RETURN_IF_ERROR(context.Double(context.Take(parameter), parameter).status());
  }
  if (sparse) {
    if (!context.Has("shrinking")) return context.SavedAgain("shrinking");
    if (!ReadPlainNumber<int64_t>(context.graph()[context.Take("shrinking")]))
      return context.Unsupported("shrinking", "another value", "libsvm takes True or False: set it back.");
    // By it libsvm reads the numbers of Platt's sigmoids, which regressors have not.
    const std::string_view flag = context.Has("_effective_probability") ? "_effective_probability" : "probability";
    const graph::Id asked = context.Take(flag);
    const bool is_flag = asked != graph::kNoId && context.graph()[asked].kind == graph::Kind::kBool;
    if (!is_flag || (!context.class_name().ends_with("SVC") && context.graph()[asked].integer != 0))
      return context.Unsupported(flag, "another value", "Set it back to what fit saw.");
  }
  RETURN_IF_ERROR(CheckMemory(context, sparse));
  const graph::Id of_support = context.Take("support_"), of_vectors = context.Take("support_vectors_");
  ASSIGN_OR_RETURN(const int64_t width, context.Int(context.Take("n_features_in_"), "n_features_in_"));
  if (width < 1 || width > 16777216) return context.Invalid("n_features_in_", absl::StrCat(width), "1 to 16777216");
  n_features = static_cast<uint32_t>(width);
  const graph::Id fitted_shape = context.Take("shape_fit_");  // read for a precomputed kernel only
  if (kernel == fb::KernelKind::Precomputed) {
    ASSIGN_OR_RETURN(NdArray<int64_t> shape, context.Ints(fitted_shape, "shape_fit_", ImportContext::Of::kSequence));
    if (shape.values.empty() || shape.values[0] != width)
      return context.Invalid("shape_fit_", absl::StrCat(shape.values.size(), " values"), absl::StrCat(width, " first"));
  }
  if (kernel == fb::KernelKind::Precomputed) {
    if (sparse) return context.Unsupported("kernel", "a sparse precomputed kernel", "Fit it on a dense kernel.");
    ASSIGN_OR_RETURN(NdArray<int64_t> rows, context.Ints(of_support, "support_"));
    std::span<uint32_t> columns = context.arena().New<uint32_t>(rows.values.size());
    for (size_t s = 0; s < columns.size(); ++s) {
      if (rows.values[s] < 0 || rows.values[s] >= width)
        return context.Invalid("support_", absl::StrCat(rows.values[s]), absl::StrCat("below ", width));
      columns[s] = static_cast<uint32_t>(rows.values[s]);
    }
    support = columns;
    n_vectors = static_cast<uint32_t>(columns.size());
    return absl::OkStatus();
  }
  if (sparse) {
    ASSIGN_OR_RETURN(const SparseMatrix m, TakeSparseMatrix(context, of_vectors, "support_vectors_"));
    if (m.cols != n_features)
      return context.Invalid("support_vectors_", absl::StrCat(m.cols, " columns"), absl::StrCat(width));
    n_vectors = static_cast<uint32_t>(m.rows);
    indptr = m.indptr;
    indices = m.indices;
    values = m.data;
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(NdArray<double> rows, context.Doubles(of_vectors, "support_vectors_"));
  if (rows.shape.size() != 2 || rows.shape[1] != n_features)
    return context.Invalid("support_vectors_", absl::StrCat(rows.values.size(), " values"),
                           absl::StrCat("rows of ", width));
  n_vectors = static_cast<uint32_t>(std::min<uint64_t>(rows.shape[0], UINT32_MAX));
  // libsvm takes its length for the number of vectors.
  const uint64_t indexes = context.graph()[of_support].shape[0];
  if (indexes != n_vectors)
    return context.Unsupported("support_", absl::StrCat(indexes, " indexes of ", n_vectors, " vectors"),
                               "fit leaves one a vector: set it back, or fit it again.");
  std::span<double> transposed = context.arena().NewUninitialized<double>(rows.values.size());
  for (size_t s = 0; s < n_vectors; ++s) {
    for (size_t j = 0; j < n_features; ++j) transposed[j * n_vectors + s] = rows.values[s * n_features + j];
  }
  dense = transposed;
  return absl::OkStatus();
}

absl::StatusOr<Data> SupportVectors::Check(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData floats, CheckFloats(X, run));
  const Data checked = AsData(floats);
  if (!IsSparse()) {
    if (pratique::IsSparse(checked)) return TakesDenseOnly();
    return AsDoubles(checked, run);
  }
  return SortedRows(AsDoubles(checked, run), run);
}

const void* SupportVectors::Prepare(Arena& arena) const {
  if (!IsSparse() || n_features > values.size()) return nullptr;
  std::span<uint32_t> begin = arena.New<uint32_t>(n_features + 1), vectors = arena.New<uint32_t>(indices.size());
  std::span<double> by_column = arena.New<double>(values.size());
  // The schema's rules: each index is below n_features. First begin[j + 1] is where the next of column j stands.
  for (const uint32_t j : indices) {
    if (j + 1 < n_features) ++begin[j + 2];
  }
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  for (size_t s = 0; s < n_vectors; ++s) {
    for (size_t k = indptr[s]; k < indptr[s + 1]; ++k) {
      const uint32_t at = begin[indices[k] + 1]++;
      vectors[at] = static_cast<uint32_t>(s);
      by_column[at] = values[k];
    }
  }
  SupportColumns* columns = arena.New<SupportColumns>(1).data();
  *columns = {begin, vectors, by_column};
  return columns;
}

void SupportVectors::Kernel(const Data& x, size_t row, std::span<double> out, std::span<double> scratch,
                            const SupportColumns* columns) const {
  if (IsSparse()) {
    Sparse(*this, std::get<CsrView<double>>(x), row, out, scratch, columns);
  } else if (kernel == fb::KernelKind::Precomputed) {
    const double* of_row = std::get<MatrixView<double>>(x).row(row);
    for (size_t s = 0; s < n_vectors; ++s) out[s] = of_row[support[s]];
  } else {
    Dense(*this, std::get<MatrixView<double>>(x).row(row), out);
  }
  Apply(*this, out);
}

}  // namespace pratique
