#include "report/compare.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "absl/strings/str_cat.h"
#include "type/class.h"

namespace pratique {
namespace {

bool IsFloat(DType dtype) { return dtype == DType::kFloat64 || dtype == DType::kFloat32; }

double Gap(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
  double gap = std::abs(a - b);
  return std::isnan(gap) ? std::numeric_limits<double>::infinity() : gap;
}

class Comparison {
 public:
  // Numbers of these two types.
  Comparison(DType a, DType b, Agreement agreement) : relative_(agreement.relative), labels_(!IsFloat(a)) {
    bool single = a == DType::kFloat32 || b == DType::kFloat32;
    if (relative_ > 0 && single) relative_ = std::max<double>(relative_, 2 * std::numeric_limits<float>::epsilon());
  }

  void Numbers(double a, double b, uint64_t row) {
    double gap = Gap(a, b);
    if (gap == 0) return;
    if (labels_) Label(row);
    if (gap > d_.max_abs) {
      d_.max_abs = gap;
      if (!labels_) d_.worst_row = row;
    }
    d_.within &= gap <= relative_ * std::max({1.0, std::abs(a), std::abs(b)}) && !labels_;
  }

  void Texts(const std::string& a, const std::string& b, uint64_t row) {
    if (a != b) Label(row);
  }

  const Difference& difference() const { return d_; }

 private:
  void Label(uint64_t row) {
    if (d_.labels_differ++ == 0) d_.worst_row = row;
    d_.within = false;
  }

  double relative_;
  bool labels_;
  Difference d_;
};

std::optional<Difference> CompareArrays(const Matrix& a, const Matrix& b, Agreement agreement) {
  const bool text = a.dtype() == DType::kString;
  if (a.shape() != b.shape() || text != (b.dtype() == DType::kString)) return std::nullopt;
  Comparison comparison(a.dtype(), b.dtype(), agreement);
  for (size_t i = 0; i < a.rows(); ++i) {
    for (size_t j = 0; j < a.cols(); ++j) {
      const size_t k = i * a.cols() + j;
      text ? comparison.Texts(a.strings()[k], b.strings()[k], i) : comparison.Numbers(a.at(i, j), b.at(i, j), i);
    }
  }
  return comparison.difference();
}

std::map<int32_t, double> RowOf(const CsrMatrix& x, size_t i) {
  std::map<int32_t, double> row;
  for (auto k = static_cast<size_t>(x.indptr[i]); k < static_cast<size_t>(x.indptr[i + 1]); ++k)
    row[x.indices[k]] += x.data[k];
  return row;
}

std::optional<Difference> CompareSparse(const CsrMatrix& a, const CsrMatrix& b, Agreement agreement) {
  if (a.rows != b.rows || a.cols != b.cols) return std::nullopt;
  Comparison comparison(a.dtype, b.dtype, agreement);
  for (size_t i = 0; i < a.rows; ++i) {
    std::map<int32_t, double> x = RowOf(a, i), y = RowOf(b, i);
    for (auto [j, value] : x) comparison.Numbers(value, y.contains(j) ? y[j] : 0, i);
    for (auto [j, value] : y) {
      if (!x.contains(j)) comparison.Numbers(0, value, i);
    }
  }
  return comparison.difference();
}

}  // namespace

std::string Agreement::text() const { return relative == 0 ? "exact" : absl::StrCat(relative); }

Agreement AgreementOf(const Model& model, Method method) {
  Agreement loosest;
  if (method == Method::kPredictLogProba) loosest.relative = 1e-12;
  for (const Class* type : model.validated().audited().classes()) {
    if (type->agreement == "exact") continue;
    loosest.relative = std::max(loosest.relative, std::strtod(std::string(type->agreement).c_str(), nullptr));
  }
  return loosest;
}

void Difference::Append(const Difference& next, uint64_t first_row) {
  const bool worse = labels_differ == 0 && (next.labels_differ > 0 || next.max_abs > max_abs);
  if (worse) worst_row = first_row + next.worst_row;
  labels_differ += next.labels_differ;
  max_abs = std::max(max_abs, next.max_abs);
  within &= next.within;
}

std::optional<Difference> Compare(const Output& a, const Output& b, Agreement agreement) {
  const bool same_kind =
      a.is_list == b.is_list && a.arrays.size() == b.arrays.size() && a.csr.has_value() == b.csr.has_value();
  if (!same_kind || !a.columns.empty() || !b.columns.empty()) return std::nullopt;
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
