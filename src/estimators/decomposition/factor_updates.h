// The solvers of NMF for given components (sklearn/decomposition/_nmf.py and _cdnmf_fast.pyx, 1.9).
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <type_traits>

#include "estimators/decomposition/non_negative_factors.h"
#include "kernels/numpy_sum.h"
#include "kernels/product.h"
#include "model/check_array.h"
#include "model/run.h"

namespace pratique {

// Whether a place of X, which is not negative, holds 0.
inline bool HasZero(const FloatData& x) {
  return std::visit(
      [](const auto& view) {
        if constexpr (requires { view.indptr; }) {
          const auto begin = view.indptr[0], end = view.indptr[view.rows];
          return static_cast<size_t>(end - begin) < view.rows * view.cols ||
                 std::ranges::find(view.data.subspan(begin, end - begin), 0) != view.data.begin() + end;
        } else {
          for (size_t i = 0; i < view.rows; ++i) {
            if (std::find(view.row(i), view.row(i) + view.cols, 0) != view.row(i) + view.cols) return true;
          }
          return false;
        }
      },
      x);
}

// T: of X and of the factors W; P: of products with the components H. Sums are taken in double and rounded to P.
template <class T, class P, class View>
class FactorUpdates {
 public:
  FactorUpdates(const NonNegativeFactors& f, const View& x, Run& run)
      : f_(f),
        x_(x),
        run_(run),
        n_(f.n_components),
        m_(f.n_features_in),
        w_(run.arena.New<T>(x.rows * n_)),
        xht_(run.arena.NewUninitialized<P>(x.rows * n_)),
        hht_(run.arena.NewUninitialized<P>(f.beta_loss == 2 ? n_ * n_ : 0)),
        wh_(run.arena.NewUninitialized<double>(m_)),
        numerator_(run.arena.NewUninitialized<double>(n_)),
        denominator_(run.arena.NewUninitialized<double>(n_)) {
    if (f.beta_loss != 2) {
      LayOutByPlace();
      return;
    }
    Product(x, Weights{f.components.data(), n_, m_, nullptr}, xht_.data());
    Product(MatrixView<double>{f.components, n_, m_, m_}, Weights{f.components.data(), n_, m_, nullptr}, hht_.data());
  }

  // W of all rows of the block.
  std::span<T> Solve() {
    if (f_.solver == fb::NmfSolver::Cd) {
      SolveByDescent();
      return w_;
    }
    std::ranges::fill(w_, std::sqrt(MeanOfX() / static_cast<T>(n_)));
    if (f_.solver == fb::NmfSolver::Mu)
      SolveUntilDivergenceStands();
    else
      SolveUntilFactorsStand();
    return w_;
  }

 private:
  static constexpr size_t kAtOnce = 8;
  struct Ratio {
    size_t place;
    double ratio;
  };
  static constexpr double kEpsilon = std::numeric_limits<float>::epsilon();
  static constexpr bool kSparse = std::is_same_v<View, CsrView<T>>;

  void SolveByDescent() {
    for (size_t t = 0; f_.l2_reg != 0 && t < n_; ++t) hht_[t * n_ + t] += static_cast<P>(f_.l2_reg);
    for (P& v : xht_) {
      if (f_.l1_reg != 0) v -= static_cast<P>(f_.l1_reg);
    }
    double at_first = 0;
    for (uint32_t iteration = 0; iteration < f_.max_iter; ++iteration) {
      const double violation = Descend();
      if (iteration == 0) at_first = violation;
      if (at_first == 0 || violation / at_first <= f_.tol) return;
    }
  }

