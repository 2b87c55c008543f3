#include "model/output.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "absl/strings/str_cat.h"
#include "aligned_memory.h"
#include "data/dtype.h"
#include "model/input_error.h"
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
  for (const CsrMatrix* csr :
       {output.csr ? &*output.csr : nullptr, output.records ? &output.records->entries : nullptr})
    if (csr != nullptr) size += csr->indptr.size() * 8 + csr->indices.size() * 12;
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
    case Method::kPredictCov:
      return 0;  // as many as there are rows
  }
  return 0;
}

namespace {

// Whether each array has shape {rows}.
bool IsOneDimensional(Method method, const Signature& s) {
  switch (method) {
    case Method::kPredict:
    case Method::kPredictStd:
    case Method::kStagedPredict:
      return s.one_dimensional;
    case Method::kApply:
      return s.leaves_one_dimensional;
    case Method::kScoreSamples:
    case Method::kMahalanobis:
      return true;
    case Method::kTransform:
      return s.one_dimensional_transform;
    case Method::kInverseTransform:
      return s.inverse_gives_labels;
    case Method::kDecisionFunction:
      return s.decision_columns == 1;
    case Method::kStagedDecisionFunction:
      return s.decision_columns == 1 && !s.stages_keep_column;
    default:
      return false;
  }
}

}  // namespace

bool GivesList(Method method, const Signature& s) {
  const bool by_class = method == Method::kPredictProba || method == Method::kPredictLogProba;
  return IsStaged(method) || method == Method::kKNeighbors || (by_class && s.proba_is_list);
}

std::vector<std::vector<size_t>> ShapesOf(Method method, const Signature& s, size_t rows, size_t columns) {
  std::vector<std::vector<size_t>> shapes;
  if (IsStaged(method)) {
    const size_t of_stage = columns / std::max<size_t>(1, s.n_stages);
    const bool flat = IsOneDimensional(method, s);
    shapes.assign(s.n_stages, flat ? std::vector<size_t>{rows} : std::vector<size_t>{rows, of_stage});
  } else if (method == Method::kKNeighbors) {
    shapes.assign(2, {rows, columns / 2});
  } else if (GivesList(method, s)) {
    for (const Values& classes : s.classes) shapes.push_back({rows, classes.size()});
  } else if (IsOneDimensional(method, s)) {
    shapes.push_back({rows});
  } else if (method == Method::kApply && s.leaf_classes > 0) {
    shapes.push_back({rows, columns / s.leaf_classes, s.leaf_classes});
  } else if (method == Method::kPredictCov) {
    shapes.push_back(s.one_dimensional ? std::vector<size_t>{rows, rows}
                                       : std::vector<size_t>{rows, rows, s.n_outputs});
  } else {
    shapes.push_back({rows, columns});
  }
  return shapes;
}

Output OutputBuilder::Finish() {
  for (size_t j = 0; j < texts_.size(); ++j) output_.columns[j].categories = texts_[j].Take();
  return std::move(output_);
}

bool OutputBuilder::GivesIndexes() const {
  return text_as_indexes_ && !IsStaged(method_) && signature_.classes.size() == 1 &&
         signature_.classes[0].dtype == fb::DType::String;
}

absl::Status OutputBuilder::Append(const Data& block, size_t first_row) {
  return std::visit(
      [&](const auto& x) -> absl::Status {
        using V = std::decay_t<decltype(x)>;
        if constexpr (std::is_same_v<V, FrameView>)
          return AppendFrame(x, first_row);
        else if constexpr (requires { x.indptr; })
          return AppendCsr(x, Csr());
        else {
          if constexpr (std::is_same_v<V, MatrixView<double>>) {
            if (GivesLabels(method_, signature_)) return AppendLabels(x, first_row);
          }
          return AppendDense(x, first_row);
        }
      },
      block);
}

void* OutputBuilder::PlaceOf(DType dtype, size_t first_row, size_t cols) {
  const bool transforms = method_ == Method::kTransform || method_ == Method::kInverseTransform;
  if (!transforms || GivesLabels(method_, signature_) || cols != ColumnsOf(method_, signature_)) return nullptr;
  MakeArrays(dtype, cols);
  Matrix& array = output_.arrays[0];
  if (array.dtype() != dtype || array.cols() != cols) return nullptr;
  return WithCarrier(
      dtype, [&](auto tag) -> void* { return array.values<typename decltype(tag)::type>().data() + first_row * cols; });
}

void OutputBuilder::MakeArrays(DType dtype, size_t cols) {
  const std::lock_guard lock(making_arrays_);
  if (!output_.arrays.empty()) return;
  output_.is_list = GivesList(method_, signature_);
  for (std::vector<size_t>& shape : ShapesOf(method_, signature_, rows_, cols)) {
    const bool is_indexes = method_ == Method::kKNeighbors && !output_.arrays.empty();
    output_.arrays.push_back(Matrix::Uninitialized(is_indexes ? DType::kInt64 : dtype, std::move(shape)));
  }
}

