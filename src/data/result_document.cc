#include "data/result_document.h"

#include <sys/mman.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "data/file_io.h"
#include "data/input_error.h"
#include "data/npy.h"
#include "data/npz_archive.h"
#include "data/npz_writer.h"
#include "data/reader.h"

namespace pratique {
namespace {

constexpr char kName[] = "result";

Fd MemoryFile() { return Fd(::memfd_create("pratique", MFD_CLOEXEC)); }

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

absl::StatusOr<Matrix> ReadArray(std::string_view npy) {
  auto header = ParseNpyHeader(std::span(npy.data(), npy.size()), npy.size());
  if (!header.ok()) return header.status();
  std::vector<size_t> shape(header->shape.begin(), header->shape.end());
  bool text = header->dtype == DType::kString;
  if (shape.empty() || shape.size() > 2 || (text && header->fortran_order && shape.size() == 2)) {
    return InputError("input.shape", "an array of results has one or two dimensions in C order, not " + std::to_string(shape.size()));
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
      return InputError("input.npy", "element " + std::to_string(i) + " is no text");
    }
  }
  return m;
}

template <class T>
CsrMatrix Copy(const CsrView<T>& x) {
  CsrMatrix csr{x.rows, x.cols, std::is_same_v<T, float> ? DType::kFloat32 : DType::kFloat64, {}, {}, {}};
  csr.indptr.assign(x.indptr.begin(), x.indptr.end());
  csr.indices.assign(x.indices.begin(), x.indices.end());
  csr.data.assign(x.data.begin(), x.data.end());
  return csr;
}

absl::StatusOr<Output> ReadSparse(std::string_view npz, const Limits& limits) {
  auto table = ReadTable(std::as_bytes(std::span(npz.data(), npz.size())), limits);
  if (!table.ok()) return table.status();
  const Data data = table->view();
  Output output;
  if (auto* x = std::get_if<CsrView<double>>(&data)) output.csr = Copy(*x);
  if (auto* x = std::get_if<CsrView<float>>(&data)) output.csr = Copy(*x);
  return output;
}

absl::StatusOr<Output> ReadArrays(NpzArchive& archive) {
  Output output;
  output.is_list = true;
  for (std::string name = "arr_0"; archive.Has(name); name = "arr_" + std::to_string(output.arrays.size())) {
    auto document = archive.ReadDocument(name);
    if (!document.ok()) return document.status();
    auto array = ReadArray(*document);
    if (!array.ok()) return array.status();
    output.arrays.push_back(*std::move(array));
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
  if (auto appended = writer->Append(output); !appended.ok()) return appended;
  if (auto finished = writer->Finish(); !finished.ok()) return finished;
  std::string document(FileSize(fd), '\0');
  if (auto read = ReadAt(fd, 0, document, kName); !read.ok()) return read;
  return document;
}

absl::StatusOr<Output> ReadResult(std::string_view document, const Limits& limits) {
  Output output;
  if (document.starts_with(kNpyMagic)) {
    auto array = ReadArray(document);
    if (!array.ok()) return array.status();
    output.arrays.push_back(*std::move(array));
    return output;
  }
  Fd fd = MemoryFile();
  if (auto copied = OutputFile::Borrow(fd, kName).WriteAt(0, document); !copied.ok()) return copied;
  auto archive = NpzArchive::Open(fd, kName, limits);
  if (!archive.ok()) return archive.status();
  return archive->Has("format") ? ReadSparse(document, limits) : ReadArrays(*archive);
}

}  // namespace pratique