  // One coordinate after the other, each for all rows; the sum of projected gradients.
  double Descend() {
    T violation = 0;
    for (size_t t = 0; t < n_; ++t) {
      const P hess = hht_[t * n_ + t];
      for (size_t i = 0; i < x_.rows; ++i) {
        T* w = &w_[i * n_];
        T grad = static_cast<T>(-xht_[i * n_ + t]);
        for (size_t r = 0; r < n_; ++r) grad += static_cast<T>(hht_[t * n_ + r]) * w[r];
        const double projected = w[t] == 0 ? std::min(0., double{grad}) : double{grad};
        violation = static_cast<T>(violation + std::abs(projected));
        if (hess != 0) w[t] = std::max(static_cast<T>(w[t] - grad / static_cast<T>(hess)), T{0});
      }
    }
    return violation;
  }

  void SolveUntilDivergenceStands() {
    const double gamma = Gamma(), at_first = Divergence();
    double previous = at_first;
    std::span<double> h_sum = SumsOfComponents();
    for (uint32_t iteration = 1; iteration <= f_.max_iter; ++iteration) {
      // scikit-learn keeps the sums from one iteration to the next, with what it added to them.
      Multiply(h_sum, gamma);
      if (f_.beta_loss < 1) {
        for (T& w : w_) w = w < std::numeric_limits<double>::epsilon() ? T{0} : w;
      }
      if (!(f_.tol > 0) || iteration % 10 != 0) continue;
      const double now = Divergence();
      if ((previous - now) / at_first < f_.tol) return;
      previous = now;
    }
  }

  void SolveUntilFactorsStand() {
    const double gamma = Gamma();
    std::span<T> before = run_.arena.NewUninitialized<T>(w_.size());
    std::span<double> h_sum = SumsOfComponents(), again = run_.arena.NewUninitialized<double>(n_);
    for (uint32_t iteration = 0; iteration < f_.max_iter; ++iteration) {
      std::ranges::copy(w_, before.begin());
      std::ranges::copy(h_sum, again.begin());
      Multiply(again, gamma);
      double moved = 0, size = 0;
      const T *now = w_.data(), *then = before.data();
      for (size_t e = 0; e < w_.size(); ++e) {
        const double step = static_cast<T>(now[e] - then[e]);
        moved += step * step;
        size += double{now[e]} * now[e];
      }
      if (f_.tol > 0 && std::sqrt(moved) / std::sqrt(size) <= f_.tol) return;
    }
  }

  // _multiplicative_update_w. `h_sum`: of beta_loss 1.
  void Multiply(std::span<double> h_sum, double gamma) {
    const double beta = f_.beta_loss;
    if (beta == 1) {
      for (double& sum : h_sum) {
        if (f_.l1_reg > 0) sum = static_cast<P>(sum + f_.l1_reg);
        if (!(f_.l2_reg > 0) && sum == 0) sum = kEpsilon;
      }
    }
    const std::span<double> numerator = numerator_, denominator = denominator_;
    for (size_t i = 0; i < x_.rows; ++i) {
      T* w = &w_[i * n_];
      if (beta == 2) {
        std::ranges::fill(denominator, 0.0);
        double* sums = denominator.data();
        for (size_t r = 0; r < n_; ++r) {
          const P* products = hht_.data() + r * n_;
          for (size_t k = 0; k < n_; ++k) sums[k] += double{w[r]} * products[k];
        }
        for (double& sum : denominator) sum = static_cast<P>(sum);
        std::copy_n(xht_.data() + i * n_, n_, numerator.begin());
      } else {
        ProductOfRow(i);
        Ratios(i, numerator);
        for (size_t k = 0; k < n_; ++k) {
          if (beta == 1) {
            denominator[k] = h_sum[k];
            continue;
          }
          const double* h = &f_.components[k * m_];
          double sum = 0;
          for (size_t j = 0; j < m_; ++j) {
            const double wh = beta < 1 && wh_[j] < kEpsilon ? kEpsilon : wh_[j];
            sum += std::pow(wh, beta - 1) * h[j];
          }
          denominator[k] = static_cast<P>(sum);
        }
      }
      const double *above = numerator.data(), *divisors = denominator.data();
      if (!(beta != 1 && f_.l1_reg > 0) && !(f_.l2_reg > 0) && gamma == 1) {  // as a rule
        for (size_t k = 0; k < n_; ++k) {
          const double below = divisors[k] == 0 ? kEpsilon : divisors[k];
          w[k] = static_cast<T>(w[k] * double{static_cast<P>(above[k] / below)});
        }
        continue;
      }
      for (size_t k = 0; k < n_; ++k) {
        double below = divisors[k];
        if (beta != 1 && f_.l1_reg > 0) below = static_cast<P>(below + f_.l1_reg);
        if (f_.l2_reg > 0) below = static_cast<P>(below + f_.l2_reg * w[k]);
        if (below == 0) below = kEpsilon;
        double factor = static_cast<P>(above[k] / below);
        if (gamma != 1) factor = static_cast<P>(std::pow(factor, gamma));
        w[k] = static_cast<T>(w[k] * factor);
      }
    }
  }

