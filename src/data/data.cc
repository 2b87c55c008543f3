#include "pratique/data.h"

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <type_traits>
#include <utility>

#include "aligned_memory.h"
#include "data/dtype.h"

namespace pratique {
namespace {

struct DTypeInfo {
  std::string_view name;
  size_t size;
};
constexpr std::array<DTypeInfo, 13> kDTypes = {{
    {"float64", 8},
    {"float32", 4},
    {"int64", 8},
    {"int32", 4},
    {"int16", 2},
    {"int8", 1},
    {"uint64", 8},
    {"uint32", 4},
    {"uint16", 2},
    {"uint8", 1},
    {"bool", 1},
    {"str", 0},
    {"float16", 2},
}};

// What there is of [begin, begin + count): a view may promise more than its memory has, and is then refused later.
template <class T>
std::span<const T> Part(std::span<const T> all, size_t begin, size_t count) {
  begin = std::min(begin, all.size());
  return all.subspan(begin, std::min(count, all.size() - begin));
}

template <class T>
Data SliceOf(const MatrixView<T>& x, size_t begin, size_t end, std::vector<Column>&) {
  const size_t first = x.row_stride != 0 && begin > x.data.size() / x.row_stride ? x.data.size() : begin * x.row_stride;
  return MatrixView<T>{
      Part(x.data, first, x.data.size()), end - begin, x.cols, x.row_stride, x.dtype, x.swapped, x.image};
}

template <class T>
Data SliceOf(const CsrView<T>& x, size_t begin, size_t end, std::vector<Column>&) {
  return CsrView<T>{end - begin, x.cols, Part(x.indptr, begin, end - begin + 1), x.indices, x.data, x.dtype};
}

Data SliceOf(const FrameView& x, size_t begin, size_t end, std::vector<Column>& columns) {
  columns.assign(x.columns.begin(), x.columns.end());
  auto cut = [&](auto& span) {
    if (!span.empty()) span = Part(span, begin, end - begin);
  };
  for (Column& c : columns) {
    cut(c.doubles);
    cut(c.floats);
    cut(c.strings);
    cut(c.ints);
    cut(c.uints);
    cut(c.marks);
  }
  FrameView slice{end - begin, columns, x.records};
  if (slice.records) slice.records->offsets = Part(slice.records->offsets, begin, end - begin + 1);
  return slice;
}

}  // namespace

std::string_view Name(DType dtype) {
  auto i = static_cast<size_t>(dtype);
  return i < kDTypes.size() ? kDTypes[i].name : "?";
}

size_t SizeOf(DType dtype) {
  auto i = static_cast<size_t>(dtype);
  return i < kDTypes.size() ? kDTypes[i].size : 0;
}

size_t Rows(const Data& data) {
  return std::visit([](const auto& x) { return x.rows; }, data);
}

size_t Cols(const Data& data) {
  return std::visit(
      [](const auto& x) {
        if constexpr (std::is_same_v<std::decay_t<decltype(x)>, FrameView>) {
          return x.columns.size();
        } else {
          return x.cols;
        }
      },
      data);
}

ImageAxes AxesOfImages(const Data& data) {
  return std::visit(
      [](const auto& x) -> ImageAxes {
        if constexpr (requires { x.image; })
          return x.image;
        else
          return {};
      },
      data);
}

Data Images(Data dense, ImageAxes axes) {
  std::visit(
      [&](auto& x) {
        if constexpr (requires { x.image; }) x.image = axes;
      },
      dense);
  return dense;
}

Data Slice(const Data& data, size_t begin, size_t end, std::vector<Column>& columns) {
  end = std::min(end, Rows(data));
  begin = std::min(begin, end);
  return std::visit([&](const auto& x) { return SliceOf(x, begin, end, columns); }, data);
}

template <class T>
T* MatrixAllocator<T>::allocate(size_t n) {
  if (n > SIZE_MAX / sizeof(T)) throw std::bad_alloc();
  void* memory = ::operator new(n * sizeof(T));
  AskForHugePages(memory, n * sizeof(T));
  return static_cast<T*>(memory);
}
template <class T>
void MatrixAllocator<T>::deallocate(T* p, size_t n) {
  ::operator delete(p, n * sizeof(T));
}
template struct MatrixAllocator<double>;

Matrix::Matrix(DType dtype, std::vector<size_t> shape) : Matrix(Uninitialized(dtype, std::move(shape))) {
  std::ranges::fill(bytes_, 0.0);
}

Matrix Matrix::Uninitialized(DType dtype, std::vector<size_t> shape) {
  Matrix matrix;
  matrix.dtype_ = dtype;
  matrix.shape_ = std::move(shape);
  matrix.Resize();
  return matrix;
}

size_t Matrix::WordsOf(size_t rows) const {
  return (rows * cols() * SizeOf(dtype_) + sizeof(double) - 1) / sizeof(double);
}

void Matrix::Resize() {
  if (dtype_ == DType::kString)
    strings_.resize(size());
  else
    bytes_.resize(WordsOf(rows()));
}

void Matrix::Grow(size_t rows) {
  shape_[0] += rows;
  Resize();
}

void Matrix::Reserve(size_t rows) {
  if (dtype_ == DType::kString)
    strings_.reserve(rows * cols());
  else
    bytes_.reserve(WordsOf(rows));
}

void Matrix::Append(const Matrix& rows) {
  const size_t before = size();
  Grow(rows.rows());
  std::ranges::copy(rows.strings_, strings_.begin() + static_cast<ptrdiff_t>(dtype_ == DType::kString ? before : 0));
  std::ranges::copy(rows.bytes(), reinterpret_cast<std::byte*>(bytes_.data()) + before * SizeOf(dtype_));
}

std::span<const std::byte> Matrix::bytes() const {
  return std::as_bytes(std::span(bytes_)).first(size() * SizeOf(dtype_));
}

double Matrix::at(size_t i, size_t j) const {
  if (dtype_ == DType::kString) return std::numeric_limits<double>::quiet_NaN();
  return WithType(
      dtype_, [&](auto tag) { return static_cast<double>(values<typename decltype(tag)::type>()[i * cols() + j]); });
}

}  // namespace pratique
