#include "report/compare.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "model/class.h"

namespace pratique {
namespace {

bool IsFloat(DType dtype) { return dtype == DType::kFloat64 || dtype == DType::kFloat32; }

double Gap(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
  double gap = std::abs(a - b);
  return std::isnan(gap) ? std::numeric_limits<double>::infinity() : gap;
}

void Note(Difference& d, double gap, uint64_t row) {
  if (gap <= d.max_abs) return;
  d.max_abs = gap;
  d.worst_row = row;
}

template <class T>
Matrix Copied(const MatrixView<T>& view) {
  Matrix m(sizeof(T) == 4 ? DType::kFloat32 : DType::kFloat64, {view.rows, view.cols});
  auto values = m.values<T>();
  for (size_t i = 0; i < view.rows; ++i) std::copy_n(view.row(i), view.cols, values.begin() + i * view.cols);
  return m;
}

}  // namespace

std::string Agreement::text() const { return relative == 0 ? "exact" : absl::StrCat(relative); }

Agreement AgreementOf(const Model& model) {
  Agreement loosest;
  for (const Class* type : model.validated().audited().classes()) {
    if (type->agreement == "exact") continue;
    loosest.relative = std::max(loosest.relative, std::strtod(std::string(type->agreement).c_str(), nullptr));
  }
  return loosest;
}

std::optional<Difference> Compare(const Matrix& a, const Matrix& b, Agreement agreement) {
  bool text = a.dtype() == DType::kString;
  if (a.rows() != b.rows() || a.cols() != b.cols() || text != (b.dtype() == DType::kString)) return std::nullopt;
  bool labels = !IsFloat(a.dtype()) || text;
  double relative = agreement.relative;
  if (relative > 0 && (a.dtype() == DType::kFloat32 || b.dtype() == DType::kFloat32)) {
    relative = std::max<double>(relative, 2 * std::numeric_limits<float>::epsilon());
  }
  Difference d;
  for (size_t i = 0; i < a.rows(); ++i) {
    for (size_t j = 0; j < a.cols(); ++j) {
      if (text ? a.strings()[i * a.cols() + j] == b.strings()[i * a.cols() + j] : Gap(a.at(i, j), b.at(i, j)) == 0) continue;
      if (labels && d.labels_differ++ == 0) d.worst_row = i;
      if (text) continue;
      double x = a.at(i, j), y = b.at(i, j), gap = Gap(x, y);
      Note(d, gap, i);
      if (!(gap <= relative * std::max({1.0, std::abs(x), std::abs(y)}))) d.within = false;
    }
  }
  if (d.labels_differ > 0) d.within = false;
  return d;
}

std::optional<Matrix> AsMatrix(const Data& data) {
  if (auto* dense = std::get_if<MatrixView<double>>(&data)) return Copied(*dense);
  if (auto* dense = std::get_if<MatrixView<float>>(&data)) return Copied(*dense);
  auto* frame = std::get_if<FrameView>(&data);
  if (frame == nullptr || frame->columns.empty()) return std::nullopt;
  for (const Column& column : frame->columns) {
    if (column.dtype != DType::kString) return std::nullopt;
  }
  Matrix m(DType::kString, {frame->rows, frame->columns.size()});
  for (size_t j = 0; j < frame->columns.size(); ++j) {
    for (size_t i = 0; i < frame->rows; ++i) m.strings()[i * frame->columns.size() + j] = frame->columns[j].strings[i];
  }
  return m;
}

const Matrix* SingleArray(const Output& output) {
  return output.arrays.size() == 1 && !output.csr ? &output.arrays[0] : nullptr;
}

}  // namespace pratique
