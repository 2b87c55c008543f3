// Data for predict: views of dense matrices, CSR matrices and frames; and the arrays that come back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace [[gnu::visibility("default")]] pratique {

// Element types of outputs and labels, numpy's. kString is numpy's U (or an object array of str).
enum class DType : uint8_t {
  kFloat64,
  kFloat32,
  kInt64,
  kInt32,
  kInt16,
  kInt8,
  kUInt64,
  kUInt32,
  kUInt16,
  kUInt8,
  kBool,
  kString,
  kFloat16,
};
std::string_view Name(DType dtype);  // "float64", ...
size_t SizeOf(DType dtype);          // bytes; 0 for kString

// What carries an array of numbers: the widest type of its kind, which holds each of its values exactly. float is for
// float16 and float32, int64_t for bool and all integers but uint64. The view's dtype says which array it is: results
// have it where scikit-learn keeps it, and numpy's promotion starts from it.
template <class T>
inline constexpr DType kDTypeOf = DType::kFloat64;
template <>
inline constexpr DType kDTypeOf<float> = DType::kFloat32;
template <>
inline constexpr DType kDTypeOf<int64_t> = DType::kInt64;
template <>
inline constexpr DType kDTypeOf<uint64_t> = DType::kUInt64;

// The axes of images behind the first one of X, which is which image: a row has the numbers of one, in C order.
struct ImageAxes {
  size_t height = 0, width = 0, channels = 0;  // all 0: rows of columns, and no images
  explicit operator bool() const { return channels != 0; }
  size_t size() const { return height * width * channels; }
};

// Borrowed dense rows: element (i, j) is data[i * row_stride + j]. T: double, float, int64_t or uint64_t. `data` is the
// memory that the caller gives: Model refuses a view whose rows do not lie in it (input.extent), before anything is
// read.
template <class T>
struct MatrixView {
  std::span<const T> data;
  size_t rows = 0, cols = 0;
  size_t row_stride = 0;  // in elements, >= cols
  DType dtype = kDTypeOf<T>;
  bool swapped = false;  // the array had the other byte order, of which scikit-learn's scalers make float64
  ImageAxes image = {};  // of rows that are images; a row of a result can have several, one after the other
  const T* row(size_t i) const { return data.data() + i * row_stride; }
  T operator()(size_t i, size_t j) const { return data[i * row_stride + j]; }
};

// Borrowed compressed sparse rows, scipy.sparse.csr_matrix: row i is indices/data[indptr[i] .. indptr[i+1]).
// Entries of a row may be in any order; duplicates are summed by scipy before they reach predict and refused here.
template <class T>
struct CsrView {
  size_t rows = 0, cols = 0;
  std::span<const int64_t> indptr;   // rows + 1, indptr[0] may be > 0 (a slice of rows)
  std::span<const int32_t> indices;  // each in [0, cols)
  std::span<const T> data;
  DType dtype = kDTypeOf<T>;
};

// What `Column::marks` says of a cell.
inline constexpr uint8_t kCellPresent = 0;  // a value of the column's dtype
inline constexpr uint8_t kCellMissing = 1;  // a null of unknown origin: whichever missing value the model knows
inline constexpr uint8_t kCellNone = 2;     // Python's None, which scikit-learn tells from the others
inline constexpr uint8_t kCellNaN = 3;      // a float that is NaN
inline constexpr uint8_t kCellNA = 4;       // pandas.NA
inline constexpr uint8_t kCellBool = 5;     // of a column of numbers: a bool, 0 or 1
inline constexpr uint8_t kCellInteger = 6;  // of a column of numbers: an integer
inline constexpr bool IsMissingMark(uint8_t mark) { return mark >= kCellMissing && mark <= kCellNA; }

// What numpy and pandas keep the cells of a column in. kValues: an array of its dtype, or text. kObjects: an array of
// Python's objects, of which check_array makes float64, and which are objects in results that keep X's dtype.
// kNullable: one of pandas' own arrays, to which pandas.NA belongs (Int64, Float64, boolean, string); NaN stands for
// it.
enum class CellsAre : uint8_t { kValues, kObjects, kNullable };