template <class T>
absl::Status OutputBuilder::AppendDense(const MatrixView<T>& block, size_t first_row) {
  MakeArrays(block.dtype, block.cols);
  size_t column = 0;
  for (Matrix& array : output_.arrays) {
    const size_t cols = array.cols();
    const bool is_indexes = method_ == Method::kKNeighbors && column > 0;
    if ((array.dtype() != block.dtype && !is_indexes) || column + cols > block.cols)
      return absl::InternalError("a result of unexpected shape");
    if (cols == block.cols && block.row_stride == cols) {
      if (block.data.data() == static_cast<const void*>(array.bytes().data() + first_row * cols * sizeof(T)))
        return absl::OkStatus();
      CopyNumbers(block.data.first(block.rows * cols), array, first_row * cols);
      return absl::OkStatus();
    }
    WithType(array.dtype(), [&](auto tag) {
      using Element = typename decltype(tag)::type;
      Element* to = array.values<Element>().data() + first_row * cols;
      for (size_t i = 0; i < block.rows; ++i, to += cols) {
        const T* from = block.row(i) + column;
        for (size_t j = 0; j < cols; ++j) to[j] = static_cast<Element>(from[j]);
      }
    });
    column += cols;
  }
  return absl::OkStatus();
}

absl::Status OutputBuilder::AppendLabels(const MatrixView<double>& block, size_t first_row) {
  const size_t n_outputs = signature_.classes.size();
  const bool staged = method_ == Method::kStagedPredict;
  if (block.cols != n_outputs * (staged ? signature_.n_stages : 1))
    return absl::InternalError("one class index an output was expected");
  if (block.rows > rows_ || first_row > rows_ - block.rows) return absl::InternalError("more rows than X has");
  if (labels_.empty()) {
    for (const Values& classes : signature_.classes) labels_.push_back(LabelsOf(classes));
    // numpy's result of several dtypes side by side: scikit-learn makes one array of the first output's dtype
    // (sklearn/ensemble/_forest.py predict: np.empty(dtype=class_type)), or text when any is text.
    output_.is_list = staged;
    output_.are_indexes = GivesIndexes();
    for (size_t s = 0; s < block.cols / n_outputs; ++s) {
      output_.arrays.push_back(Matrix::Uninitialized(
          output_.are_indexes ? DType::kInt64 : labels_[0].dtype(),
          signature_.one_dimensional ? std::vector<size_t>{rows_} : std::vector<size_t>{rows_, n_outputs}));
    }
  }
  for (size_t column = 0; column < block.cols; ++column) {
    const size_t k = column % n_outputs;
    Matrix& out = output_.arrays[column / n_outputs];
    const Matrix& labels = labels_[k];
    const double *from = block.data.data() + column, n_labels = static_cast<double>(labels.size());
    bool are_inside = true;
    for (size_t i = 0; i < block.rows; ++i) {
      const double index = from[i * block.row_stride];
      are_inside &= (index >= 0) & (index < n_labels);
    }
    if (!are_inside) return absl::InternalError("a class index out of range");
    // to[row] = label(index of the class), which is one of them
    const auto fill = [&](auto all, auto label) {
      auto* to = all.data() + first_row * n_outputs + k;
      for (size_t i = 0; i < block.rows; ++i)
        to[i * n_outputs] = label(static_cast<size_t>(static_cast<int64_t>(from[i * block.row_stride])));
    };
    if (output_.are_indexes) {
      fill(out.values<int64_t>(), [](size_t index) { return static_cast<int64_t>(index); });
    } else if (out.dtype() == DType::kString) {
      if (labels.dtype() == DType::kString)
        fill(std::span(out.strings()), [&](size_t index) -> const std::string& { return labels.strings()[index]; });
      else
        fill(std::span(out.strings()), [&](size_t index) { return absl::StrCat(labels.at(index)); });
    } else {
      WithType(out.dtype(), [&](auto tag) {
        using T = typename decltype(tag)::type;
        if (labels.dtype() == out.dtype())
          fill(out.values<T>(), [known = labels.values<T>().data()](size_t index) { return known[index]; });
        else
          fill(out.values<T>(), [&](size_t index) { return static_cast<T>(labels.at(index)); });
      });
    }
  }
  return absl::OkStatus();
}

CsrMatrix& OutputBuilder::Csr() {
  if (method_ != Method::kInverseTransform || !signature_.gives_records()) {
    if (!output_.csr) output_.csr.emplace();
    return *output_.csr;
  }
  if (!output_.records) {
    OutputRecords& records = output_.records.emplace();
    records.dicts = signature_.record_labels.empty();
    if (records.dicts) {
      records.names = Matrix(DType::kString, {signature_.record_keys.size()});
      std::ranges::copy(signature_.record_keys, records.names.strings().begin());
    } else {
      records.names = LabelsOf(signature_.record_labels[0]);
    }
  }
  return output_.records->entries;
}

