#include "estimators/decomposition/latent_dirichlet.h"

#include <cmath>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "estimators/decomposition/iterations.h"
#include "estimators/decomposition/non_negative.h"
#include "import/sklearn/import_context.h"
#include "kernels/numpy_sum.h"
#include "state/invariant/floats.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

// sklearn/decomposition/_online_lda_fast.pyx psi (1.9), of a positive number.
template <class T>
T Psi(T x) {
  constexpr double kEuler = 0.577215664901532860606512090082402431;
  if (x <= 1e-6) return static_cast<T>(-kEuler - 1. / x);
  T result = 0;
  while (x < 6) {
    result = static_cast<T>(result - 1. / x);
    x += 1;
  }
  T r = static_cast<T>(1. / x);
  result = static_cast<T>(result + (std::log(double{x}) - .5 * r));
  r = r * r;
  result = static_cast<T>(result - r * ((1. / 12.) - r * ((1. / 120.) - r * (1. / 252.))));
  return result;
}

// The words of a document: their columns are gathered, {topics, words}.
template <class T>
struct Document {
  std::vector<T> counts;
  std::vector<T> weights;
};

// One document: its distribution over topics, not normalized.
template <class T>
void Converge(const LatentDirichlet& lda, const Document<T>& d, std::span<T> topics, std::span<T> scratch) {
  const size_t n = topics.size(), n_words = d.counts.size();
  const std::span<T> expected = scratch.first(n), last = scratch.subspan(n, n),
                     ratios = scratch.subspan(2 * n, n_words);
  std::ranges::fill(topics, T{1});
  T total = 0;
  for (size_t k = 0; k < n; ++k) total += topics[k];
  const T psi_total = Psi(total);
  for (size_t k = 0; k < n; ++k) expected[k] = std::exp(Psi(topics[k]) - psi_total);
  for (uint32_t iteration = 0; iteration < lda.max_doc_update_iter; ++iteration) {
    std::ranges::copy(topics, last.begin());
    for (size_t w = 0; w < n_words; ++w) {
      double sum = 0;
      for (size_t k = 0; k < n; ++k) sum += double{expected[k]} * d.weights[k * n_words + w];
      ratios[w] = d.counts[w] / (static_cast<T>(sum) + std::numeric_limits<T>::epsilon());
    }
    for (size_t k = 0; k < n; ++k) {
      double sum = 0;
      for (size_t w = 0; w < n_words; ++w) sum += double{ratios[w]} * d.weights[k * n_words + w];
      topics[k] = expected[k] * static_cast<T>(sum);
    }
    T sum = 0;
    for (size_t k = 0; k < n; ++k) {
      topics[k] += static_cast<T>(lda.doc_topic_prior);
      sum += topics[k];
    }
    const T psi_sum = Psi(sum);
    double change = 0;
    for (size_t k = 0; k < n; ++k) {
      expected[k] = static_cast<T>(std::exp(double{Psi(topics[k]) - psi_sum}));
      change += std::abs(double{last[k]} - double{topics[k]});
    }
    if (change / static_cast<double>(n) < lda.mean_change_tol) return;
  }
}

template <class T, class F>
void EachWord(const MatrixView<T>& x, size_t i, F f) {
  for (size_t j = 0; j < x.cols; ++j) {
    if (x(i, j) != 0) f(j, x(i, j));
  }
}
template <class T, class F>
void EachWord(const CsrView<T>& x, size_t i, F f) {
  for (int64_t e = x.indptr[i]; e < x.indptr[i + 1]; ++e) f(static_cast<size_t>(x.indices[e]), x.data[e]);
}

}  // namespace

std::optional<Violation> LatentDirichlet::Invariant() const {
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  return invariant::FitsFloatDType("exp_dirichlet_component", fitted_dtype, exp_dirichlet_component);
}

absl::StatusOr<Signature> LatentDirichlet::Infer(const Children& children) const {
  return TransformerSignature(n_features_in, n_components, feature_names, children);
}

absl::Status LatentDirichlet::Import(ImportContext& context) {
  const graph::Id id = context.Take("exp_dirichlet_component_");
  fitted_dtype = context.FloatDType(id);
  const graph::Id components = context.Take("components_");
  const bool is_array = components != graph::kNoId && context.graph()[components].dtype != nullptr;
  if (!is_array || context.graph()[components].dtype->kind != 'f' || context.FloatDType(components) != fitted_dtype ||
      context.graph()[components].dtype->big_endian)
    return context.Unsupported("components_", "of another dtype than exp_dirichlet_component_",
                               "transform casts X to it. Fit it again, or cast both to one.");
  ASSIGN_OR_RETURN(max_doc_update_iter, TakeIterations(context, "max_doc_update_iter"));
  return context.ByName(this);
}

absl::StatusOr<Data> LatentDirichlet::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData x, CheckFloats(X, run));
  RETURN_IF_ERROR(CheckNonNegative(x, run));
  const auto transform = [&]<class T>(T) -> absl::StatusOr<Data> {
    return std::visit(
        [&](const auto& view) -> absl::StatusOr<Data> {
          const size_t n = n_components;
          std::span<T> out = NewMatrix<T>(run, view.rows, n);
          Document<T> document;
          std::vector<uint32_t> words;
          std::vector<T> scratch;
          for (size_t i = 0; i < view.rows; ++i) {
            document.counts.clear();
            words.clear();
            bool fits = true;
            EachWord(view, i, [&](size_t j, auto count) {
              fits &= count <= std::numeric_limits<T>::max();
              document.counts.push_back(fits ? static_cast<T>(count) : T{0});
              words.push_back(static_cast<uint32_t>(j));
            });
            if (!fits)
              return BadInput("input.not_finite",
                              absl::StrCat("row ", run.first_row + i, ": a value is too large for float32"));
            document.weights.resize(n * words.size());
            for (size_t k = 0; k < n; ++k) {
              for (size_t w = 0; w < words.size(); ++w) {
                document.weights[k * words.size() + w] =
                    static_cast<T>(exp_dirichlet_component[k * n_features_in + words[w]]);
              }
            }
            scratch.resize(2 * n + words.size());
            const std::span<T> topics = out.subspan(i * n, n);
            Converge<T>(*this, document, topics, scratch);
            const T sum = NumpySum(topics.data(), n);
            for (T& topic : topics) topic /= sum;
          }
          return MatrixView<T>{out, view.rows, n, n};
        },
        x);
  };
  return fitted_dtype == fb::DType::Float32 ? transform(float{}) : transform(double{});
}

}  // namespace pratique
