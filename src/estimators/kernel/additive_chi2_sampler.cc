#include <cmath>
#include <numbers>
#include <span>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
#include "data/float16.h"
#include "estimators/kernel/kernel_maps.h"
#include "import/sklearn/import_context.h"
#include "kernels/wrapped.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

template <class T>
using Computed = std::conditional_t<std::is_floating_point_v<T>, T, double>;

// What is the same for all numbers: the step between samples, and by what each part is damped.
template <class T>
struct Samples {
  Computed<T> interval;
  std::span<const double> damping;  // of parts

  Samples(size_t n_parts, double asked, Run& run) : interval(static_cast<Computed<T>>(asked)) {
    std::span<double> of_parts = run.arena.NewUninitialized<double>(n_parts);
    for (size_t part = 0; part < n_parts; ++part) {
      const auto j = static_cast<double>((part + 1) / 2);
      of_parts[part] = std::cosh(std::numbers::pi * j * static_cast<double>(interval));
    }
    damping = of_parts;
  }
};

// Part 0 of a number above 0 is its root, parts 2j - 1 and 2j are the j-th cosine and sine. Steps of T are rounded to
// T.
template <class T>
class Parts {
 public:
  Parts(T x, const Samples<T>& samples)
      : damping_(samples.damping), root_(std::sqrt(x * samples.interval)), log_(samples.interval * std::log(x)) {
    step_ = 2 * x * samples.interval;
  }
  T operator()(size_t part) const {
    if (part == 0) return root_;
    const auto j = static_cast<T>((part + 1) / 2);
    const double factor = std::sqrt(static_cast<double>(step_) / damping_[part]);
    return static_cast<T>(factor * (part % 2 == 1 ? std::cos(j * log_) : std::sin(j * log_)));
  }

 private:
  std::span<const double> damping_;
  T root_, log_, step_;
};

// The same of integers, which are cut off to their dtype again: numpy's logarithm and cosine of 8 bits are float16, of
// 16 bits float32, and 2 * x wraps around in X's dtype; all else is float64.
class PartsOfInteger {
 public:
  template <class T>
  PartsOfInteger(T x, DType dtype, const Samples<T>& samples) : bytes_(SizeOf(dtype)), damping_(samples.damping) {
    const double v = static_cast<double>(x), interval = samples.interval;
    root_ = std::sqrt(v * interval);
    log_ = Rounded(Rounded(interval) * Rounded(std::log(v)));
    step_ = static_cast<double>(TimesWrapped(x, 2, dtype)) * interval;
  }
  double operator()(size_t part) const {
    if (part == 0) return root_;
    const auto j = static_cast<double>((part + 1) / 2);
    const double factor = std::sqrt(step_ / damping_[part]), angle = Rounded(j * log_);
    return factor * Rounded(part % 2 == 1 ? std::cos(angle) : std::sin(angle));
  }

 private:
  double Rounded(double v) const {
    return bytes_ == 1 ? double{RoundedToFloat16(v)} : bytes_ == 2 ? double{static_cast<float>(v)} : v;
  }

  size_t bytes_;
  std::span<const double> damping_;
  double root_, log_, step_;
};

template <class T>
auto PartsOf(T x, DType dtype, const Samples<T>& samples) {
  if constexpr (std::is_floating_point_v<T>)
    return Parts<T>(x, samples);
  else
    return PartsOfInteger(x, dtype, samples);
}

template <class T>
T Stored(Computed<T> v, DType dtype) {
  if constexpr (std::is_floating_point_v<T>)
    return dtype == DType::kFloat16 ? static_cast<T>(RoundedToFloat16(v)) : v;
  else if (dtype == DType::kBool)
    return v != 0;         // NaN too
  else if (std::isnan(v))  // of a stored zero, or of 2 * x that became negative; all others are no more than x itself
    return dtype == DType::kInt64 || dtype == DType::kUInt64 ? static_cast<T>(INT64_MIN)
           : dtype == DType::kInt32                          ? static_cast<T>(INT32_MIN)
                                                             : T{0};
  else  // numpy's negative numbers of an unsigned dtype wrap around
    return v < 0 ? static_cast<T>(static_cast<int64_t>(v)) : static_cast<T>(v);
}

absl::Status Negative() {
  return BadInput("input.negative", "Negative values in data passed to X in AdditiveChi2Sampler.transform");
}

