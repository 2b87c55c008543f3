#include "results.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>

#include "data/dtype.h"

namespace nb = nanobind;

namespace pratique::python {
namespace {

nb::dlpack::dtype DlpackOf(DType dtype) {
  const auto bits = static_cast<uint8_t>(8 * SizeOf(dtype));
  using Code = nb::dlpack::dtype_code;
  Code code = Code::Float;
  switch (dtype) {
    case DType::kInt64:
    case DType::kInt32:
    case DType::kInt16:
    case DType::kInt8:
      code = Code::Int;
      break;
    case DType::kUInt64:
    case DType::kUInt32:
    case DType::kUInt16:
    case DType::kUInt8:
      code = Code::UInt;
      break;
    case DType::kBool:
      code = Code::Bool;
      break;
    default:
      break;
  }
  return {static_cast<uint8_t>(code), bits, 1};
}

// `values`, moved to the heap, as an array over `data` in it.
template <class T>
nb::object Own(T values, void* data, std::span<const size_t> shape, DType dtype) {
  auto* kept = new T(std::move(values));
  nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<T*>(p); });
  return nb::ndarray<nb::numpy>(data, shape.size(), shape.data(), owner, nullptr, DlpackOf(dtype)).cast();
}

template <class T>
nb::object OwnVector(std::vector<T> values, DType dtype) {
  const size_t size = values.size();
  void* data = values.data();
  return Own(std::move(values), data, std::span(&size, 1), dtype);
}

nb::object CsrParts(CsrMatrix csr) {
  const nb::tuple shape = nb::make_tuple(csr.rows, csr.cols);
  nb::object data = ToArray(std::move(csr.data));
  const bool is_small = std::max({csr.rows, csr.cols, csr.indices.size()}) < size_t{INT32_MAX};
  nb::object indptr = is_small ? OwnVector(std::vector<int32_t>(csr.indptr.begin(), csr.indptr.end()), DType::kInt32)
                               : OwnVector(std::move(csr.indptr), DType::kInt64);
  return nb::make_tuple(data, OwnVector(std::move(csr.indices), DType::kInt32), indptr, shape);
}

nb::list ToList(const std::vector<std::string>& texts) {
  nb::list list;
  for (const std::string& text : texts) list.append(nb::str(text.c_str(), text.size()));
  return list;
}

bool Alike(const Output& a, const Output& b) {
  const auto same = [](const Matrix& x, const Matrix& y) {
    return x.dtype() == y.dtype() &&
           std::ranges::equal(std::span(x.shape()).subspan(1), std::span(y.shape()).subspan(1));
  };
  if (!std::ranges::equal(a.arrays, b.arrays, same) || a.csr.has_value() != b.csr.has_value()) return false;
  if (a.records.has_value() != b.records.has_value()) return false;
  if (a.csr && (a.csr->cols != b.csr->cols || a.csr->data.dtype() != b.csr->data.dtype())) return false;
  return std::ranges::equal(a.columns, b.columns, [&](const OutputColumn& x, const OutputColumn& y) {
    return x.name == y.name && x.objects == y.objects && same(x.values, y.values);
  });
}

void AppendColumn(OutputColumn& column, OutputColumn& more) {
  for (int32_t& index : more.categories.empty() ? std::span<int32_t>() : more.values.values<int32_t>())
    index += static_cast<int32_t>(column.categories.size());
  column.categories.insert(column.categories.end(), std::make_move_iterator(more.categories.begin()),
                           std::make_move_iterator(more.categories.end()));
  if (!column.marks.empty() || !more.marks.empty()) {
    column.marks.resize(column.values.rows());
    more.marks.resize(more.values.rows());
    column.marks.insert(column.marks.end(), more.marks.begin(), more.marks.end());
  }
  column.values.Append(more.values);
}

