#include "estimators/gaussian_process/covariance.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <type_traits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "import/sklearn/needed.h"
#include "kernels/distances.h"
#include "kernels/exp.h"
#include "kernels/product.h"
#include "kernels/squared_norm.h"
#include "model/views.h"
#include "state/invariant/floats.h"
#include "status_macros.h"

namespace pratique {
namespace {

using Kind = fb::CovarianceKind;

bool HasLengthScales(Kind kind) {
  return kind == Kind::RBF || kind == Kind::Matern || kind == Kind::RationalQuadratic || kind == Kind::ExpSineSquared;
}
// How many matrices a term takes.
size_t Operands(Kind kind) {
  return kind == Kind::Sum || kind == Kind::Product ? 2 : kind == Kind::Exponentiation ? 1 : 0;
}

// The general case of Matern (scipy.special.kv is K_nu).
double GeneralMatern(double nu, double distance) {
  const double d = distance == 0 ? std::numeric_limits<double>::epsilon() : distance;
  const double scaled = std::sqrt(2 * nu) * d;
  if (!(scaled < 700)) return std::isnan(scaled) ? scaled : 0;  // K_nu is 0 there
  return std::pow(2.0, 1 - nu) / std::tgamma(nu) * std::pow(scaled, nu) * std::cyl_bessel_k(nu, scaled);
}

// From squared distances to the kernel's values, in place; `scratch` is no smaller.
void OfSquared(const CovarianceTerm& t, std::span<double> k, std::span<double> scratch) {
  const auto each = [&](auto f) {
    for (double& v : k) v = f(v);
  };
  // (1 + a x + b x^2) exp(-x) of x = the distance times `scale`
  const auto matern = [&](double scale, auto polynomial) {
    for (size_t i = 0; i < k.size(); ++i) {
      const double x = std::sqrt(k[i]) * scale;
      scratch[i] = polynomial(x);
      k[i] = -x;
    }
    Exp(k);
    for (size_t i = 0; i < k.size(); ++i) k[i] *= scratch[i];
  };
  switch (t.kind) {
    case Kind::RBF:
      each([](double squared) { return -0.5 * squared; });
      return Exp(k);
    case Kind::Matern:
      if (t.parameter == 0.5) {
        each([](double squared) { return -std::sqrt(squared); });
        return Exp(k);
      }
      if (t.parameter == 1.5) return matern(std::sqrt(3.0), [](double x) { return 1 + x; });
      if (t.parameter == 2.5) return matern(std::sqrt(5.0), [](double x) { return 1 + x + x * x / 3; });
      return each([&](double squared) { return GeneralMatern(t.parameter, std::sqrt(squared)); });
    case Kind::RationalQuadratic:
      return each([&, scale = 2 * t.parameter * (t.length_scales[0] * t.length_scales[0])](double squared) {
        const double base = 1 + squared / scale;
        return t.parameter == 1 ? 1 / base : std::pow(base, -t.parameter);  // numpy's own way, too
      });
    default:  // ExpSineSquared
      each([&](double squared) {
        const double s = std::sin(std::numbers::pi / t.parameter * std::sqrt(squared)) / t.length_scales[0];
        return -2 * (s * s);
      });
      return Exp(k);
  }
}

// Into out(i, j) = out[i * row_step + j * column_step]: x over the length scales.
void Scale(const MatrixView<double>& x, const CovarianceTerm& t, bool narrow, size_t row_step, size_t column_step,
           std::span<double> out) {
  const bool is_one = t.length_scales.size() == 1;
  const auto of_column = [&](size_t j, size_t begin, size_t end) {
    const double scale = t.length_scales[is_one ? 0 : j];
    for (size_t i = begin; i < end; ++i) {
      double v = scale == 1 ? x(i, j) : x(i, j) / scale;
      if (narrow) v = static_cast<float>(v);
      out[i * row_step + j * column_step] = v;
    }
  };
  constexpr size_t kRows = 256;
  for (size_t i = 0; i < x.rows; i += kRows) {
    for (size_t j = 0; j < x.cols; ++j) of_column(j, i, std::min(i + kRows, x.rows));
  }
}

// One call of a formula: X as it is and as doubles, the rows that it meets (contiguous: the fit's, or X itself), and
// what their dtypes say.
struct Call {
  const CovarianceFunction& c;
  const NumericData& X;
  MatrixView<double> x, others;
  bool x_is_float, others_are_float;  // float32
  Run& run;

