#include "estimators/preprocessing/spline_transformer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
#include "data/float16.h"
#include "kernels/splines.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "model/views.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

using fb::Extrapolation;

// numpy's x % period of floats, period > 0 (npy_divmod).
double Modulo(double x, double period) {
  const double rest = std::fmod(x, period);
  if (rest == 0) return std::copysign(0.0, period);
  return rest < 0 ? rest + period : rest;
}

double RoundedTo(DType dtype, double v) {
  return dtype == DType::kFloat32   ? double{static_cast<float>(v)}
         : dtype == DType::kFloat16 ? double{RoundedToFloat16(v)}
                                    : v;
}

// One column while it is transformed.
class SplineColumn {
 public:
  // `edge`: the degree that scikit-learn takes for it at the bounds. `narrow`: the dtype in which numpy computes with X
  // and the knots; float64 unless numpy 1 rounds them to X's.
  SplineColumn(const SplineTransformer& model, Array<double> knots, size_t edge, DType narrow)
      : basis_{knots, model.degree},
        n_(model.n_splines),
        edge_(edge),
        extrapolation_(model.extrapolation),
        narrow_(narrow),
        constant_is_zero_(model.constant_is_zero),
        sparse_(model.sparse),
        work_(2 * (size_t{model.degree} + 1)),
        at_min_(n_),
        at_max_(n_),
        slope_min_(n_),
        slope_max_(n_) {
    if (extrapolation_ != Extrapolation::Constant && extrapolation_ != Extrapolation::Linear) return;
    min_ = knots[edge];
    max_ = knots[knots.size() - 1 - edge];
    Splines(min_, false, at_min_);
    Splines(max_, false, at_max_);
    if (extrapolation_ != Extrapolation::Linear) return;
    Splines(min_, true, slope_min_);
    Splines(max_, true, slope_max_);
  }

  // The splines at x, which is no NaN; NaN where scikit-learn gives it. False: x is beyond the knots.
  bool At(double x, std::span<double> out) {
    const auto rounded = [&](double v) { return RoundedTo(narrow_, v); };
    const double first = basis_.first(), last = basis_.last();
    std::ranges::fill(out, 0.0);
    switch (extrapolation_) {
      case Extrapolation::Continue:
        Add(x, false, out);
        return true;
      case Extrapolation::Error:
        if (x < first || x > last) return false;
        Add(x, false, out);
        return true;
      case Extrapolation::Periodic: {
        const double period = last - first;
        if (period > 0) {
          const double narrow_first = rounded(first);
          Add(rounded(narrow_first + rounded(Modulo(rounded(x - narrow_first), rounded(period)))), false, out);
        } else if (constant_is_zero_) {
          Add(0, false, out);
        } else {
          std::ranges::fill(out, std::numeric_limits<double>::quiet_NaN());
        }
        return true;
      }
      default:
        break;
    }
    const double low = rounded(min_), high = rounded(max_);
    if (low <= x && x <= high) Splines(x, false, out);
    const bool constant = extrapolation_ == Extrapolation::Constant;
    if (constant && basis_.degree == 0 && x > high) {  // the slice [-0:] is all of them, for which dense X has no room
      std::ranges::copy(at_max_, out.begin());
      return sparse_;
    }
    // f + (x - bound) * slope, in numpy's dtype
    const auto line = [&](double value, double bound, double slope) {
      return constant ? value : rounded(rounded(value) + rounded(rounded(x - bound) * rounded(slope)));
    };
    const size_t sides = constant ? basis_.degree : Reach();
    for (size_t j = 0; j < sides; ++j) {
      const size_t k = n_ - 1 - j;
      if (x < low) out[j] = line(at_min_[j], low, slope_min_[j]);
      if (x > high) out[k] = line(at_max_[k], high, slope_max_[k]);
    }
    return true;
  }

  // How many splines go on linearly; it is the next column's degree at the bounds.
  size_t Reach() const { return edge_ <= 1 ? edge_ + 1 : edge_; }

 private:
  // All splines at x, or NaN beyond the knots.
  void Splines(double x, bool derivative, std::span<double> out) {
    if (x < basis_.first() || x > basis_.last()) {
      std::ranges::fill(out, std::numeric_limits<double>::quiet_NaN());
      return;
    }
    std::ranges::fill(out, 0.0);
    Add(x, derivative, out);
  }
  // scipy sums each coefficient times each spline; the coefficients are 1 and 0, those of the last periodic splines are
  // the first ones' again.
  void Add(double x, bool derivative, std::span<double> out) {
    const size_t first = basis_.Evaluate(x, derivative, work_);
    const std::span<const double> values = std::span<const double>(work_).first(size_t{basis_.degree} + 1);
    const bool finite = std::ranges::all_of(values, [](double v) { return std::isfinite(v); });
    for (size_t a = 0; a < values.size(); ++a) out[(first + a) % n_] += values[a];
    if (finite) return;
    for (size_t j = 0; j < n_; ++j) {  // 0 times infinity
      double sum = 0;
      for (size_t a = 0; a < values.size(); ++a) sum += (first + a) % n_ == j ? values[a] : 0 * values[a];
      out[j] = sum;
    }
  }

