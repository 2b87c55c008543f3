// The .npy format, versions 1 to 3 (numpy/lib/format.py, numpy 2.x): magic, header, elements.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pratique/data.h"

namespace pratique {

inline constexpr std::string_view kNpyMagic = "\x93NUMPY";
// The longest prefix of a file that its header can take (numpy itself refuses longer headers).
inline constexpr size_t kMaxNpyHeader = 12 + 10000;

struct NpyHeader {
  DType dtype = DType::kFloat64;
  bool is_bytes = false;  // numpy's S: only the `format` entry of scipy's .npz; dtype is kString
  bool swapped = false;   // stored in the other byte order
  size_t item_size = 8;
  bool fortran_order = false;
  std::vector<uint64_t> shape;
  uint64_t items = 0;  // product of shape
  size_t offset = 0;   // of the first element
};

// Parses the header at the start of `bytes` and checks that elements of `file_size - offset` bytes are
// exactly what it declares. `bytes` may end after the header. Errors: input.npy; input.object_array for
// pickled elements.
absl::StatusOr<NpyHeader> ParseNpyHeader(std::span<const char> bytes, uint64_t file_size);

// `out.size()` stored elements of a numeric dtype as T: its carrier (dtype.h), or double, to which integers round.
template <class T>
void DecodeNumbers(const NpyHeader& header, const char* elements, std::span<T> out);

// All elements, in the order that they are stored in, of a matrix that has their dtype and number.
void DecodeElements(const NpyHeader& header, const char* elements, Matrix& out);

// One U (or S) element as UTF-8; false for what is not a code point.
bool DecodeText(const NpyHeader& header, const char* element, std::string& out);

// The header as numpy 2.x writes it: version 1.0, with room for the first axis to grow, padded to 64 bytes.
// `text_width` is in characters, for kString. Its length does not depend on shape[0].
std::string NpyHeaderBytes(DType dtype, size_t text_width, std::span<const size_t> shape);

// Appends `texts` as U elements of `width` characters. Invalid UTF-8 becomes U+FFFD.
void AppendTexts(std::span<const std::string> texts, size_t width, std::string& out);
size_t CodePoints(std::string_view text);

}  // namespace pratique