  // H^T, with zeros beside it so that sums of kAtOnce components at once can be taken.
  void LayOutByPlace() {
    by_place_ = run_.arena.New<double>(m_ * Wide());
    for (size_t k = 0; k < n_; ++k) {
      for (size_t j = 0; j < m_; ++j) by_place_[j * Wide() + k] = f_.components[k * m_ + j];
    }
    ratios_ = run_.arena.NewUninitialized<Ratio>(m_);
  }
  size_t Wide() const { return (n_ + kAtOnce - 1) / kAtOnce * kAtOnce; }

  // wh_ = W H of row i.
  void ProductOfRow(size_t i) {
    std::ranges::fill(wh_, 0.0);
    double* wh = wh_.data();
    for (size_t k = 0; k < n_; ++k) {
      const double w = w_[i * n_ + k];
      const double* h = &f_.components[k * m_];
      for (size_t j = 0; j < m_; ++j) wh[j] += w * h[j];
    }
    for (double& v : wh_) v = static_cast<P>(v);
  }

  // f(j, x) for the places of row i: of dense X all of them, of sparse X those that are not 0.
  template <class F>
  void EachPlace(size_t i, F f) const {
    if constexpr (kSparse) {
      for (int64_t e = x_.indptr[i]; e < x_.indptr[i + 1]; ++e) {
        if (x_.data[e] != 0) f(static_cast<size_t>(x_.indices[e]), double{x_.data[e]});
      }
    } else {
      const T* row = x_.row(i);
      for (size_t j = 0; j < m_; ++j) f(j, double{row[j]});
    }
  }

  // numerator = (X * WH^(beta - 2)) H^T of row i.
  void Ratios(size_t i, std::span<double> numerator) {
    const double beta = f_.beta_loss;
    size_t n_ratios = 0;
    const double* of_place = wh_.data();
    EachPlace(i, [&](size_t j, double x) {
      const double wh = beta < 2 && of_place[j] < kEpsilon ? kEpsilon : of_place[j];
      double ratio = 0;
      if (beta == 1) {
        ratio = x / wh;
      } else if (beta == 0) {
        const double reciprocal = 1 / wh;
        ratio = reciprocal * reciprocal * x;
      } else {
        ratio = std::pow(wh, beta - 2) * x;
      }
      ratios_.data()[n_ratios++] = {j, ratio};
    });
    for (size_t k = 0; k < n_; k += kAtOnce) {
      double sums[kAtOnce] = {};
      const double* components = by_place_.data() + k;
      for (const Ratio& r : ratios_.first(n_ratios)) {
        const double* h = components + r.place * Wide();
        for (size_t q = 0; q < kAtOnce; ++q) sums[q] += r.ratio * h[q];
      }
      for (size_t q = 0; q < std::min(kAtOnce, n_ - k); ++q) numerator[k + q] = static_cast<P>(sums[q]);
    }
  }

