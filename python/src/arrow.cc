#include "arrow.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
#include "errors.h"
#include "status_macros.h"

// The Arrow C data and stream interfaces, whose layout is an ABI (arrow.apache.org/docs/format/CDataInterface.html).
extern "C" {
struct ArrowSchema {
  const char *format, *name, *metadata;
  int64_t flags, n_children;
  ArrowSchema **children, *dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};
struct ArrowArray {
  int64_t length, null_count, offset, n_buffers, n_children;
  const void** buffers;
  ArrowArray **children, *dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};
struct ArrowArrayStream {
  int (*get_schema)(ArrowArrayStream*, ArrowSchema*);
  int (*get_next)(ArrowArrayStream*, ArrowArray*);
  const char* (*get_last_error)(ArrowArrayStream*);
  void (*release)(ArrowArrayStream*);
  void* private_data;
};
}

namespace nb = nanobind;

namespace pratique::python {
namespace {

// What a released struct needs no more.
template <class T>
struct Released {
  T value{};
  Released() = default;
  Released(Released&& other) noexcept : value(other.value) { other.value.release = nullptr; }
  Released& operator=(Released&&) = delete;
  ~Released() {
    if (value.release != nullptr) value.release(&value);
  }
};

enum class Kind : uint8_t { kNumbers, kBits, kText, kLargeText, kTextView, kNull };
struct Layout {
  Kind kind;
  DType dtype;  // of the numbers
};

std::optional<Layout> LayoutOf(std::string_view format) {
  if (format.size() == 1) {
    switch (format[0]) {
      case 'n':
        return Layout{Kind::kNull, DType::kFloat64};
      case 'b':
        return Layout{Kind::kBits, DType::kBool};
      case 'c':
        return Layout{Kind::kNumbers, DType::kInt8};
      case 'C':
        return Layout{Kind::kNumbers, DType::kUInt8};
      case 's':
        return Layout{Kind::kNumbers, DType::kInt16};
      case 'S':
        return Layout{Kind::kNumbers, DType::kUInt16};
      case 'i':
        return Layout{Kind::kNumbers, DType::kInt32};
      case 'I':
        return Layout{Kind::kNumbers, DType::kUInt32};
      case 'l':
        return Layout{Kind::kNumbers, DType::kInt64};
      case 'L':
        return Layout{Kind::kNumbers, DType::kUInt64};
      case 'e':
        return Layout{Kind::kNumbers, DType::kFloat16};
      case 'f':
        return Layout{Kind::kNumbers, DType::kFloat32};
      case 'g':
        return Layout{Kind::kNumbers, DType::kFloat64};
      case 'u':
        return Layout{Kind::kText, DType::kString};
      case 'U':
        return Layout{Kind::kLargeText, DType::kString};
    }
  }
  if (format == "vu") return Layout{Kind::kTextView, DType::kString};
  return std::nullopt;
}

bool Bit(const void* bits, int64_t i) { return static_cast<const uint8_t*>(bits)[i / 8] >> (i % 8) & 1; }

bool IsNull(const ArrowArray& array, int64_t i) {
  return array.null_count != 0 && array.n_buffers > 0 && array.buffers[0] != nullptr &&
         !Bit(array.buffers[0], array.offset + i);
}

bool HasNulls(const ArrowArray& array) {
  if (array.null_count == 0 || array.n_buffers == 0 || array.buffers[0] == nullptr) return false;
  for (int64_t i = 0; i < array.length; ++i) {
    if (IsNull(array, i)) return true;
  }
  return false;
}

template <class Offset>
std::string_view TextAt(const ArrowArray& array, int64_t i) {
  const auto* ends = static_cast<const Offset*>(array.buffers[1]) + array.offset;
  return {static_cast<const char*>(array.buffers[2]) + ends[i], static_cast<size_t>(ends[i + 1] - ends[i])};
}

// Utf8View: 16 bytes a cell: its length, then the text itself up to 12 bytes, or its head, buffer and offset.
std::string_view TextViewAt(const ArrowArray& array, int64_t i) {
  const char* view = static_cast<const char*>(array.buffers[1]) + 16 * (array.offset + i);
  int32_t words[4];
  std::memcpy(words, view, sizeof words);
  if (words[0] <= 12) return {view + 4, static_cast<size_t>(words[0])};
  return {static_cast<const char*>(array.buffers[2 + words[2]]) + words[3], static_cast<size_t>(words[0])};
}

std::string_view Text(Kind kind, const ArrowArray& array, int64_t i) {
  if (kind == Kind::kText) return TextAt<int32_t>(array, i);
  if (kind == Kind::kLargeText) return TextAt<int64_t>(array, i);
  return TextViewAt(array, i);
}

// Element i of the indices into a dictionary.
int64_t Index(const ArrowArray& array, DType dtype, int64_t i) {
  return WithType(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T index = static_cast<const T*>(array.buffers[1])[array.offset + i];
    if constexpr (std::is_integral_v<T>)
      return static_cast<int64_t>(index);
    else
      return int64_t{-1};  // no index
  });
}

double NumberAt(const ArrowArray& array, Layout layout, int64_t i) {
  if (layout.kind == Kind::kNull || IsNull(array, i)) return std::numeric_limits<double>::quiet_NaN();
  if (layout.kind == Kind::kBits) return Bit(array.buffers[1], array.offset + i);
  return WithType(layout.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    return static_cast<double>(static_cast<const T*>(array.buffers[1])[array.offset + i]);
  });
}

