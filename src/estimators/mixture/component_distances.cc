#include "estimators/mixture/component_distances.h"

#include <cmath>
#include <limits>
#include <type_traits>

#include "data/dtype.h"
#include "data/float16.h"
#include "kernels/numpy_sum.h"
#include "kernels/product.h"
#include "kernels/squared_norm.h"

namespace pratique {
namespace {

// What x86-64's conversion of a double gives, beyond the type's range, too.
int64_t Truncated(double v) {
  return v >= -0x1p63 && v < 0x1p63 ? static_cast<int64_t>(v) : std::numeric_limits<int64_t>::min();
}
int32_t Truncated32(double v) {
  return v > -0x1p31 - 1 && v < 0x1p31 ? static_cast<int32_t>(v) : std::numeric_limits<int32_t>::min();
}

// A float64 put into an array of dtype.
double Stored(double v, DType dtype) {
  switch (dtype) {
    case DType::kFloat64:
    case DType::kFloat32:
    case DType::kFloat16:
      return Rounded(v, dtype);
    case DType::kInt64:
      return static_cast<double>(Truncated(v));
    case DType::kInt32:
      return Truncated32(v);
    case DType::kInt16:
      return static_cast<int16_t>(Truncated32(v));
    case DType::kInt8:
      return static_cast<int8_t>(Truncated32(v));
    case DType::kUInt64:
      return v < 0x1p64 ? static_cast<double>(static_cast<uint64_t>(v)) : 0;  // a sum of squares is not below 0
    case DType::kUInt32:
      return static_cast<uint32_t>(Truncated(v));
    case DType::kUInt16:
      return static_cast<uint16_t>(Truncated32(v));
    case DType::kUInt8:
      return static_cast<uint8_t>(Truncated32(v));
    default:
      return v != 0;  // bool
  }
}

// numpy's product of two elements of an array: integers wrap.
template <class T>
double Square(T v, DType dtype) {
  if constexpr (std::is_integral_v<T>) {
    const auto u = static_cast<uint64_t>(v);
    return WithType(dtype, [&](auto tag) -> double {
      using Element = typename decltype(tag)::type;
      if constexpr (std::is_integral_v<Element>)
        return static_cast<double>(static_cast<Element>(u * u));
      else
        return 0;  // integers are carried by integers
    });
  } else {
    return Rounded(static_cast<double>(v) * static_cast<double>(v), dtype);
  }
}

// Floats as they are; integers as doubles.
template <class T>
auto AsFloats(const MatrixView<T>& x, Run& run) {
  if constexpr (std::is_floating_point_v<T>) {
    return x;
  } else {
    std::span<double> out = NewMatrix<double>(run, x.rows, x.cols);
    for (size_t i = 0; i < x.rows; ++i) {
      for (size_t j = 0; j < x.cols; ++j) out[i * x.cols + j] = static_cast<double>(x(i, j));
    }
    return MatrixView<double>{out, x.rows, x.cols, x.cols};
  }
}

// F: numpy's promotion of X's dtype with the fitted one.
template <class F, class T>
class Distances {
 public:
  Distances(const Mixture& mixture, const MatrixView<T>& x, DType dtype, Run& run)
      : m_(mixture), x_(x), dtype_(dtype), run_(run), out_(NewMatrix<double>(run, x.rows, mixture.n_components)) {}

  std::span<const double> Of() {
    switch (m_.covariance) {
      case fb::CovarianceType::Full:
      case fb::CovarianceType::Tied:
        OfMatrices();
        break;
      case fb::CovarianceType::Diag:
        OfDiagonals();
        break;
      case fb::CovarianceType::Spherical:
        OfSpheres();
        break;
    }
    return out_;
  }

 private:
  size_t p() const { return m_.n_features_in; }
  size_t n() const { return m_.n_components; }

  template <class View>
  std::span<F> Products(const View& x, const double* weights, size_t outputs) {
    std::span<F> out = NewMatrix<F>(run_, x.rows, outputs);
    Product(x, Weights{weights, outputs, p(), nullptr}, out.data());
    return out;
  }

