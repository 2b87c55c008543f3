#include "estimators/linear/dot.h"

#include <type_traits>
#include <variant>

#include "kernels/product.h"

namespace pratique {
namespace {

template <class Out, class View>
Data NewScores(const View& X, Array<double> coef, Array<double> intercept, Run& run) {
  const size_t n = intercept.size();
  std::span<Out> out = NewMatrix<Out>(run, X.rows, n);
  Product(X, Weights{coef.data(), n, X.cols, intercept.data()}, out.data());
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