template <class T>
T* MakeCells(ColumnRows& column, DType dtype, size_t rows) {
  column.dtype = dtype;
  column.own.resize(rows * sizeof(T));
  column.numbers = {column.own.data(), sizeof(T)};
  return reinterpret_cast<T*>(column.own.data());
}

struct Field {
  std::string name;
  Layout layout;                    // of the values
  std::optional<DType> dictionary;  // of the indices into them
  bool has_nulls = false;           // in any batch
};

void ReadText(const Field& field, const ArrowArray& array, ColumnRows& column) {
  const auto rows = static_cast<size_t>(array.length);
  column.dtype = DType::kString;
  column.texts.resize(rows);
  if (field.has_nulls) column.marks.resize(rows);
  const ArrowArray& values = field.dictionary ? *array.dictionary : array;
  for (int64_t i = 0; i < array.length; ++i) {
    const bool null = IsNull(array, i);
    const int64_t at = null || !field.dictionary ? i : Index(array, *field.dictionary, i);
    if (null || IsNull(values, at))
      column.marks[i] = kCellNone;  // as scikit-learn gets it
    else
      column.texts[i] = Text(field.layout.kind, values, at);
  }
}

void ReadBits(const Field& field, const ArrowArray& array, ColumnRows& column) {
  uint8_t* cells = MakeCells<uint8_t>(column, DType::kBool, array.length);
  if (field.has_nulls) column.marks.resize(array.length);
  for (int64_t i = 0; i < array.length; ++i) {
    const bool null = IsNull(array, i);
    cells[i] = !null && Bit(array.buffers[1], array.offset + i);
    if (null) column.marks[i] = kCellNone;  // as scikit-learn gets it
  }
}

// Numbers with nulls, or of a dictionary: floats stay what they are, all others become float64.
void ReadNumbers(const Field& field, const ArrowArray& array, ColumnRows& column) {
  const ArrowArray& values = field.dictionary ? *array.dictionary : array;
  double* cells = MakeCells<double>(column, DType::kFloat64, array.length);
  for (int64_t i = 0; i < array.length; ++i) {
    const int64_t at = field.dictionary && !IsNull(array, i) ? Index(array, *field.dictionary, i) : i;
    cells[i] = IsNull(array, i) ? std::numeric_limits<double>::quiet_NaN() : NumberAt(values, field.layout, at);
  }
  if (field.layout.dtype != DType::kFloat32) return;
  std::vector<std::byte> doubles = std::move(column.own);
  float* floats = MakeCells<float>(column, DType::kFloat32, array.length);
  for (int64_t i = 0; i < array.length; ++i)
    floats[i] = static_cast<float>(reinterpret_cast<double*>(doubles.data())[i]);
}

// Each index that is there lies in the dictionary.
bool IndicesFit(const Field& field, const ArrowArray& array) {
  for (int64_t i = 0; i < array.length; ++i) {
    if (IsNull(array, i)) continue;
    const int64_t at = Index(array, *field.dictionary, i);
    if (at < 0 || at >= array.dictionary->length) return false;
  }
  return true;
}

ColumnRows Read(const Field& field, const ArrowArray& array) {
  ColumnRows column{.name = field.name};
  if (field.layout.dtype == DType::kString) {
    ReadText(field, array, column);
  } else if (field.layout.kind == Kind::kBits && !field.dictionary) {
    ReadBits(field, array, column);
  } else if (field.layout.kind == Kind::kNumbers && !field.dictionary && !field.has_nulls) {
    column.dtype = field.layout.dtype;
    const auto size = static_cast<ptrdiff_t>(SizeOf(column.dtype));
    column.numbers = {static_cast<const std::byte*>(array.buffers[1]) + array.offset * size, size};
  } else {
    ReadNumbers(field, array, column);
  }
  return column;
}