  bool both_float() const { return x_is_float && others_are_float; }

  absl::Status Matrix(const CovarianceTerm& t, std::span<double> out) const {
    const size_t n = others.rows;
    switch (t.kind) {
      case Kind::Constant:
        std::ranges::fill(out, t.parameter);
        return absl::OkStatus();
      case Kind::White:
        std::ranges::fill(out, 0.0);
        return absl::OkStatus();
      case Kind::DotProduct:
        Product(x, Weights{others.data.data(), n, c.n_features, nullptr}, out.data());
        for (double& v : out) v = (both_float() ? static_cast<float>(v) : v) + t.parameter * t.parameter;
        return absl::OkStatus();
      case Kind::Pairwise: {
        ASSIGN_OR_RETURN(const Data values, Pairwise(t));
        VisitDense(values, [&](const auto& view) { std::ranges::copy(view.data.first(out.size()), out.begin()); });
        return absl::OkStatus();
      }
      default:
        OfDistances(t, out);
        return absl::OkStatus();
    }
  }

  absl::StatusOr<Data> Pairwise(const CovarianceTerm& t) const {
    if (!both_float()) return PairwiseKernelValues(t.pairwise, x, others, run);
    std::span<float> floats = NewMatrix<float>(run, x.rows, x.cols);
    for (size_t i = 0; i < x.rows; ++i) std::copy_n(x.row(i), x.cols, floats.data() + i * x.cols);
    return PairwiseKernelValues(t.pairwise, MatrixView<float>{floats, x.rows, x.cols, x.cols}, others, run);
  }

  void OfDistances(const CovarianceTerm& t, std::span<double> out) const {
    const size_t p = c.n_features;
    const size_t n = others.rows;
    const bool scaled = t.kind == Kind::RBF || t.kind == Kind::Matern;
    const bool narrow = scaled && c.narrow && t.length_scales.size() == 1;
    const CovarianceTerm as_it_is{.length_scales = kOne};
    constexpr size_t kFew = 4;  // rows, for which it takes longer to lay the others out
    const bool by_one =
        !narrow && (!scaled || std::ranges::all_of(t.length_scales, [](double scale) { return scale == 1; }));
    if (by_one && x.rows <= kFew) {
      std::span<double> scratch = run.arena.NewUninitialized<double>(n);
      for (size_t i = 0; i < x.rows; ++i) {
        const std::span<double> of_row = out.subspan(i * n, n);
        SquaredDistancesOfOne(x.row(i), others.data.data(), p, nullptr, n, of_row.data());
        OfSquared(t, of_row, scratch);
      }
      return;
    }
    std::span<double> a = NewMatrix<double>(run, x.rows, p), columns = NewMatrix<double>(run, p, n);
    Scale(x, scaled ? t : as_it_is, narrow && x_is_float, p, 1, a);
    Scale(others, scaled ? t : as_it_is, narrow && others_are_float, 1, n, columns);
    constexpr size_t kRows = 8;  // whose values stay in cache between the two
    std::span<double> scratch = run.arena.NewUninitialized<double>(std::min(kRows, x.rows) * n);
    for (size_t i = 0; i < x.rows; i += kRows) {
      const size_t rows = std::min(kRows, x.rows - i);
      SquaredDistances(MatrixView<double>{a.subspan(i * p, rows * p), rows, p, p}, columns.data(), n, &out[i * n]);
      OfSquared(t, out.subspan(i * n, rows * n), scratch);
    }
  }
  static constexpr double kOne[] = {1};