template <class T>
absl::StatusOr<Data> Transformed(const MatrixView<T>& x, size_t n_parts, double interval, Run& run) {
  const size_t cols = x.cols * n_parts;
  const Samples<T> samples(n_parts, interval, run);
  std::span<T> out = run.arena.New<T>(x.rows * cols);
  for (size_t i = 0; i < x.rows; ++i) {
    for (size_t j = 0; j < x.cols; ++j) {
      const T v = x(i, j);
      if constexpr (!std::is_unsigned_v<T>) {
        if (v < 0) return Negative();
      }
      if (v == 0) continue;
      const auto parts = PartsOf(v, x.dtype, samples);
      for (size_t p = 0; p < n_parts; ++p) out[i * cols + p * x.cols + j] = Stored<T>(parts(p), x.dtype);
    }
  }
  MatrixView<T> result{out, x.rows, cols, cols};
  result.dtype = x.dtype;
  return result;
}

// What X stores, zeros too.
template <class T>
absl::StatusOr<Data> Transformed(const CsrView<T>& x, size_t n_parts, double interval, Run& run) {
  const auto begin = static_cast<size_t>(x.indptr[0]), n = static_cast<size_t>(x.indptr[x.rows]) - begin;
  const Samples<T> samples(n_parts, interval, run);
  std::span<int64_t> indptr = run.arena.New<int64_t>(x.rows + 1);
  std::span<int32_t> indices = run.arena.NewUninitialized<int32_t>(n * n_parts);
  std::span<T> data = run.arena.NewUninitialized<T>(n * n_parts);
  for (size_t i = 0; i < x.rows; ++i) {
    const auto first = static_cast<size_t>(x.indptr[i]), of_row = static_cast<size_t>(x.indptr[i + 1]) - first;
    const auto to = static_cast<size_t>(indptr[i]);
    for (size_t k = 0; k < of_row; ++k) {
      const T v = x.data[first + k];
      if constexpr (!std::is_unsigned_v<T>) {
        if (v < 0) return Negative();
      }
      const auto parts = PartsOf(v, x.dtype, samples);
      for (size_t p = 0; p < n_parts; ++p) {
        data[to + p * of_row + k] = Stored<T>(parts(p), x.dtype);
        indices[to + p * of_row + k] = static_cast<int32_t>(p * x.cols + static_cast<size_t>(x.indices[first + k]));
      }
    }
    indptr[i + 1] = static_cast<int64_t>(to + n_parts * of_row);
  }
  CsrView<T> result{x.rows, x.cols * n_parts, indptr, indices, data};
  result.dtype = x.dtype;
  return result;
}

}  // namespace

absl::StatusOr<Signature> AdditiveChi2Sampler::Infer(const Children& children) const {
  const uint64_t columns = uint64_t{n_features_in} * (2 * uint64_t{sample_steps} - 1);
  if (columns > INT32_MAX) return Mismatch(absl::StrCat("makes ", columns, " columns: too many"));
  return TransformerSignature(n_features_in, columns, feature_names, children);
}

absl::Status AdditiveChi2Sampler::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(const int64_t steps, context.Int(context.Take("sample_steps"), "sample_steps"));
  if (steps < 1 || steps > 1024) return context.Unsupported("sample_steps", absl::StrCat(steps), "1 to 1024 are read.");
  sample_steps = static_cast<uint32_t>(steps);
  const graph::Id asked = context.Take("sample_interval"), fitted = context.Take("sample_interval_"),
                  hidden = context.Take("_sample_interval");  // until 1.2; in 1.3 and 1.4
  const graph::Id id = !context.IsNone(fitted) ? fitted : !context.IsNone(hidden) ? hidden : asked;
  if (!context.IsNone(id)) {
    ASSIGN_OR_RETURN(sample_interval, context.Double(id, "sample_interval"));
  } else {
    constexpr double kIntervals[] = {0.8, 0.5, 0.4};
    if (steps > 3) return context.Unsupported("sample_interval", "None", "Of more than 3 steps it must be given.");
    sample_interval = kIntervals[steps - 1];
  }
  return context.ByName(this);
}

absl::StatusOr<Data> AdditiveChi2Sampler::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(NumericData x, CheckNumbers(X, run));
  const size_t n_parts = 2 * size_t{sample_steps} - 1;
  return std::visit([&](const auto& view) { return Transformed(view, n_parts, sample_interval, run); }, x);
}

absl::StatusOr<Strings> AdditiveChi2Sampler::FeatureNamesOut(FeatureNames& names) const {
  ASSIGN_OR_RETURN(Strings in, names.In());
  const size_t n_parts = 2 * size_t{sample_steps} - 1;
  std::span<std::string_view> out = names.New(in.size() * n_parts);
  const std::string name = names.ClassName();
  for (size_t p = 0; p < n_parts; ++p) {
    const std::string kind = p == 0 ? "sqrt" : absl::StrCat(p % 2 == 1 ? "cos" : "sin", (p + 1) / 2);
    for (size_t j = 0; j < in.size(); ++j) out[p * in.size() + j] = names.Join(name, "_", in[j], "_", kind);
  }
  return Strings(out);
}

}  // namespace pratique
