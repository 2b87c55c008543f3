#include "model/output.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
#include "model/pace.h"

namespace pratique {
Matrix LabelsOf(const Values& values) {
  Matrix labels(static_cast<DType>(values.dtype), {values.size()});
  if (labels.dtype() == DType::kString) {
    std::copy(values.strings.begin(), values.strings.end(), labels.strings().begin());
    return labels;
  }
  WithType(labels.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    auto out = labels.values<T>();
    for (size_t i = 0; i < out.size(); ++i) {
      if constexpr (!std::is_integral_v<T>)
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
      if (s.classes.empty()) return s.n_components;
      // Of rows with any number of labels: one probability a label, in one array.
      if (s.classes.size() > 1 && !s.proba_is_list) return s.classes.size();
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
    case Method::kDecisionPath:
      return 0;  // sparse
    case Method::kScoreSamples:
    case Method::kMahalanobis:
      return 1;
    case Method::kKNeighbors:
      return 2 * s.n_neighbors;
    case Method::kPredictStd:
      return s.n_outputs;
    case Method::kStagedPredict:
    case Method::kStagedPredictProba:
    case Method::kStagedDecisionFunction:
      return s.n_stages * ColumnsOf(OfOneStage(method), s);
  }
  return 0;
}

bool OutputBuilder::IsOneDimensional() const {
  if (method_ == Method::kPredict || method_ == Method::kPredictStd) return signature_.one_dimensional;
  if (method_ == Method::kApply) return signature_.leaves_one_dimensional;
  if (method_ == Method::kScoreSamples || method_ == Method::kMahalanobis) return true;
  if (method_ == Method::kTransform) return signature_.one_dimensional_transform;
  if (method_ == Method::kInverseTransform) return signature_.inverse_gives_labels;
  if (method_ == Method::kStagedPredict) return signature_.one_dimensional;
  if (method_ == Method::kStagedDecisionFunction)
    return signature_.decision_columns == 1 && !signature_.stages_keep_column;
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
            if (GivesLabels(method_, signature_)) return AppendLabels(x, first_row);
          }
          return AppendDense(x, first_row);
        }
      },
      block);
}

void OutputBuilder::MakeArrays(DType dtype, size_t cols) {
  output_.is_list =
      signature_.proba_is_list && (method_ == Method::kPredictProba || method_ == Method::kPredictLogProba);
  if (method_ == Method::kKNeighbors) {
    output_.is_list = true;
    output_.arrays.push_back(Matrix(dtype, {rows_, cols / 2}));
    output_.arrays.push_back(Matrix(DType::kInt64, {rows_, cols / 2}));
  } else if (IsStaged(method_)) {
    output_.is_list = true;
    const size_t of_stage = cols / std::max<size_t>(1, signature_.n_stages);
    for (size_t s = 0; s < signature_.n_stages; ++s) {
      output_.arrays.push_back(
          Matrix(dtype, IsOneDimensional() ? std::vector<size_t>{rows_} : std::vector<size_t>{rows_, of_stage}));
    }
  } else if (output_.is_list) {
    for (const Values& classes : signature_.classes) output_.arrays.push_back(Matrix(dtype, {rows_, classes.size()}));
  } else if (IsOneDimensional()) {
    output_.arrays.push_back(Matrix(dtype, {rows_}));
  } else {
    output_.arrays.push_back(Matrix(dtype, {rows_, cols}));
  }
}

template <class T>
absl::Status OutputBuilder::AppendDense(const MatrixView<T>& block, size_t first_row) {
  if (output_.arrays.empty()) MakeArrays(block.dtype, block.cols);
  size_t column = 0;
  for (Matrix& array : output_.arrays) {
    const size_t cols = array.cols();
    const bool is_indexes = method_ == Method::kKNeighbors && column > 0;
    if ((array.dtype() != block.dtype && !is_indexes) || column + cols > block.cols)
      return absl::InternalError("a result of unexpected shape");
    for (size_t i = 0; i < block.rows; ++i)
      CopyNumbers(std::span(block.row(i) + column, cols), array, (first_row + i) * cols);
    column += cols;
  }
  return absl::OkStatus();
}

