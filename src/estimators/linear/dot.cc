#include "estimators/linear/dot.h"

#include <algorithm>
#include <type_traits>
#include <variant>

namespace pratique {
namespace {

// Rows whose sums run side by side: each is sequential, so that only several of them keep the adders busy.
constexpr size_t kRowsAtOnce = 8;

template <size_t kRows, class T, class Out>
void DenseRows(const MatrixView<T>& X, size_t first, const double* coef, double intercept, size_t n, size_t k,
               Out* out) {
  const T* rows[kRows];
  double sum[kRows] = {};
  for (size_t r = 0; r < kRows; ++r) rows[r] = X.row(first + r);
  for (size_t j = 0; j < X.cols; ++j) {
    for (size_t r = 0; r < kRows; ++r) sum[r] += static_cast<double>(rows[r][j]) * coef[j];
  }
  for (size_t r = 0; r < kRows; ++r) out[(first + r) * n + k] = static_cast<Out>(sum[r]) + static_cast<Out>(intercept);
}

template <class T, class Out>
void Scores(const MatrixView<T>& X, Array<double> coef, Array<double> intercept, std::span<Out> out) {
  const size_t n = intercept.size();
  size_t i = 0;
  for (; i + kRowsAtOnce <= X.rows; i += kRowsAtOnce) {
    for (size_t k = 0; k < n; ++k) DenseRows<kRowsAtOnce>(X, i, &coef[k * X.cols], intercept[k], n, k, out.data());
  }
  for (; i < X.rows; ++i) {
    for (size_t k = 0; k < n; ++k) DenseRows<1>(X, i, &coef[k * X.cols], intercept[k], n, k, out.data());
  }
}

// scipy's csr_matvecs: y[k] += x * coef[k, j], in Out, over the row's entries as they are stored.
template <class T, class Out>
void Scores(const CsrView<T>& X, Array<double> coef, Array<double> intercept, std::span<Out> out) {
  const size_t n = intercept.size();
  for (size_t i = 0; i < X.rows; ++i) {
    Out* y = out.data() + i * n;
    std::fill_n(y, n, Out{0});
    for (int64_t e = X.indptr[i]; e < X.indptr[i + 1]; ++e) {
      const Out x = static_cast<Out>(X.data[e]);
      const double* column = &coef[X.indices[e]];  // below X.cols: checked with X
      for (size_t k = 0; k < n; ++k) y[k] += x * static_cast<Out>(column[k * X.cols]);
    }
    for (size_t k = 0; k < n; ++k) y[k] += static_cast<Out>(intercept[k]);
  }
}

template <class Out, class View>
Data NewScores(const View& X, Array<double> coef, Array<double> intercept, Run& run) {
  const size_t n = intercept.size();
  std::span<Out> out = NewMatrix<Out>(run, X.rows, n);
  Scores(X, coef, intercept, out);
  return MatrixView<Out>{out, X.rows, n, n};
}

}  // namespace

absl::StatusOr<Data> LinearScores(const Data& X, Array<double> coef, Array<double> intercept, fb::DType fitted,
                                  Run& run) {
  return std::visit(
      [&](const auto& view) -> absl::StatusOr<Data> {
        using View = std::remove_cvref_t<decltype(view)>;
        if constexpr (std::is_same_v<View, FrameView>) {
          return absl::InternalError("a frame reached a linear kernel");
        } else {
          constexpr bool kFloat = std::is_same_v<View, MatrixView<float>> || std::is_same_v<View, CsrView<float>>;
          if (kFloat && fitted == fb::DType::Float32) return NewScores<float>(view, coef, intercept, run);
          return NewScores<double>(view, coef, intercept, run);
        }
      },
      X);
}

}  // namespace pratique
