#include "model/output.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "absl/strings/str_cat.h"
#include "model/pace.h"

namespace pratique {
namespace {

// Calls f with a value of the C++ type that stores `dtype`.
template <class F>
void ByDType(DType dtype, F f) {
  switch (dtype) {
    case DType::kFloat64:
      return f(double{});
    case DType::kFloat32:
      return f(float{});
    case DType::kInt64:
      return f(int64_t{});
    case DType::kInt32:
      return f(int32_t{});
    case DType::kInt16:
      return f(int16_t{});
    case DType::kInt8:
      return f(int8_t{});
    case DType::kUInt64:
      return f(uint64_t{});
    case DType::kUInt32:
      return f(uint32_t{});
    case DType::kUInt16:
      return f(uint16_t{});
    case DType::kUInt8:
    case DType::kBool:
      return f(uint8_t{});
    case DType::kString:
      return;
  }
}

}  // namespace

Matrix LabelsOf(const Values& values) {
  Matrix labels(static_cast<DType>(values.dtype), {values.size()});
  if (labels.dtype() == DType::kString) {
    std::copy(values.strings.begin(), values.strings.end(), labels.strings().begin());
    return labels;
  }
  ByDType(labels.dtype(), [&](auto zero) {
    using T = decltype(zero);
    auto out = labels.values<T>();
    for (size_t i = 0; i < out.size(); ++i) {
      if constexpr (std::is_floating_point_v<T>)
        out[i] = static_cast<T>(values.floats[i]);
      else
        out[i] = static_cast<T>(values.ints[i]);
    }
  });
  return labels;
}

uint64_t BytesOf(const Output& output) {
  const auto bytes = [](const Matrix& m) {
    uint64_t size = m.bytes().size();
    for (const std::string& text : m.strings()) size += sizeof(std::string) + text.size();
    return size;
  };
  uint64_t size = 0;
  for (const Matrix& array : output.arrays) size += bytes(array);
  for (const OutputColumn& column : output.columns) size += sizeof(OutputColumn) + bytes(column.values);
  if (output.csr) size += output.csr->indptr.size() * 8 + output.csr->indices.size() * 12;
  return size;
}

size_t ColumnsOf(Method method, const Signature& s) {
  switch (method) {
    case Method::kPredict:
      return s.n_outputs;
    case Method::kPredictProba:
    case Method::kPredictLogProba: {
      size_t columns = 0;
      for (const Values& classes : s.classes) columns += classes.size();
      return columns;
    }
    case Method::kDecisionFunction:
      return s.decision_columns;
    case Method::kTransform:
      return s.n_features_out.value_or(0);
    case Method::kInverseTransform:
      return s.n_features_in.value_or(0);
    case Method::kApply:
      return s.n_leaves_columns;
  }
  return 0;
}

bool OutputBuilder::IsOneDimensional() const {
  if (method_ == Method::kPredict) return signature_.one_dimensional;
  return method_ == Method::kDecisionFunction && signature_.decision_columns == 1;
}

absl::Status OutputBuilder::Append(const Data& block, size_t first_row) {
  return std::visit(
      [&](const auto& x) -> absl::Status {
        using V = std::decay_t<decltype(x)>;
        if constexpr (std::is_same_v<V, FrameView>)
          return AppendFrame(x, first_row);
        else if constexpr (requires { x.indptr; })
          return AppendCsr(x);
        else {
          if constexpr (std::is_same_v<V, MatrixView<double>>) {
            if (method_ == Method::kPredict && !signature_.classes.empty()) return AppendLabels(x, first_row);
          }
          return AppendDense(x, first_row);
        }
      },
      block);
}

template <class T>
absl::Status OutputBuilder::AppendDense(const MatrixView<T>& block, size_t first_row) {
  constexpr DType dtype = std::is_same_v<T, float> ? DType::kFloat32 : DType::kFloat64;
  if (output_.arrays.empty()) {
    output_.is_list =
        signature_.proba_is_list && (method_ == Method::kPredictProba || method_ == Method::kPredictLogProba);
    if (output_.is_list) {
      for (const Values& classes : signature_.classes) output_.arrays.push_back(Matrix(dtype, {rows_, classes.size()}));
    } else if (IsOneDimensional()) {
      output_.arrays.push_back(Matrix(dtype, {rows_}));
    } else {
      output_.arrays.push_back(Matrix(dtype, {rows_, block.cols}));
    }
  }
  size_t column = 0;
  for (Matrix& array : output_.arrays) {
    const size_t cols = array.cols();
    if (array.dtype() != dtype || column + cols > block.cols)
      return absl::InternalError("a result of unexpected shape");
    auto out = array.values<T>();
    for (size_t i = 0; i < block.rows; ++i)
      std::copy_n(block.row(i) + column, cols, out.data() + (first_row + i) * cols);
    column += cols;
  }
  return absl::OkStatus();
}

absl::Status OutputBuilder::AppendLabels(const MatrixView<double>& block, size_t first_row) {
  const size_t n_outputs = signature_.classes.size();
  if (block.cols != n_outputs) return absl::InternalError("one class index an output was expected");
  if (output_.arrays.empty()) {
    for (const Values& classes : signature_.classes) labels_.push_back(LabelsOf(classes));
    // numpy's result of several dtypes side by side: scikit-learn makes one array of the first output's dtype
    // (sklearn/ensemble/_forest.py predict: np.empty(dtype=class_type)), or text when any is text.
    DType dtype = labels_[0].dtype();
    output_.arrays.push_back(
        Matrix(dtype, signature_.one_dimensional ? std::vector<size_t>{rows_} : std::vector<size_t>{rows_, n_outputs}));
  }
  Matrix& out = output_.arrays[0];
  for (size_t k = 0; k < n_outputs; ++k) {
    const Matrix& labels = labels_[k];
    for (size_t i = 0; i < block.rows; ++i) {
      const size_t index = static_cast<size_t>(block(i, k)), to = (first_row + i) * n_outputs + k;
      if (index >= labels.size()) return absl::InternalError("a class index out of range");
      if (out.dtype() == DType::kString) {
        out.strings()[to] = labels.dtype() == DType::kString ? labels.strings()[index] : absl::StrCat(labels.at(index));
      } else {
        ByDType(out.dtype(), [&](auto zero) {
          using T = decltype(zero);
          out.values<T>()[to] =
              labels.dtype() == out.dtype() ? labels.values<T>()[index] : static_cast<T>(labels.at(index));
        });
      }
    }
  }
  return absl::OkStatus();
}

template <class T>
absl::Status OutputBuilder::AppendCsr(const CsrView<T>& block) {
  if (!output_.csr) {
    output_.csr.emplace();
    output_.csr->dtype = std::is_same_v<T, float> ? DType::kFloat32 : DType::kFloat64;
    output_.csr->cols = block.cols;
  }
  CsrMatrix& csr = *output_.csr;
  csr.rows += block.rows;
  for (size_t i = 0; i < block.rows; ++i) {
    const int64_t begin = block.indptr[i], end = block.indptr[i + 1];
    csr.indices.insert(csr.indices.end(), block.indices.begin() + begin, block.indices.begin() + end);
    csr.data.insert(csr.data.end(), block.data.begin() + begin, block.data.begin() + end);
    csr.indptr.push_back(static_cast<int64_t>(csr.indices.size()));
  }
  return absl::OkStatus();
}

absl::Status OutputBuilder::AppendFrame(const FrameView& block, size_t first_row) {
  if (output_.columns.empty()) {
    for (const Column& c : block.columns) {
      OutputColumn column{
          std::string(c.name), Matrix(c.dtype == DType::kString ? DType::kString : DType::kFloat64, {rows_}), {}};
      output_.columns.push_back(std::move(column));
    }
  }
  for (size_t j = 0; j < block.columns.size(); ++j) {
    const Column& c = block.columns[j];
    OutputColumn& out = output_.columns[j];
    for (size_t i = 0; i < block.rows; ++i) {
      if (c.dtype != DType::kString) {
        out.values.values<double>()[first_row + i] = c.dtype == DType::kFloat32 ? c.floats[i] : c.doubles[i];
        continue;
      }
      if (!c.missing.empty() && c.missing[i]) {
        out.missing.resize(rows_, 0);
        out.missing[first_row + i] = 1;
      } else {
        out.values.strings()[first_row + i] = c.strings[i];
      }
    }
  }
  return absl::OkStatus();
}

// Clang 19 does not instantiate members that only a generic lambda's discarded branches name.
template absl::Status OutputBuilder::AppendDense(const MatrixView<double>&, size_t);
template absl::Status OutputBuilder::AppendDense(const MatrixView<float>&, size_t);
template absl::Status OutputBuilder::AppendCsr(const CsrView<double>&);
template absl::Status OutputBuilder::AppendCsr(const CsrView<float>&);

}  // namespace pratique
