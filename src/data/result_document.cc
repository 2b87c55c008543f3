#include "data/result_document.h"

#include <sys/mman.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "data/dtype.h"
#include "data/file_io.h"
#include "data/input_error.h"
#include "data/npy.h"
#include "data/npz_archive.h"
#include "data/npz_writer.h"
#include "data/reader.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr char kName[] = "result";

Fd MemoryFile() { return Fd(::memfd_create("pratique", MFD_CLOEXEC)); }

// Columns as they are stored in F order become rows.
void TurnOver(Matrix& m) {
  WithType(m.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::span<T> values = m.values<T>();
    const std::vector<T> stored(values.begin(), values.end());
    for (size_t i = 0; i < m.rows(); ++i) {
      for (size_t j = 0; j < m.cols(); ++j) values[i * m.cols() + j] = stored[j * m.rows() + i];
    }
  });
}

absl::StatusOr<Matrix> ReadArray(std::string_view npy) {
  ASSIGN_OR_RETURN(auto header, ParseNpyHeader(std::span(npy.data(), npy.size()), npy.size()));
  std::vector<size_t> shape(header.shape.begin(), header.shape.end());
  bool text = header.dtype == DType::kString;
  if (shape.empty() || shape.size() > 4 || (header.fortran_order && shape.size() > (text ? 1 : 2))) {
    return InputError("input.shape",
                      "an array of results has one to four dimensions in C order, not " + std::to_string(shape.size()));
  }
  const char* elements = npy.data() + header.offset;
  Matrix m(header.dtype, std::move(shape));
  if (!text) {
    DecodeElements(header, elements, m);
    if (header.fortran_order && m.cols() > 1) TurnOver(m);
  } else {
    for (size_t i = 0; i < m.size(); ++i) {
      if (DecodeText(header, elements + i * header.item_size, m.strings()[i])) continue;
      return InputError("input.npy", "element " + std::to_string(i) + " is no text");
    }
  }
  return m;
}

template <class T>
CsrMatrix Copy(const CsrView<T>& x) {
  CsrMatrix csr{x.rows, x.cols, {}, {}, Matrix(x.dtype, {x.data.size()})};
  csr.indptr.assign(x.indptr.begin(), x.indptr.end());
  csr.indices.assign(x.indices.begin(), x.indices.end());
  CopyNumbers(x.data, csr.data, 0);
  return csr;
}

absl::StatusOr<Output> ReadSparse(std::string_view npz, const Limits& limits) {
  ASSIGN_OR_RETURN(auto table, ReadTable(std::as_bytes(std::span(npz.data(), npz.size())), limits));
  const Data data = table.view();
  Output output;
  std::visit(
      [&](const auto& x) {
        if constexpr (requires { x.indptr; }) output.csr = Copy(x);
      },
      data);
  return output;
}

absl::StatusOr<Output> ReadArrays(NpzArchive& archive) {
  Output output;
  output.is_list = true;
  for (std::string name = "arr_0"; archive.Has(name); name = "arr_" + std::to_string(output.arrays.size())) {
    ASSIGN_OR_RETURN(auto document, archive.ReadDocument(name));
    ASSIGN_OR_RETURN(auto array, ReadArray(document));
    output.arrays.push_back(std::move(array));
  }
  if (!output.arrays.empty() && archive.members() == output.arrays.size()) return output;
  return BadNpz("the .npz is no list of arrays: its members are not arr_0, arr_1, ...",
                "save a list with numpy.savez(file, *arrays), a sparse matrix with scipy.sparse.save_npz");
}

}  // namespace

absl::StatusOr<std::string> ResultDocument(const Output& output) {
  if (output.arrays.size() == 1 && !output.is_list) return NpyBytes(output.arrays[0]);
  Fd fd = MemoryFile();
  auto writer = MakeNpzWriter(OutputFile::Borrow(fd, kName), {});
  RETURN_IF_ERROR(writer->Append(output));
  RETURN_IF_ERROR(writer->Finish());
  std::string document(FileSize(fd), '\0');
  RETURN_IF_ERROR(ReadAt(fd, 0, document, kName));
  return document;
}

absl::StatusOr<Output> ReadResult(std::string_view document, const Limits& limits) {
  Output output;
  if (document.starts_with(kNpyMagic)) {
    ASSIGN_OR_RETURN(auto array, ReadArray(document));
    output.arrays.push_back(std::move(array));
    return output;
  }
  Fd fd = MemoryFile();
  RETURN_IF_ERROR(OutputFile::Borrow(fd, kName).WriteAt(0, document));
  ASSIGN_OR_RETURN(auto archive, NpzArchive::Open(fd, kName, limits));
  return archive.Has("format") ? ReadSparse(document, limits) : ReadArrays(archive);
}

}  // namespace pratique
