#include "report/compare.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
#include "type/class.h"

namespace pratique {
namespace {

double Gap(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
  double gap = std::abs(a - b);
  return std::isnan(gap) ? std::numeric_limits<double>::infinity() : gap;
}

// An element that is no text, by its value: 2^53 and 2^53 + 1 differ, 1 and 1.0 do not.
struct Value {
  double real = 0;
  bool whole = false;  // `negative` and `magnitude` say it, too
  bool negative = false;
  uint64_t magnitude = 0;

  bool Equals(const Value& other) const {
    if (whole && other.whole) return negative == other.negative && magnitude == other.magnitude;
    return Gap(real, other.real) == 0;
  }
};

Value ValueAt(const Matrix& m, size_t k) {
  return WithType(m.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T element = m.values<T>()[k];
    Value value{.real = static_cast<double>(element)};
    if constexpr (std::is_integral_v<T>) {
      value.whole = true;
      if constexpr (std::is_signed_v<T>) value.negative = element < 0;
      value.magnitude = static_cast<uint64_t>(element);
      if (value.negative) value.magnitude = 0 - value.magnitude;
    } else if (std::trunc(value.real) == value.real && std::abs(value.real) < 0x1p64) {
      value.whole = true;
      value.negative = value.real < 0;
      value.magnitude = static_cast<uint64_t>(std::abs(value.real));
    }
    return value;
  });
}

class Comparison {
 public:
  // Numbers of these two types.
  Comparison(DType a, DType b, const Agreement& agreement)
      : bound_(IsNarrow(a) || IsNarrow(b) ? agreement.singles : agreement.doubles),
        floor_(bound_.floor * agreement.largest),
        logarithms_(agreement.logarithms),
        labels_(!IsFloat(a)) {}

  void Numbers(const Value& a, const Value& b, uint64_t row) {
    if (a.Equals(b)) return;
    if (labels_) Label(row);
    const double gap = std::max(Gap(a.real, b.real), labels_ ? 1.0 : 0.0);
    if (gap > d_.max_abs) {
      d_.max_abs = gap;
      if (!labels_) d_.worst_row = row;
    }
    d_.within &= !labels_ && IsNear(a.real, b.real, gap);
  }

  void Texts(const std::string& a, const std::string& b, uint64_t row) {
    if (a != b) Label(row);
  }

  const Difference& difference() const { return d_; }

 private:
  static bool IsNarrow(DType dtype) { return dtype == DType::kFloat32 || dtype == DType::kFloat16; }

  bool IsNear(double a, double b, double gap) const {
    const double size = std::max(std::abs(a), std::abs(b));
    if (!logarithms_) return std::isfinite(gap) && gap <= bound_.relative * size + floor_;
    return gap <= bound_.relative * std::max(1.0, size) || Gap(std::exp(a), std::exp(b)) <= bound_.floor;
  }

  void Label(uint64_t row) {
    if (d_.labels_differ++ == 0) d_.worst_row = row;
    d_.within = false;
  }

  Tolerance bound_;
  double floor_;
  bool logarithms_, labels_;
  Difference d_;
};

std::optional<Difference> CompareArrays(const Matrix& a, const Matrix& b, const Agreement& agreement) {
  const bool text = a.dtype() == DType::kString;
  if (a.shape() != b.shape() || text != (b.dtype() == DType::kString)) return std::nullopt;
  Comparison comparison(a.dtype(), b.dtype(), agreement);
  for (size_t i = 0; i < a.rows(); ++i) {
    for (size_t j = 0; j < a.cols(); ++j) {
      const size_t k = i * a.cols() + j;
      text ? comparison.Texts(a.strings()[k], b.strings()[k], i) : comparison.Numbers(ValueAt(a, k), ValueAt(b, k), i);
    }
  }
  return comparison.difference();
}

// Where the stored entry of each column of a row is.
std::map<int32_t, size_t> RowOf(const CsrMatrix& x, size_t i) {
  std::map<int32_t, size_t> row;
  for (auto k = static_cast<size_t>(x.indptr[i]); k < static_cast<size_t>(x.indptr[i + 1]); ++k) row[x.indices[k]] = k;
  return row;
}

std::optional<Difference> CompareSparse(const CsrMatrix& a, const CsrMatrix& b, const Agreement& agreement) {
  if (a.rows != b.rows || a.cols != b.cols) return std::nullopt;
  constexpr Value kZero{.whole = true};
  Comparison comparison(a.data.dtype(), b.data.dtype(), agreement);
  for (size_t i = 0; i < a.rows; ++i) {
    std::map<int32_t, size_t> x = RowOf(a, i), y = RowOf(b, i);
    for (auto [j, k] : x) comparison.Numbers(ValueAt(a.data, k), y.contains(j) ? ValueAt(b.data, y[j]) : kZero, i);
    for (auto [j, k] : y) {
      if (!x.contains(j)) comparison.Numbers(kZero, ValueAt(b.data, k), i);
    }
  }
  return comparison.difference();
}

}  // namespace

double LargestOf(const Output& result) {
  double largest = 0;
  const auto take = [&](const Matrix& m) {
    for (size_t k = 0; m.dtype() != DType::kString && k < m.size(); ++k) {
      const double size = std::abs(ValueAt(m, k).real);
      if (std::isfinite(size)) largest = std::max(largest, size);
    }
  };
  std::ranges::for_each(result.arrays, take);
  if (result.csr) take(result.csr->data);
  return largest;
}

std::string Agreement::text() const { return doubles.relative == 0 ? "exact" : absl::StrCat(doubles.relative); }

Agreement AgreementOf(const Model& model, Method method) {
  const bool logarithms = method == Method::kPredictLogProba;
  const bool probabilities = logarithms || method == Method::kPredictProba;
  double relative = 0;
  for (const Class* type : model.validated().audited().classes()) {
    if (type->agreement == "exact") continue;
    relative = std::max(relative, std::strtod(std::string(type->agreement).c_str(), nullptr));
  }
  Agreement agreement;
  if (relative > 0) {
    // 1 - p has p's error, whatever is left of it; a sum over columns has the error of its largest term.
    agreement.doubles = {relative, probabilities ? 1e-15 : 1e-13};
    agreement.singles = {kSingleAgreement, probabilities ? 1e-7 : 1e-6};
    agreement.logarithms = logarithms;
  } else if (logarithms) {  // of probabilities that agree to the bit
    agreement.doubles = agreement.singles = {kLogarithmAgreement, 0};
  }
  return agreement;
}

void Difference::Append(const Difference& next, uint64_t first_row) {
  const bool worse = labels_differ == 0 && (next.labels_differ > 0 || next.max_abs > max_abs);
  if (worse) worst_row = first_row + next.worst_row;
  labels_differ += next.labels_differ;
  max_abs = std::max(max_abs, next.max_abs);
  within &= next.within;
}

std::optional<Difference> Compare(const Output& a, const Output& b, const Agreement& agreement) {
  const bool same_kind =
      a.is_list == b.is_list && a.arrays.size() == b.arrays.size() && a.csr.has_value() == b.csr.has_value();
  if (!same_kind || !a.columns.empty() || !b.columns.empty() || a.records || b.records) return std::nullopt;
  if (a.csr) return CompareSparse(*a.csr, *b.csr, agreement);
  Difference all;
  for (size_t i = 0; i < a.arrays.size(); ++i) {
    auto difference = CompareArrays(a.arrays[i], b.arrays[i], agreement);
    if (!difference) return std::nullopt;
    all.Append(*difference, 0);
  }
  return all;
}

}  // namespace pratique
