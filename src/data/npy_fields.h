// The header of an .npy file as it is written: numpy evaluates it as Python, here it is a tiny grammar.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace pratique {

inline constexpr size_t kMaxNpyRecord = 256;  // fields of one record
inline constexpr int kMaxNpyDepth = 4;        // records in records

struct NpyFields {
  struct Field {
    std::string name;
    std::string descr;  // of what no reader takes: "[<i4<f8" for a record in it, "<f8()" with a title or for a subarray
  };
  std::string descr;          // "<f8"; empty for records
  std::vector<Field> record;  // [('left_child', '<i8'), ...], with unnamed void fields where numpy pads
  bool fortran_order = false;
  std::vector<uint64_t> shape;
  size_t offset = 0;  // of the first element
};

// The fields of the header at the start of `bytes`, which may end after it. Nothing is checked against the elements,
// and dtypes are text. Errors: input.npy.
absl::StatusOr<NpyFields> ParseNpyFields(std::span<const char> bytes);

// Where the elements begin, as the header's length says; whatever else is wrong with it. At most bytes.size().
size_t NpyElements(std::span<const char> bytes);

}  // namespace pratique