Field FieldOf(const ArrowSchema& schema) {
  Field field{.name = schema.name == nullptr ? "" : schema.name};
  const ArrowSchema& values = schema.dictionary != nullptr ? *schema.dictionary : schema;
  const auto layout = LayoutOf(values.format);
  const auto indices = schema.dictionary != nullptr ? LayoutOf(schema.format) : std::nullopt;
  const bool indexed = schema.dictionary == nullptr || (indices && indices->kind == Kind::kNumbers);
  if (!layout || !indexed) {
    RaiseInput("input.dtype",
               absl::StrCat("column '", Escape(field.name), "' is of the Arrow type ", Escape(values.format, 40),
                            ", which no estimator takes"),
               "cast it to numbers, booleans or text first");
  }
  field.layout = *layout;
  if (indices) field.dictionary = indices->dtype;
  return field;
}

}  // namespace

struct ArrowTable::Batches {
  std::vector<Field> fields;
  std::vector<Released<ArrowArray>> arrays;
};

ArrowTable::ArrowTable(nb::handle capsule) : batches_(std::make_unique<Batches>()) {
  auto* stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule.ptr(), "arrow_array_stream"));
  if (stream == nullptr) throw nb::python_error();
  const auto must = [&](int code) {
    if (code == 0) return;
    const char* why = stream->get_last_error(stream);
    RaiseInput("input.arrow", absl::StrCat("the stream of batches broke off: ", Escape(why ? why : "no reason given")));
  };
  if (stream->release == nullptr) RaiseInput("input.arrow", "the stream of batches has been read before");
  Released<ArrowSchema> schema;
  must(stream->get_schema(stream, &schema.value));
  if (std::string_view(schema.value.format) != "+s")
    RaiseInput("input.arrow", "X is a single Arrow array, and a frame is needed");
  for (int64_t j = 0; j < schema.value.n_children; ++j) batches_->fields.push_back(FieldOf(*schema.value.children[j]));
  for (;;) {
    Released<ArrowArray> array;
    must(stream->get_next(stream, &array.value));
    if (array.value.release == nullptr) break;
    if (array.value.length == 0) continue;
    if (array.value.offset != 0) RaiseInput("input.arrow", "a batch of columns that begins at an offset");
    if (HasNulls(array.value)) RaiseInput("input.arrow", "a row that is null, whatever its columns say");
    if (array.value.n_children != schema.value.n_children)
      RaiseInput("input.arrow", "a batch that has other columns than the stream says");
    for (size_t j = 0; j < batches_->fields.size(); ++j) {
      const ArrowArray& column = *array.value.children[j];
      Field& field = batches_->fields[j];
      if (column.length < array.value.length)
        RaiseInput("input.arrow", absl::StrCat("column '", Escape(field.name), "' has fewer rows than its batch"));
      if (field.dictionary && !IndicesFit(field, column))
        RaiseInput("input.arrow",
                   absl::StrCat("column '", Escape(field.name), "' has an index outside of its dictionary"));
      field.has_nulls = field.has_nulls || HasNulls(column) || (field.dictionary && HasNulls(*column.dictionary));
    }
    batches_->arrays.push_back(std::move(array));
  }
  stream->release(stream);
}

ArrowTable::~ArrowTable() = default;

size_t ArrowTable::rows() const {
  size_t rows = 0;
  for (const auto& array : batches_->arrays) rows += array.value.length;
  return rows;
}

absl::Status ArrowTable::ForEachBatch(
    const std::function<absl::Status(const FrameRows&, size_t first_row)>& take) const {
  size_t first_row = 0;
  if (batches_->arrays.empty()) return take(FrameRows{0, std::vector<ColumnRows>(batches_->fields.size())}, 0);
  for (const auto& array : batches_->arrays) {
    FrameRows frame{static_cast<size_t>(array.value.length), {}};
    for (size_t j = 0; j < batches_->fields.size(); ++j)
      frame.columns.push_back(Read(batches_->fields[j], *array.value.children[j]));
    RETURN_IF_ERROR(take(frame, first_row));
    first_row += frame.rows;
  }
  return absl::OkStatus();
}

}  // namespace pratique::python
