#include "report/compare.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "data/input_error.h"
#include "data/npy.h"
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

// Elements of T in C order; numpy's F order is turned.
template <class T>
void Fill(const NpyHeader& header, const char* elements, Matrix& m) {
  std::span<T> values = m.values<T>();
  DecodeNumbers<T>(header, elements, values);
  if (!header.fortran_order || m.cols() == 1) return;
  std::vector<T> stored(values.begin(), values.end());
  for (size_t i = 0; i < m.rows(); ++i) {
    for (size_t j = 0; j < m.cols(); ++j) values[i * m.cols() + j] = stored[j * m.rows() + i];
  }
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

absl::StatusOr<Matrix> ReadArray(std::string_view npy) {
  auto header = ParseNpyHeader(std::span(npy.data(), npy.size()), npy.size());
  if (!header.ok()) return header.status();
  std::vector<size_t> shape(header->shape.begin(), header->shape.end());
  bool text = header->dtype == DType::kString;
  if (shape.empty() || shape.size() > 2 || (text && header->fortran_order && shape.size() == 2)) {
    return InputError("input.shape", absl::StrCat("an array of results has one or two dimensions in C order, not ", shape.size()));
  }
  const char* elements = npy.data() + header->offset;
  Matrix m(text || header->dtype == DType::kFloat32 ? header->dtype : DType::kFloat64, std::move(shape));
  if (m.dtype() == DType::kFloat32) {
    Fill<float>(*header, elements, m);
  } else if (!text) {
    Fill<double>(*header, elements, m);
  } else {
    for (size_t i = 0; i < m.size(); ++i) {
      if (DecodeText(*header, elements + i * header->item_size, m.strings()[i])) continue;
      return InputError("input.npy", absl::StrCat("element ", i, " is no text"));
    }
  }
  return m;
}

const Matrix* SingleArray(const Output& output) {
  return output.arrays.size() == 1 && !output.csr ? &output.arrays[0] : nullptr;
}

}  // namespace pratique