// One named column of a frame. Exactly one of the spans is used, by `dtype`: kFloat64 -> doubles, kFloat32 and kFloat16
// -> floats (NaN is missing); kUInt64 -> uints; bool and the other integers -> ints; kString -> strings. Strings, bools
// and objects that are float64 may have marks (empty span: all cells are present): a float64 that is missing is NaN as
// well. Integers have none, as in pandas.
struct Column {
  std::string_view name;
  DType dtype = DType::kFloat64;  // the column's own type
  std::span<const double> doubles;
  std::span<const float> floats;
  std::span<const std::string_view> strings;
  std::span<const uint8_t> marks;  // kCellPresent, ...
  std::span<const int64_t> ints;
  std::span<const uint64_t> uints;
  CellsAre cells = CellsAre::kValues;

  uint8_t mark(size_t i) const { return marks.empty() ? kCellPresent : marks[i]; }
  // By its mark; a NaN that stands in an array of floats has none.
  bool lacks(size_t i) const { return IsMissingMark(mark(i)); }
  // numpy's array of the column is one of objects.
  bool holds_objects() const { return dtype == DType::kString || cells != CellsAre::kValues || !marks.empty(); }
};

// What a row of X is. kLabels: one label; X has one column, or one dimension. kRecords: a dict, a list of labels or
// words, a list of pairs (DictVectorizer, MultiLabelBinarizer, FeatureHasher). kImages: an image, so that X has three
// dimensions, or more where a point has several numbers (PatchExtractor).
enum class RowsAre : uint8_t { kFeatures, kLabels, kRecords, kImages };

// One value of a record: an element of a list; a pair of name and value; an entry of a dict, whose value can be a list,
// and is then an item for each element.
struct Item {
  enum class Form : uint8_t { kElement, kPair, kEntry, kEntryElement } form = Form::kElement;
  enum class Kind : uint8_t { kText, kInteger, kFloat, kBool, kNone } kind = Kind::kText;
  std::string_view key;   // kPair, kEntry and kEntryElement
  std::string_view text;  // kText
  double number = 0;      // the others; kNone: NaN
  int64_t integer = 0;    // kInteger and kBool, exactly
};
// Row i is items[offsets[i] .. offsets[i+1]), in the order of the dict or list.
struct Records {
  std::span<const int64_t> offsets;
  std::span<const Item> items;
};

struct FrameView {
  size_t rows = 0;
  std::span<const Column> columns;
  std::optional<Records> records;  // instead of columns
};

// What a model predicts on and what passes from step to step. Always borrows: the caller keeps the memory alive.
using Data = std::variant<MatrixView<double>, MatrixView<float>, MatrixView<int64_t>, MatrixView<uint64_t>,
                          CsrView<double>, CsrView<float>, CsrView<int64_t>, CsrView<uint64_t>, FrameView>;

size_t Rows(const Data& data);
size_t Cols(const Data& data);
ImageAxes AxesOfImages(const Data& data);
// Rows [begin, end) of `data`; a frame's columns are re-sliced into `columns`, which must outlive the result. What lies
// outside of the data is not reached: the result is a view that Model refuses.
Data Slice(const Data& data, size_t begin, size_t end, std::vector<Column>& columns);

// Row-major contiguous input: the first rows * cols elements of x. Model refuses it where x has fewer (input.extent).
inline Data Dense(std::span<const double> x, size_t rows, size_t cols) {
  return MatrixView<double>{x, rows, cols, cols};
}
inline Data Dense(std::span<const float> x, size_t rows, size_t cols) { return MatrixView<float>{x, rows, cols, cols}; }
// `dtype`: of the array that is carried, such as kInt32 or kBool.
inline Data Dense(std::span<const int64_t> x, size_t rows, size_t cols, DType dtype = DType::kInt64) {
  return MatrixView<int64_t>{x, rows, cols, cols, dtype};
}
inline Data Dense(std::span<const uint64_t> x, size_t rows, size_t cols) {
  return MatrixView<uint64_t>{x, rows, cols, cols};
}
// Dense rows as images, X of shape (rows, height, width, channels); Model refuses them where a row is not one such
// image (input.images). One channel is as none: of shape (rows, height, width).
Data Images(Data dense, ImageAxes axes);