  SplineBasis basis_;
  size_t n_, edge_;
  Extrapolation extrapolation_;
  DType narrow_;
  bool constant_is_zero_, sparse_;
  double min_ = 0, max_ = 0;
  std::vector<double> work_, at_min_, at_max_, slope_min_, slope_max_;
};

}  // namespace

std::optional<Violation> SplineTransformer::Invariant() const {
  const bool periodic = extrapolation == Extrapolation::Periodic;
  const uint64_t expected = uint64_t{n_splines} + uint64_t{degree} * (periodic ? 2 : 1) + 1;
  if (n_knots != expected || (periodic ? n_splines < degree : n_splines <= degree))
    return Violation{"degree", "degree", absl::StrCat(degree, " with ", n_splines, " splines"),
                     absl::StrCat("that of ", n_knots, " knots")};
  // What goes on linearly at each side; of degrees below 2 it grows from column to column (SplineColumn::Reach).
  const uint32_t reach = degree > 1 ? degree : degree == 0 && n_features_in == 1 ? 1 : 2;
  if (extrapolation == Extrapolation::Linear && n_splines < reach)
    return Violation{"n_splines", "degree", absl::StrCat(n_splines), absl::StrCat("at least ", reach)};
  for (size_t j = 0; j < n_features_in; ++j) {
    const Array<double> column = KnotsOf(j);
    if (const auto at = std::ranges::is_sorted_until(column); at != column.end()) {
      return Violation{absl::StrCat("knots[", j * n_knots + static_cast<size_t>(at - column.begin()), "]"), "knots",
                       absl::StrCat(*at), "not below the one before it"};
    }
  }
  return std::nullopt;
}

absl::StatusOr<Signature> SplineTransformer::Infer(const Children& children) const {
  const uint64_t kept = include_bias ? n_splines : n_splines - 1, cols = kept * n_features_in;
  if (cols == 0) return Mismatch("its result would have no columns");
  if (cols > INT32_MAX) return Mismatch("its result would have 2^31 columns or more");
  ASSIGN_OR_RETURN(Signature signature, TransformerSignature(n_features_in, cols, feature_names, children));
  signature.widest = std::max<uint64_t>(cols, 6 * uint64_t{n_splines});
  return signature;
}

absl::StatusOr<Data> SplineTransformer::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const NumericData numbers, CheckNumbers(X, run, missing_zeros ? Finite::kAny : Finite::kRequired));
  if (IsSparse(X)) return TakesDenseOnly();
  const DType given = std::visit([](const auto& x) { return x.dtype; }, numbers);
  const DType dtype = IsFloat(given) ? given : DType::kFloat64;
  const size_t rows = Rows(X), kept = include_bias ? n_splines : n_splines - 1, cols = kept * n_features_in;
  std::span<double> out = NewMatrix<double>(run, rows, cols), splines = run.arena.New<double>(n_splines);
  size_t edge = degree;
  absl::Status status = absl::OkStatus();
  for (size_t j = 0; j < n_features_in && status.ok(); ++j) {
    SplineColumn column(*this, KnotsOf(j), edge, exact_bounds ? DType::kFloat64 : dtype);
    if (extrapolation == Extrapolation::Linear) edge = column.Reach();
    status = std::visit(
        [&](const auto& x) -> absl::Status {
          if constexpr (requires { x.row_stride; }) {
            for (size_t i = 0; i < rows; ++i) {
              const auto v = static_cast<double>(x(i, j));
              if (std::isnan(v)) {
                std::ranges::fill(splines, 0.0);
              } else if (!column.At(v, splines)) {
                return BadInput("input.out_of_bounds",
                                absl::StrCat("row ", run.first_row + i, ", column ", j, ": X is beyond the knots"),
                                absl::StrCat(v));
              }
              std::copy_n(splines.begin(), kept, out.begin() + static_cast<ptrdiff_t>(i * cols + j * kept));
            }
          }
          return absl::OkStatus();
        },
        numbers);
  }
  RETURN_IF_ERROR(status);
  const MatrixView<double> wide{out, rows, cols, cols};
  if (dtype == DType::kFloat64) return sparse ? Data(SparseOf(wide, run)) : Data(wide);
  if (sparse) return SparseOf(wide, run);  // scipy's design matrices are float64
  std::span<float> rounded = NewMatrix<float>(run, rows, cols);
  for (size_t k = 0; k < rounded.size(); ++k) rounded[k] = static_cast<float>(RoundedTo(dtype, out[k]));
  return MatrixView<float>{rounded, rows, cols, cols, dtype};
}

// sklearn/preprocessing/_polynomial.py, 1.9: n_splines - 1 + include_bias names a column.
absl::StatusOr<Strings> SplineTransformer::FeatureNamesOut(FeatureNames& names) const {
  ASSIGN_OR_RETURN(const Strings in, names.In());
  const size_t of_column = n_splines - (include_bias ? 0 : 1);
  std::span<std::string_view> out = names.New(in.size() * of_column);
  for (size_t k = 0; k < out.size(); ++k) out[k] = names.Join(in[k / of_column], "_sp_", absl::StrCat(k % of_column));
  return Strings(out);
}

}  // namespace pratique