  // The matrix where `others` is X itself: rows are at no distance from themselves, and noise is theirs alone.
  absl::Status AmongThemselves(const CovarianceTerm& t, std::span<double> out) const {
    if (t.kind == Kind::DotProduct) {
      for (size_t i = 0; i < x.rows; ++i) {
        for (size_t k = 0; k < x.rows; ++k) out[i * x.rows + k] = InnerOfRows(i, k) + t.parameter * t.parameter;
      }
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(Matrix(t, out));
    const bool of_distance =
        HasLengthScales(t.kind) || (t.kind == Kind::Pairwise && t.pairwise.metric == fb::PairwiseMetric::Rbf);
    for (size_t i = 0; i < x.rows && (of_distance || t.kind == Kind::White); ++i)
      out[i * x.rows + i] = of_distance ? 1 : t.parameter;
    return absl::OkStatus();
  }

  // Of X as it is given, integers and bools too.
  double InnerOfRows(size_t i, size_t k) const {
    return std::visit(
        [&]<class View>(const View& view) -> double {
          if constexpr (requires { view.row_stride; }) return Inner(view.row(i), view.row(k), view.cols, view.dtype);
          return 0;  // dense: Check
        },
        X);
  }

  // k(x, x) of each row.
  absl::Status OnDiagonal(const CovarianceTerm& t, std::span<double> out) const {
    for (size_t i = 0; i < x.rows; ++i) {
      const MatrixView<double> row{x.data.subspan(i * x.row_stride, x.cols), 1, x.cols, x.cols};
      if (t.kind == Kind::Constant || t.kind == Kind::White) {
        out[i] = t.parameter;
      } else if (t.kind == Kind::DotProduct) {
        out[i] = InnerOfRows(i, i) + t.parameter * t.parameter;
      } else if (t.kind == Kind::Pairwise && t.pairwise.metric == fb::PairwiseMetric::Rbf) {
        out[i] = 1;  // a row is at no distance from itself
      } else if (t.kind == Kind::Pairwise) {
        ASSIGN_OR_RETURN(const Data value, PairwiseKernelValues(t.pairwise, row, row, run));
        out[i] = std::get<MatrixView<double>>(value)(0, 0);
      } else {
        out[i] = 1;
      }
    }
    return absl::OkStatus();
  }

  // The formula over matrices of `size` elements, which `leaf` fills.
  template <class Leaf>
  absl::StatusOr<std::span<const double>> Evaluate(size_t size, Leaf leaf) const {
    std::vector<std::span<double>> stack;
    for (const CovarianceTerm& t : c.terms) {
      if (Operands(t.kind) == 0) {
        stack.push_back(run.arena.NewUninitialized<double>(size));
        RETURN_IF_ERROR(leaf(t, stack.back()));
      } else if (t.kind == Kind::Exponentiation) {
        for (double& v : stack.back()) v = std::pow(v, t.parameter);
      } else {  // two are there: Invariant
        const std::span<double> right = stack.back();
        stack.pop_back();
        std::span<double> left = stack.back();
        for (size_t i = 0; i < size; ++i) left[i] = t.kind == Kind::Sum ? left[i] + right[i] : left[i] * right[i];
      }
    }
    return std::span<const double>(stack.back());
  }
};

absl::StatusOr<Call> CallOf(const CovarianceFunction& c, const NumericData& X, Run& run) {
  ASSIGN_OR_RETURN(MatrixView<double> x, CheckDense<double>(AsData(X), run));
  return Call{.c = c,
              .X = X,
              .x = x,
              .others = {c.rows, c.n_rows, c.n_features, c.n_features},
              .x_is_float = std::visit([](const auto& view) { return view.dtype == DType::kFloat32; }, X),
              .others_are_float = c.dtype == fb::DType::Float32,
              .run = run};
}

// --- import ---------------------------------------------------------------------------------------------------------

constexpr std::string_view kKernel = "kernel_";

class Formula {
 public:
  explicit Formula(ImportContext& context) : context_(context) {}

  // The terms of the kernel `id`, those that it is made of first.
  absl::Status Add(graph::Id id, size_t depth) {
    constexpr std::string_view kHelp =
        "The kernels of sklearn.gaussian_process.kernels are supported, but CompoundKernel.";
    const graph::Graph& graph = context_.graph();
    if (context_.IsNone(id) || graph[id].kind != graph::Kind::kObject ||
        graph[id].module != "sklearn.gaussian_process.kernels")
      return context_.Unsupported(kKernel, "a kernel of another module", kHelp);
    if (depth > kMostTerms || terms_.size() == kMostTerms) return TooMany();
    const std::string_view name = graph[id].name;
    for (const auto& [known, kind, parameter] : kKnown) {
      if (name == known) return Add(id, kind, parameter, depth);
    }
    return context_.Unsupported(kKernel, name, kHelp);
  }

  Array<CovarianceTerm> terms() { return context_.arena().Copy(std::span<const CovarianceTerm>(terms_)); }