  // _beta_divergence with square_root.
  double Divergence() {
    const double beta = f_.beta_loss;
    if (beta == 2) return std::sqrt(kSparse ? SparseSquaredError() : SquaredError());
    double sum = 0, of_x = 0, of_wh = 0;
    for (size_t i = 0; i < x_.rows; ++i) {
      ProductOfRow(i);
      if (beta != 0 && beta != 1) {
        for (const double wh : wh_) of_wh += std::pow(wh, beta);
      }
      EachPlace(i, [&](size_t j, double x) {
        if (!(x > kEpsilon)) return;
        const double wh = wh_[j] < kEpsilon ? kEpsilon : wh_[j];
        if (beta == 1) {
          sum += x * std::log(x / wh);
          of_x += x;
        } else if (beta == 0) {
          sum += x / wh;
          of_x += std::log(x / wh);
        } else {
          sum += x * std::pow(wh, beta - 1);
          of_x += std::pow(x, beta);
        }
      });
    }
    double divergence = 0;
    if (beta == 1) {
      const std::span<const double> h_sum = SumsOfComponents();
      for (size_t e = 0; e < w_.size(); ++e) of_wh += double{w_[e]} * h_sum[e % n_];
      divergence = sum + (of_wh - of_x);
    } else if (beta == 0) {
      divergence = sum - static_cast<double>(x_.rows) * static_cast<double>(m_) - of_x;
    } else {
      divergence = (of_x - beta * sum + of_wh * (beta - 1)) / (beta * (beta - 1));
    }
    return std::sqrt(2 * std::max(divergence, 0.0));
  }

  double SquaredError() {
    double sum = 0;
    for (size_t i = 0; i < x_.rows; ++i) {
      ProductOfRow(i);
      EachPlace(i, [&](size_t j, double x) {
        const double difference = static_cast<P>(x - wh_[j]);
        sum += difference * difference;
      });
    }
    return sum;
  }

  // |X|^2 + |WH|^2 - 2 XH^T.W
  double SparseSquaredError() {
    double of_x = 0, of_wh = 0, cross = 0;
    for (size_t i = 0; i < x_.rows; ++i) {
      EachPlace(i, [&](size_t, double x) { of_x += x * x; });
      for (size_t k = 0; k < n_; ++k) {
        const double w = w_[i * n_ + k];
        cross += w * xht_[i * n_ + k];
        for (size_t r = 0; r < n_; ++r) of_wh += w * w_[i * n_ + r] * hht_[k * n_ + r];
      }
    }
    return of_x + of_wh - 2 * cross;
  }

  // For the algorithm of maximization and minimization (Fevotte 2011).
  double Gamma() const {
    if (f_.beta_loss < 1) return 1 / (2 - f_.beta_loss);
    return f_.beta_loss > 2 ? 1 / (f_.beta_loss - 1) : 1;
  }

  T MeanOfX() const {
    const double places = static_cast<double>(x_.rows) * static_cast<double>(m_);
    if constexpr (kSparse) {
      double sum = 0;
      for (size_t i = 0; i < x_.rows; ++i) EachPlace(i, [&](size_t, double x) { sum += x; });
      return static_cast<T>(sum / places);
    } else {
      std::span<T> all = run_.arena.NewUninitialized<T>(x_.rows * m_);
      for (size_t i = 0; i < x_.rows; ++i) std::copy_n(x_.row(i), m_, all.begin() + i * m_);
      return NumpySum(all.data(), all.size()) / static_cast<T>(places);
    }
  }

  std::span<double> SumsOfComponents() const {
    std::span<double> sums = run_.arena.NewUninitialized<double>(n_);
    for (size_t k = 0; k < n_; ++k) sums[k] = static_cast<P>(NumpySum(&f_.components[k * m_], m_));
    return sums;
  }

  const NonNegativeFactors& f_;
  const View& x_;
  Run& run_;
  size_t n_, m_;
  std::span<T> w_;                                  // {rows, components}
  std::span<P> xht_;                                // {rows, components}
  std::span<P> hht_;                                // {components, components}
  std::span<double> wh_, numerator_, denominator_;  // of one row
  std::span<Ratio> ratios_;                         // of one row
  std::span<double> by_place_;                      // {features, Wide()}, where ratios are needed
};

}  // namespace pratique