absl::Status OutputBuilder::AppendLabels(const MatrixView<double>& block, size_t first_row) {
  const size_t n_outputs = signature_.classes.size();
  const bool staged = method_ == Method::kStagedPredict;
  if (block.cols != n_outputs * (staged ? signature_.n_stages : 1))
    return absl::InternalError("one class index an output was expected");
  if (labels_.empty()) {
    for (const Values& classes : signature_.classes) labels_.push_back(LabelsOf(classes));
    // numpy's result of several dtypes side by side: scikit-learn makes one array of the first output's dtype
    // (sklearn/ensemble/_forest.py predict: np.empty(dtype=class_type)), or text when any is text.
    output_.is_list = staged;
    for (size_t s = 0; s < block.cols / n_outputs; ++s) {
      output_.arrays.push_back(Matrix(labels_[0].dtype(), signature_.one_dimensional
                                                              ? std::vector<size_t>{rows_}
                                                              : std::vector<size_t>{rows_, n_outputs}));
    }
  }
  for (size_t column = 0; column < block.cols; ++column) {
    const size_t k = column % n_outputs;
    Matrix& out = output_.arrays[column / n_outputs];
    const Matrix& labels = labels_[k];
    for (size_t i = 0; i < block.rows; ++i) {
      const size_t index = static_cast<size_t>(block(i, column)), to = (first_row + i) * n_outputs + k;
      if (index >= labels.size()) return absl::InternalError("a class index out of range");
      if (out.dtype() == DType::kString) {
        out.strings()[to] = labels.dtype() == DType::kString ? labels.strings()[index] : absl::StrCat(labels.at(index));
      } else {
        WithType(out.dtype(), [&](auto tag) {
          using T = typename decltype(tag)::type;
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
    output_.csr->data = Matrix(block.dtype, {0});
    output_.csr->cols = block.cols;
  }
  CsrMatrix& csr = *output_.csr;
  csr.rows += block.rows;
  for (size_t i = 0; i < block.rows; ++i) {
    const int64_t begin = block.indptr[i], end = block.indptr[i + 1];
    csr.indices.insert(csr.indices.end(), block.indices.begin() + begin, block.indices.begin() + end);
    csr.indptr.push_back(static_cast<int64_t>(csr.indices.size()));
  }
  if (csr.data.dtype() != block.dtype) return absl::InternalError("a result of unexpected type");
  const int64_t begin = block.indptr[0], end = block.indptr[block.rows];
  Matrix data(block.dtype, {static_cast<size_t>(end - begin)});
  CopyNumbers(block.data.subspan(begin, end - begin), data, 0);
  csr.data.Append(data);
  return absl::OkStatus();
}

absl::Status OutputBuilder::AppendFrame(const FrameView& block, size_t first_row) {
  if (output_.columns.empty()) {
    for (const Column& c : block.columns)
      output_.columns.push_back(OutputColumn{std::string(c.name), Matrix(c.dtype, {rows_}), {}});
  }
  for (size_t j = 0; j < block.columns.size(); ++j) {
    const Column& c = block.columns[j];
    OutputColumn& out = output_.columns[j];
    if (out.values.dtype() != c.dtype) return absl::InternalError("a result of unexpected type");
    if (c.dtype == DType::kString)
      std::ranges::copy(c.strings, out.values.strings().begin() + static_cast<ptrdiff_t>(first_row));
    else
      WithNumbers(c, [&](auto cells) { CopyNumbers(cells, out.values, first_row); });
    for (size_t i = 0; i < c.missing.size(); ++i) {
      if (c.missing[i] == kCellPresent) continue;
      out.missing.resize(rows_, 0);
      out.missing[first_row + i] = 1;
    }
  }
  return absl::OkStatus();
}

// Clang 19 does not instantiate members that only a generic lambda's discarded branches name.
template absl::Status OutputBuilder::AppendDense(const MatrixView<double>&, size_t);
template absl::Status OutputBuilder::AppendDense(const MatrixView<float>&, size_t);
template absl::Status OutputBuilder::AppendDense(const MatrixView<int64_t>&, size_t);
template absl::Status OutputBuilder::AppendDense(const MatrixView<uint64_t>&, size_t);
template absl::Status OutputBuilder::AppendCsr(const CsrView<double>&);
template absl::Status OutputBuilder::AppendCsr(const CsrView<float>&);
template absl::Status OutputBuilder::AppendCsr(const CsrView<int64_t>&);
template absl::Status OutputBuilder::AppendCsr(const CsrView<uint64_t>&);

}  // namespace pratique