 private:
  struct Known {
    std::string_view name;
    Kind kind;
    std::string_view parameter;
  };
  static constexpr Known kKnown[] = {{"ConstantKernel", Kind::Constant, "constant_value"},
                                     {"WhiteKernel", Kind::White, "noise_level"},
                                     {"RBF", Kind::RBF, ""},
                                     {"Matern", Kind::Matern, "nu"},
                                     {"RationalQuadratic", Kind::RationalQuadratic, "alpha"},
                                     {"ExpSineSquared", Kind::ExpSineSquared, "periodicity"},
                                     {"DotProduct", Kind::DotProduct, "sigma_0"},
                                     {"PairwiseKernel", Kind::Pairwise, ""},
                                     {"Sum", Kind::Sum, ""},
                                     {"Product", Kind::Product, ""},
                                     {"Exponentiation", Kind::Exponentiation, "exponent"}};

  absl::Status TooMany() const {
    return context_.Unsupported(kKernel, absl::StrCat("more than ", kMostTerms, " kernels"), "Make it of fewer.");
  }
  graph::Id Of(graph::Id id, std::string_view attribute) const { return context_.graph().Find(id, attribute); }
  std::string Path(std::string_view attribute) const {
    return absl::StrCat(std::string(kKernel), ".", std::string(attribute));
  }

  absl::Status Add(graph::Id id, Kind kind, std::string_view parameter, size_t depth) {
    if (Operands(kind) == 2) {
      RETURN_IF_ERROR(Add(Of(id, "k1"), depth + 1));
      RETURN_IF_ERROR(Add(Of(id, "k2"), depth + 1));
    } else if (Operands(kind) == 1) {
      RETURN_IF_ERROR(Add(Of(id, "kernel"), depth + 1));
    }
    CovarianceTerm t{};
    t.kind = kind;
    t.length_scales = context_.arena().New<double>(0);
    if (!parameter.empty()) {
      ASSIGN_OR_RETURN(t.parameter, context_.Double(Of(id, parameter), Path(parameter)));
    }
    if (kind == Kind::Matern && std::isinf(t.parameter) && t.parameter > 0) {
      t.kind = Kind::RBF;
      t.parameter = 0;
    }
    if (!std::isfinite(t.parameter) || (t.kind == Kind::Matern && !(t.parameter > 0 && t.parameter <= kGreatestNu)))
      return context_.Unsupported(
          Path(parameter), absl::StrCat(t.parameter),
          absl::StrCat("A finite number is supported; nu above 0, up to ", kGreatestNu, ", and infinite."));
    if (HasLengthScales(t.kind)) RETURN_IF_ERROR(AddLengthScales(Of(id, "length_scale"), t));
    if (kind == Kind::Pairwise) RETURN_IF_ERROR(AddPairwise(id, t));
    if (terms_.size() == kMostTerms) return TooMany();
    terms_.push_back(t);
    return absl::OkStatus();
  }

  absl::Status AddLengthScales(graph::Id id, CovarianceTerm& t) {
    const std::string path = Path("length_scale");
    ASSIGN_OR_RETURN(NdArray<double> scales, context_.Doubles(id, path, ImportContext::Of::kSequence));
    const bool isotropic = t.kind == Kind::RationalQuadratic || t.kind == Kind::ExpSineSquared;
    if (scales.shape.size() > 1 || (isotropic && scales.values.size() != 1))
      return context_.Unsupported(path, absl::StrCat(scales.values.size(), " values"), "One, or one a feature.");
    for (double v : scales.values) {
      if (!std::isfinite(v) || v == 0) return context_.Unsupported(path, absl::StrCat(v), "Give a number above 0.");
    }
    t.length_scales = scales.values;
    return absl::OkStatus();
  }