void AppendRows(CsrMatrix& csr, const CsrMatrix& more) {
  const int64_t before = csr.indptr.back();
  for (size_t i = 1; i < more.indptr.size(); ++i) csr.indptr.push_back(before + more.indptr[i]);
  csr.indices.insert(csr.indices.end(), more.indices.begin(), more.indices.end());
  csr.data.Append(more.data);
  csr.rows += more.rows;
}

}  // namespace

bool Append(Output& output, Output more) {
  if (!Alike(output, more)) return false;
  for (size_t i = 0; i < output.arrays.size(); ++i) output.arrays[i].Append(more.arrays[i]);
  for (size_t i = 0; i < output.columns.size(); ++i) AppendColumn(output.columns[i], more.columns[i]);
  if (output.csr) AppendRows(*output.csr, *more.csr);
  if (output.records) AppendRows(output.records->entries, more.records->entries);
  return true;
}

nb::object ToArray(Matrix matrix) {
  if (matrix.dtype() == DType::kString) {
    const nb::list cells = ToList(matrix.strings());
    nb::list shape;
    for (size_t size : matrix.shape()) shape.append(size);
    return nb::make_tuple(cells, nb::tuple(shape));
  }
  const std::vector<size_t> shape = matrix.shape();
  const DType dtype = matrix.dtype();
  void* data = matrix.values<std::byte>().data();
  return Own(std::move(matrix), data, shape, dtype);
}

nb::object ToPython(Output output) {
  if (output.csr) return nb::make_tuple("csr", CsrParts(*std::move(output.csr)));
  if (output.records) {
    return nb::make_tuple("records", nb::make_tuple(CsrParts(std::move(output.records->entries)),
                                                    ToArray(std::move(output.records->names)), output.records->dicts));
  }
  if (!output.columns.empty() || (output.arrays.empty() && !output.is_list)) {  // a frame may have no columns
    nb::list columns;
    for (OutputColumn& c : output.columns) {
      nb::object marks = c.marks.empty() ? nb::none() : OwnVector(std::move(c.marks), DType::kUInt8);
      const nb::object texts = c.categories.empty() ? nb::none() : nb::object(ToList(c.categories));
      columns.append(nb::make_tuple(nb::str(c.name.c_str(), c.name.size()), ToArray(std::move(c.values)), marks,
                                    c.objects, texts));
    }
    return nb::make_tuple("columns", columns);
  }
  if (!output.is_list && output.arrays.size() == 1)
    return nb::make_tuple(output.are_indexes ? "indexes" : "array", ToArray(std::move(output.arrays[0])));
  nb::list arrays;
  for (Matrix& array : output.arrays) arrays.append(ToArray(std::move(array)));
  return nb::make_tuple("list", arrays);
}

void FillObjects(nb::handle array, size_t column, const Indexes& indexes, const nb::list& objects) {
  Py_buffer cells;
  if (PyObject_GetBuffer(array.ptr(), &cells, PyBUF_WRITABLE | PyBUF_STRIDES) != 0) throw nb::python_error();
  std::vector<PyObject*> known;
  for (nb::handle object : objects) known.push_back(object.ptr());
  const bool fits = cells.ndim == 2 && cells.itemsize == sizeof(PyObject*) &&
                    indexes.size() == static_cast<size_t>(cells.shape[0]) &&
                    column < static_cast<size_t>(cells.shape[1]);
  const bool inside = std::all_of(indexes.data(), indexes.data() + indexes.size(),
                                  [&](int32_t index) { return static_cast<uint32_t>(index) < known.size(); });
  if (fits && inside) {
    char* cell = static_cast<char*>(cells.buf) + static_cast<ptrdiff_t>(column) * cells.strides[1];
    for (size_t i = 0; i < indexes.size(); ++i, cell += cells.strides[0]) {
      auto* slot = reinterpret_cast<PyObject**>(cell);
      PyObject* before = *slot;
      *slot = known[static_cast<size_t>(indexes.data()[i])];
      Py_INCREF(*slot);
      Py_XDECREF(before);
    }
  }
  PyBuffer_Release(&cells);
  if (!fits || !inside) throw nb::index_error("the cells are no column of the array");
}

}  // namespace pratique::python
