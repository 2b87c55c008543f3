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

// T: of X and of the factors W; P: of products with the components H. Those of dense rows are BLAS's
// (kernels/product.h); sums of sparse rows are taken in double and rounded to P.
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
        numerator_(run.arena.NewUninitialized<double>(n_)),
        denominator_(run.arena.NewUninitialized<double>(n_)) {
    if (f.solver != fb::NmfSolver::Cd) LayOut(std::min(x.rows, kRowsAtOnce));
    if (f.beta_loss != 2) return;
    Product(x, Weights{f.components.data(), n_, m_, nullptr}, xht_.data());
    Product(MatrixView<double>{f.components, n_, m_, m_}, Weights{f.components.data(), n_, m_, nullptr}, hht_.data());
    of_hht_ = run.arena.NewUninitialized<double>(f.solver != fb::NmfSolver::Cd ? hht_.size() : 0);
    std::copy_n(hht_.begin(), of_hht_.size(), of_hht_.begin());
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
  static constexpr float kEpsilon = std::numeric_limits<float>::epsilon();
  static constexpr bool kSparse = std::is_same_v<View, CsrView<T>>;
  using Wh = std::conditional_t<kSparse, double, P>;
  static constexpr size_t kRowsAtOnce = 64;  // whose products stay in cache

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
        Products(i, denominator);
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

  // H^T, with zeros beside it so that sums of kAtOnce components at once can be taken, and what is made of `rows` at
  // once.
  void LayOut(size_t rows) {
    const size_t stride = kSparse ? Wide() : n_;
    transposed_ = run_.arena.New<double>(m_ * stride);
    for (size_t k = 0; k < n_; ++k) {
      for (size_t j = 0; j < m_; ++j) transposed_[j * stride + k] = f_.components[k * m_ + j];
    }
    whs_ = run_.arena.NewUninitialized<Wh>((kSparse ? 1 : rows) * m_);
    wh_ = whs_.first(m_);
    of_rows_ = run_.arena.NewUninitialized<P>(rows * n_);
    if (!kSparse)
      ratios_of_rows_ = run_.arena.NewUninitialized<P>(rows * m_);
    else
      ratios_ = run_.arena.NewUninitialized<Ratio>(m_);
  }
  size_t Wide() const { return (n_ + kAtOnce - 1) / kAtOnce * kAtOnce; }

  // Rows of W from row i on, as many as are multiplied together.
  MatrixView<T> SomeRows(size_t i) const {
    const size_t rows = std::min(kRowsAtOnce, x_.rows - i);
    return {w_.subspan(i * n_, rows * n_), rows, n_, n_};
  }

  // W H H^T of row i; rows come in their order.
  void Products(size_t i, std::span<double> out) {
    const size_t at = i % kRowsAtOnce;
    if (at == 0) Product(SomeRows(i), Weights{of_hht_.data(), n_, n_, nullptr}, of_rows_.data());
    std::copy_n(of_rows_.data() + at * n_, n_, out.begin());
  }

  // wh_ = W H of row i; rows come in their order.
  void ProductOfRow(size_t i) {
    if constexpr (!kSparse) {
      const size_t at = i % kRowsAtOnce;
      wh_ = whs_.subspan(at * m_, m_);
      if (at == 0) Product(SomeRows(i), Weights{transposed_.data(), m_, n_, nullptr}, whs_.data());
      return;
    }
    std::ranges::fill(wh_, Wh{0});
    Wh* wh = wh_.data();
    for (size_t k = 0; k < n_; ++k) {
      const double w = w_[i * n_ + k];
      const double* h = &f_.components[k * m_];
      for (size_t j = 0; j < m_; ++j) wh[j] += w * h[j];
    }
    for (Wh& v : wh_) v = static_cast<P>(v);
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

  // x * wh^(beta - 2).
  template <class F>
  F RatioOf(F x, F wh) const {
    const double beta = f_.beta_loss;
    const F above = beta < 2 ? std::max(wh, F{kEpsilon}) : wh;
    if (beta == 1) return x / above;
    if (beta != 0) return std::pow(above, static_cast<F>(beta - 2)) * x;
    const F reciprocal = 1 / above;
    return reciprocal * reciprocal * x;
  }

  // numerator = (X * WH^(beta - 2)) H^T of row i; rows come in their order.
  void Ratios(size_t i, std::span<double> numerator) {
    if constexpr (!kSparse) {
      const size_t at = i % kRowsAtOnce, rows = SomeRows(i - at).rows;
      if (at == 0) {
        for (size_t r = 0; r < rows; ++r) {
          const T* x = x_.row(i + r);
          const Wh* wh = whs_.data() + r * m_;
          P* ratios = ratios_of_rows_.data() + r * m_;
          if (f_.beta_loss == 1) {
            for (size_t j = 0; j < m_; ++j) ratios[j] = x[j] / std::max(wh[j], Wh{kEpsilon});
          } else {
            for (size_t j = 0; j < m_; ++j) ratios[j] = RatioOf<P>(x[j], wh[j]);
          }
        }
        Product(MatrixView<P>{ratios_of_rows_.first(rows * m_), rows, m_, m_},
                Weights{f_.components.data(), n_, m_, nullptr}, of_rows_.data());
      }
      std::copy_n(of_rows_.data() + at * n_, n_, numerator.begin());
      return;
    }
    size_t n_ratios = 0;
    EachPlace(i, [&](size_t j, double x) { ratios_.data()[n_ratios++] = {j, RatioOf<double>(x, wh_.data()[j])}; });
    for (size_t k = 0; k < n_; k += kAtOnce) {
      double sums[kAtOnce] = {};
      const double* components = transposed_.data() + k;
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
  std::span<T> w_;                             // {rows, components}
  std::span<P> xht_;                           // {rows, components}
  std::span<P> hht_;                           // {components, components}
  std::span<double> transposed_;               // H^T: {features, Wide()}, or {features, components}
  std::span<double> of_hht_;                   // hht_, as a product takes it
  std::span<double> numerator_, denominator_;  // of one row
  std::span<Wh> wh_;                           // of one row
  std::span<Ratio> ratios_;                    // of one row
  // Of the rows that are multiplied together.
  std::span<Wh> whs_;
  std::span<P> ratios_of_rows_, of_rows_;
};

}  // namespace pratique