  // pairwise_kernels(X, Y, metric=metric, gamma=gamma, filter_params=True); degree and coef0 as they are by default.
  absl::Status AddPairwise(graph::Id id, CovarianceTerm& t) {
    const graph::Id more = Of(id, "pairwise_kernels_kwargs");
    const bool is_empty_dict = !context_.IsNone(more) && context_.graph()[more].kind == graph::Kind::kDict &&
                               context_.graph()[more].items.empty();
    if (!context_.IsNone(more) && !is_empty_dict)
      return context_.Unsupported(Path("pairwise_kernels_kwargs"), "a dict", "Without it, the kernel is supported.");
    ASSIGN_OR_RETURN(t.pairwise.metric, PairwiseMetricOf(context_, Of(id, "metric"), Path("metric")));
    if (t.pairwise.metric == fb::PairwiseMetric::Precomputed)
      return context_.Unsupported(Path("metric"), "precomputed", "scikit-learn's fit refuses it, too.");
    if (t.pairwise.HasGamma()) {
      ASSIGN_OR_RETURN(t.pairwise.gamma, context_.Double(Of(id, "gamma"), Path("gamma")));
      if (!std::isfinite(t.pairwise.gamma)) return context_.Unsupported(Path("gamma"), "no finite number", "Give one.");
    }
    if (t.pairwise.HasCoef0()) t.pairwise.coef0 = 1;
    if (t.pairwise.metric == fb::PairwiseMetric::Poly) t.pairwise.degree = 3;
    return absl::OkStatus();
  }