  // |X P - mean P|^2
  void OfMatrices() {
    const auto x = AsFloats(x_, run_);
    const bool tied = m_.covariance == fb::CovarianceType::Tied;
    std::span<F> y, terms = run_.arena.NewUninitialized<F>(p());
    std::span<F> of_mean = run_.arena.NewUninitialized<F>(p());
    for (size_t k = 0; k < n(); ++k) {
      const double* P = &m_.precisions[tied ? 0 : k * p() * p()];
      if (k == 0)
        y = Products(x, P, p());
      else if (!tied)
        Product(x, Weights{P, p(), p(), nullptr}, y.data());
      const MatrixView<double> mean{m_.means.subspan(k * p(), p()), 1, p(), p()};
      Product(mean, Weights{P, p(), p(), nullptr}, of_mean.data());
      for (size_t i = 0; i < x_.rows; ++i) {
        for (size_t j = 0; j < p(); ++j) {
          const F d = y[i * p() + j] - of_mean[j];
          terms[j] = d * d;
        }
        out_[i * n() + k] = Stored(NumpySum(terms.data(), p()), dtype_);
      }
    }
  }

  // sum(mean^2 prec) - 2 X (mean prec) + X^2 prec
  void OfDiagonals() {
    std::span<double> precisions = run_.arena.NewUninitialized<double>(n() * p()),
                      of_means = run_.arena.NewUninitialized<double>(n() * p());
    std::span<F> constants = run_.arena.NewUninitialized<F>(n()), terms = run_.arena.NewUninitialized<F>(p());
    for (size_t k = 0; k < n(); ++k) {
      for (size_t j = 0; j < p(); ++j) {
        const size_t at = k * p() + j;
        const F chol = static_cast<F>(m_.precisions[at]), mean = static_cast<F>(m_.means[at]), precision = chol * chol;
        precisions[at] = precision;
        of_means[at] = mean * precision;
        terms[j] = mean * mean * precision;
      }
      constants[k] = NumpySum(terms.data(), p());
    }
    std::span<double> squares = NewMatrix<double>(run_, x_.rows, p());
    for (size_t i = 0; i < x_.rows; ++i) {
      for (size_t j = 0; j < p(); ++j) squares[i * p() + j] = Square(x_(i, j), x_.dtype);
    }
    std::span<const F> linear = Products(AsFloats(x_, run_), of_means.data(), n());
    std::span<const F> quadratic = Products(MatrixView<double>{squares, x_.rows, p(), p()}, precisions.data(), n());
    for (size_t i = 0; i < x_.rows; ++i) {
      for (size_t k = 0; k < n(); ++k)
        out_[i * n() + k] = constants[k] - F{2} * linear[i * n() + k] + quadratic[i * n() + k];
    }
  }

  // |mean|^2 prec - 2 (X mean) prec + |X|^2 prec
  void OfSpheres() {
    std::span<F> terms = run_.arena.NewUninitialized<F>(p());
    std::span<const F> linear = Products(AsFloats(x_, run_), m_.means.data(), n());
    for (size_t k = 0; k < n(); ++k) {
      for (size_t j = 0; j < p(); ++j) {
        const F mean = static_cast<F>(m_.means[k * p() + j]);
        terms[j] = mean * mean;
      }
      const F chol = static_cast<F>(m_.precisions[k]), precision = chol * chol;
      const F constant = NumpySum(terms.data(), p()) * precision;
      for (size_t i = 0; i < x_.rows; ++i) {
        const F norm = static_cast<F>(SquaredNorm(x_.row(i), p(), x_.dtype)) * precision;
        out_[i * n() + k] = constant - F{2} * (linear[i * n() + k] * precision) + norm;
      }
    }
  }

  const Mixture& m_;
  const MatrixView<T>& x_;
  const DType dtype_;
  Run& run_;
  std::span<double> out_;
};

}  // namespace

ComponentDistances DistancesToComponents(const Mixture& mixture, const NumericData& X, Run& run) {
  return std::visit(
      [&]<class View>(const View& x) -> ComponentDistances {
        if constexpr (requires { x.row_stride; }) {
          using T = std::remove_cvref_t<decltype(x(0, 0))>;
          const DType promoted = Promoted(x.dtype, static_cast<DType>(mixture.fitted_dtype));
          const bool of_matrices =
              mixture.covariance == fb::CovarianceType::Full || mixture.covariance == fb::CovarianceType::Tied;
          const DType dtype = !of_matrices ? promoted : mixture.keeps_dtype ? x.dtype : DType::kFloat64;
          if (promoted == DType::kFloat32) return {Distances<float, T>(mixture, x, dtype, run).Of(), dtype};
          return {Distances<double, T>(mixture, x, dtype, run).Of(), dtype};
        } else {
          return {};  // dense, says the caller
        }
      },
      X);
}

}  // namespace pratique