// Memory of a Matrix: in huge pages where it is large, and not initialised.
template <class T>
struct MatrixAllocator {
  using value_type = T;
  MatrixAllocator() = default;
  template <class U>
  MatrixAllocator(const MatrixAllocator<U>&) {}
  T* allocate(size_t n);
  void deallocate(T* p, size_t n);
  template <class U>
  void construct(U*) {}
  template <class U, class V>
  void construct(U* p, V&& value) {
    *p = std::forward<V>(value);
  }
  bool operator==(const MatrixAllocator&) const = default;
};

// An owning array as scikit-learn would return it: C order, one to four dimensions.
class Matrix {
 public:
  Matrix() = default;
  Matrix(DType dtype, std::vector<size_t> shape);  // zero-initialised
  // The same, its numbers not initialised: for who writes each of them.
  static Matrix Uninitialized(DType dtype, std::vector<size_t> shape);

  DType dtype() const { return dtype_; }
  const std::vector<size_t>& shape() const { return shape_; }  // {rows}, {rows, cols}, {rows, n, m}, ...
  size_t rows() const { return shape_.empty() ? 0 : shape_[0]; }
  size_t cols() const {  // elements of a row: n * m of {rows, n, m}
    size_t elements = 1;
    for (size_t axis = 1; axis < shape_.size(); ++axis) elements *= shape_[axis];
    return elements;
  }
  size_t size() const { return rows() * cols(); }

  // Elements in C order; T must be the C++ type of dtype() (bool: uint8_t; float16: its bits, uint16_t).
  template <class T>
  std::span<T> values() {
    return {reinterpret_cast<T*>(bytes_.data()), size()};
  }
  template <class T>
  std::span<const T> values() const {
    return {reinterpret_cast<const T*>(bytes_.data()), size()};
  }
  std::span<const std::byte> bytes() const;                 // raw elements; empty for kString
  std::vector<std::string>& strings() { return strings_; }  // kString only
  const std::vector<std::string>& strings() const { return strings_; }
  // Element (i, j) as a double; kString: NaN.
  double at(size_t i, size_t j = 0) const;
  // Adds the rows of a matrix of the same dtype and columns.
  void Append(const Matrix& rows);
  // Adds rows whose numbers are not initialised.
  void Grow(size_t rows);
  // Makes room for so many rows in all, so that Append and Grow up to there move nothing.
  void Reserve(size_t rows);

 private:
  size_t WordsOf(size_t rows) const;  // that so many rows take
  void Resize();

  DType dtype_ = DType::kFloat64;
  std::vector<size_t> shape_;
  std::vector<double, MatrixAllocator<double>> bytes_;
  std::vector<std::string> strings_;
};

// An owning CSR matrix (sparse transform results, decision paths).
struct CsrMatrix {
  size_t rows = 0, cols = 0;
  std::vector<int64_t> indptr{0};
  std::vector<int32_t> indices;
  Matrix data{DType::kFloat64, {0}};  // one an index, of any dtype but kString
};

// One column of a result that mixes types (a ColumnTransformer that passes text through).
struct OutputColumn {
  std::string name;
  Matrix values;                        // shape {rows}
  std::vector<uint8_t> marks;           // as Column::marks; empty: all are present
  bool objects = false;                 // scikit-learn's are objects, whatever the dtype of `values`
  std::vector<std::string> categories;  // of PredictOptions::text_as_indexes: what the values, int32, are indexes of
};

// Rows of any number of values, which are the stored entries of a CSR matrix: a row is a dict of the names of its
// columns and what is stored there, or a tuple of the names alone.
struct OutputRecords {
  CsrMatrix entries;
  Matrix names;  // one a column
  bool dicts = false;
};

// The result of one method: one array, or several (predict_proba of a multi-output classifier), or CSR.
struct Output {
  std::vector<Matrix> arrays;
  bool is_list = false;      // scikit-learn returns a list of arrays
  bool are_indexes = false;  // of PredictOptions::text_as_indexes: the one array is of indexes among Model::classes(0)
  std::optional<CsrMatrix> csr;
  std::vector<OutputColumn> columns;     // scikit-learn returns an object array (or a frame)
  std::optional<OutputRecords> records;  // scikit-learn returns a list of dicts or of tuples
};

}  // namespace pratique