  ImportContext& context_;
  std::vector<CovarianceTerm> terms_;
};

}  // namespace

std::optional<Violation> CovarianceFunction::Invariant(const std::string& field, uint32_t width) const {
  const auto bad = [&](const std::string& part, std::string_view rule, std::string got, std::string expected) {
    return Violation{absl::StrCat(field, ".", part), std::string(rule), std::move(got), std::move(expected)};
  };
  if (n_features != width) return bad("n_features", "one_width", absl::StrCat(n_features), absl::StrCat(width));
  if (auto v = invariant::IsFloatDType("dtype", dtype)) return bad(v->field, v->rule, v->got, v->expected);
  if (auto v = invariant::FitsFloatDType("rows", dtype, rows)) return bad(v->field, v->rule, v->got, v->expected);
  if (terms.empty() || terms.size() > kMostTerms)
    return bad("terms", "formula", absl::StrCat(terms.size(), " terms"), absl::StrCat("1 to ", kMostTerms));
  size_t matrices = 0;
  for (size_t k = 0; k < terms.size(); ++k) {
    const CovarianceTerm& t = terms[k];
    const std::string at = absl::StrCat("terms[", k, "]");
    const size_t taken = Operands(t.kind);
    if (matrices < taken) return bad(at, "formula", absl::StrCat(matrices, " before it"), absl::StrCat(taken));
    matrices += taken == 0 ? 1 : 0;
    matrices -= taken == 2 ? 1 : 0;
    if (matrices > kMostMatrices) return bad(at, "formula", absl::StrCat(matrices), absl::StrCat(kMostMatrices));
    const size_t scales = t.length_scales.size();
    const bool isotropic = t.kind == Kind::RationalQuadratic || t.kind == Kind::ExpSineSquared;
    if (HasLengthScales(t.kind) ? scales != 1 && (isotropic || scales != n_features) : scales != 0)
      return bad(at + ".length_scales", "length_scales", absl::StrCat(scales), "one, or one a feature");
    if (t.kind == Kind::Matern && !(t.parameter > 0 && t.parameter <= kGreatestNu))
      return bad(at + ".parameter", "nu", absl::StrCat(t.parameter), absl::StrCat("above 0, up to ", kGreatestNu));
    if (t.kind == Kind::Pairwise && t.pairwise.metric == fb::PairwiseMetric::Precomputed)
      return bad(at + ".pairwise.metric", "of_rows", "Precomputed", "a kernel of rows");
  }
  if (matrices != 1) return bad("terms", "formula", absl::StrCat(matrices, " matrices"), "one");
  return std::nullopt;
}

absl::Status CovarianceFunction::Import(ImportContext& context, graph::Id object) {
  const graph::Id rows_id = context.graph().Find(object, "X_train_");
  ASSIGN_OR_RETURN(NdArray<double> array, context.Doubles(rows_id, "X_train_"));
  if (array.shape.size() != 2 || array.shape[0] > UINT32_MAX || array.shape[1] > UINT32_MAX)
    return context.Invalid("X_train_", absl::StrCat("an array of ", array.shape.size(), " dimensions"),
                           "two dimensions");
  n_rows = static_cast<uint32_t>(array.shape[0]);
  n_features = static_cast<uint32_t>(array.shape[1]);
  rows = array.values;
  dtype = context.FloatDType(rows_id);
  Formula formula(context);
  RETURN_IF_ERROR(formula.Add(context.graph().Find(object, kKernel), 0));
  terms = formula.terms();
  size_t matrices = 0;
  for (const CovarianceTerm& t : terms) {
    if (t.kind == Kind::Pairwise && t.pairwise.IsOfCounts())
      RETURN_IF_ERROR(CheckWriteable(context, object, {"X_train_"}));
    matrices += Operands(t.kind) == 0 ? 1 : 0;
    matrices -= Operands(t.kind) == 2 ? 1 : 0;
    if (matrices > kMostMatrices)
      return context.Unsupported(kKernel, absl::StrCat("more than ", kMostMatrices, " matrices at a time"),
                                 "Nest sums and products to the left: (a + b) + c.");
    if (t.length_scales.size() > 1 && t.length_scales.size() != n_features)
      return context.Unsupported("kernel_.length_scale", absl::StrCat(t.length_scales.size(), " values"),
                                 "One, or one a feature.");
  }
  return absl::OkStatus();
}

absl::StatusOr<NumericData> CovarianceFunction::Check(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(NumericData x, CheckNumbers(X, run));
  if (IsSparse(AsData(x))) return TakesDenseOnly();
  return x;
}

absl::StatusOr<std::span<const double>> CovarianceFunction::Values(const NumericData& X, Run& run) const {
  ASSIGN_OR_RETURN(const Call call, CallOf(*this, X, run));
  return call.Evaluate(call.x.rows * n_rows,
                       [&](const CovarianceTerm& t, std::span<double> out) { return call.Matrix(t, out); });
}

absl::StatusOr<std::span<const double>> CovarianceFunction::Among(const NumericData& X, Run& run) const {
  ASSIGN_OR_RETURN(Call call, CallOf(*this, X, run));
  const MatrixView<double>& x = call.x;
  std::span<double> rows = NewMatrix<double>(run, x.rows, x.cols);
  for (size_t i = 0; i < x.rows; ++i) std::copy_n(x.row(i), x.cols, rows.data() + i * x.cols);
  call.others = {rows, x.rows, x.cols, x.cols};
  call.others_are_float = call.x_is_float;
  return call.Evaluate(x.rows * x.rows,
                       [&](const CovarianceTerm& t, std::span<double> out) { return call.AmongThemselves(t, out); });
}

absl::StatusOr<std::span<const double>> CovarianceFunction::Diagonal(const NumericData& X, Run& run) const {
  ASSIGN_OR_RETURN(const Call call, CallOf(*this, X, run));
  return call.Evaluate(call.x.rows,
                       [&](const CovarianceTerm& t, std::span<double> out) { return call.OnDiagonal(t, out); });
}

void SolveLower(Array<double> factor, std::span<double> v) {
  const size_t n = v.size();
  for (size_t i = 0; i < n; ++i) {
    double sum = v[i];
    for (size_t k = 0; k < i; ++k) sum -= factor[i * n + k] * v[k];
    v[i] = sum / factor[i * n + i];
  }
}

std::optional<Violation> CheckFactor(const std::string& field, Array<double> factor, size_t n) {
  if (factor.size() != uint64_t{n} * n)
    return Violation{field, "of_rows", absl::StrCat(factor.size()), absl::StrCat(n, " x ", n)};
  for (size_t i = 0; i < n; ++i) {
    if (factor[i * n + i] == 0)
      return Violation{absl::StrCat(field, "[", i * n + i, "]"), "diagonal", "0", "another number"};
  }
  return std::nullopt;
}

absl::Status CheckKernelParameter(ImportContext& context) {
  constexpr std::string_view kName = "kernel";
  if (!context.Has(kName)) return context.SavedAgain(kName);
  const graph::Id kernel = context.Take(kName);
  if (context.IsNone(kernel)) return absl::OkStatus();
  const graph::Node& node = context.graph()[kernel];
  if (node.kind == graph::Kind::kObject && node.module == "sklearn.gaussian_process.kernels") return absl::OkStatus();
  return context.Unsupported(kName, "what is no kernel of scikit-learn's", "predict asks it what rows it takes.");
}

absl::StatusOr<Array<double>> TakeFactor(ImportContext& context, graph::Id id, std::string_view attribute, size_t n) {
  ASSIGN_OR_RETURN(NdArray<double> array, context.Doubles(id, attribute));
  if (array.shape != std::vector<uint64_t>{n, n})
    return context.Invalid(attribute, "an array of another shape", absl::StrCat(n, " x ", n));
  return array.values;
}

}  // namespace pratique