template <class T>
absl::Status OutputBuilder::AppendCsr(const CsrView<T>& block, CsrMatrix& csr) {
  const int64_t begin = block.indptr[0], before = static_cast<int64_t>(csr.indices.size());
  const auto n = static_cast<size_t>(block.indptr[block.rows] - begin);
  if (csr.rows == 0) {
    csr.data = Matrix(block.dtype, {0});
    csr.cols = block.cols;
    csr.indptr.reserve(rows_ + 1);
    // As many entries as if all rows were as these, and some more.
    const double all = 1.05 * static_cast<double>(n) / static_cast<double>(block.rows) * static_cast<double>(rows_);
    const size_t entries = block.rows == rows_ ? n : static_cast<size_t>(std::min(all, double{size_t{1} << 24}));
    csr.data.Reserve(entries);
    csr.indices.reserve(entries);
    AskForHugePages(csr.indices.data(), entries * sizeof(int32_t));
  }
  if (csr.data.dtype() != block.dtype) return absl::InternalError("a result of unexpected type");
  csr.rows += block.rows;
  csr.indices.insert(csr.indices.end(), block.indices.begin() + begin, block.indices.begin() + begin + n);
  for (size_t i = 1; i <= block.rows; ++i) csr.indptr.push_back(before + block.indptr[i] - begin);
  csr.data.Grow(n);
  CopyNumbers(block.data.subspan(begin, n), csr.data, before);
  return absl::OkStatus();
}

absl::Status OutputBuilder::AppendFrame(const FrameView& block, size_t first_row) {
  const auto is_indexes = [&](const Column& c) { return text_as_indexes_ && c.dtype == DType::kString; };
  const auto dtype_of = [&](const Column& c) { return is_indexes(c) ? DType::kInt32 : c.dtype; };
  for (const Column& c : block.columns) {
    if (c.cells != CellsAre::kNullable || c.dtype == DType::kString) continue;
    return BadInput("input.dtype",
                    absl::StrCat("column '", Escape(c.name),
                                 "' is passed on, whose cells pandas keeps in a nullable dtype, and releases of it "
                                 "make different arrays of that: cast it to one of numpy's dtypes"),
                    "a nullable dtype", "one of numpy's");
  }
  if (output_.columns.empty()) {
    texts_.resize(block.columns.size());
    for (const Column& c : block.columns) {
      output_.columns.push_back(OutputColumn{.name = std::string(c.name),
                                             .values = Matrix::Uninitialized(dtype_of(c), {rows_}),
                                             .objects = c.dtype != DType::kString && c.holds_objects()});
    }
  }
  for (size_t j = 0; j < block.columns.size(); ++j) {
    const Column& c = block.columns[j];
    OutputColumn& out = output_.columns[j];
    if (out.values.dtype() != dtype_of(c)) {
      return BadInput("input.mixed", absl::StrCat("row ", first_row, ", column '", Escape(c.name),
                                                  "': the rows from here on are ", std::string(Name(c.dtype)),
                                                  ", those before ", std::string(Name(out.values.dtype()))));
    }
    if (is_indexes(c)) {
      RepeatedTexts& texts = texts_[j];
      texts.BeginBlock();
      std::ranges::transform(c.strings, out.values.values<int32_t>().data() + first_row,
                             [&](std::string_view text) { return texts.IndexOf(text); });
    } else if (c.dtype == DType::kString)
      std::ranges::copy(c.strings, out.values.strings().begin() + static_cast<ptrdiff_t>(first_row));
    else
      WithNumbers(c, [&](auto cells) { CopyNumbers(cells, out.values, first_row); });
    for (size_t i = 0; i < c.marks.size(); ++i) {
      if (c.marks[i] == kCellPresent) continue;
      out.marks.resize(rows_, kCellPresent);
      out.marks[first_row + i] = c.marks[i];
    }
  }
  return absl::OkStatus();
}

// Clang 19 does not instantiate members that only a generic lambda's discarded branches name.
template absl::Status OutputBuilder::AppendDense(const MatrixView<double>&, size_t);
template absl::Status OutputBuilder::AppendDense(const MatrixView<float>&, size_t);
template absl::Status OutputBuilder::AppendDense(const MatrixView<int64_t>&, size_t);
template absl::Status OutputBuilder::AppendDense(const MatrixView<uint64_t>&, size_t);
template absl::Status OutputBuilder::AppendCsr(const CsrView<double>&, CsrMatrix&);
template absl::Status OutputBuilder::AppendCsr(const CsrView<float>&, CsrMatrix&);
template absl::Status OutputBuilder::AppendCsr(const CsrView<int64_t>&, CsrMatrix&);
template absl::Status OutputBuilder::AppendCsr(const CsrView<uint64_t>&, CsrMatrix&);

}  // namespace pratique
