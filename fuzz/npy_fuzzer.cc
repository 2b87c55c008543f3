// Any bytes are one array or are refused, by the reader of .skops members and by the reader of input; where both read
// numbers, they read the same.
#include <bit>
#include <cstring>

#include "data/reader.h"
#include "fuzz/graph_property.h"
#include "import/npy/npy_array.h"

namespace {

using namespace pratique;

// Of a little-endian float64 array in two dimensions.
double ElementOf(const graph::Node& node, size_t row, size_t column) {
  const size_t at = node.fortran ? column * node.shape[0] + row : row * node.shape[1] + column;
  double value = 0;
  std::memcpy(&value, node.bytes.data() + at * sizeof value, sizeof value);
  return value;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto file = std::as_bytes(std::span(data, size));
  const Limits limits = fuzz::ImportLimits();
  graph::Graph graph;
  pickle::Context context(graph, limits, size, "skops.unfolds");
  graph.root = npy::ReadArray(context, file, "array.npy", 0);
  if (context.failure())
    fuzz::RequireRejection(ToStatus(*context.failure()));
  else
    fuzz::RequireSound(graph);
  if (!file.empty() && file[0] != std::byte{0x93}) return 0;  // another kind of input
  const auto table = ReadTable(file, limits);
  if (!table.ok()) fuzz::RequireRejection(table.status());
  if (context.failure() || !table.ok()) return 0;
  const graph::Node& node = graph[graph.root];
  const auto view = table->view();
  const auto* matrix = std::get_if<MatrixView<double>>(&view);
  if (matrix == nullptr || node.shape.size() != 2 || node.dtype->kind != 'f' || node.dtype->itemsize != 8 ||
      node.dtype->big_endian)
    return 0;
  fuzz::Require(matrix->rows == node.shape[0] && matrix->cols == node.shape[1], "both readers see the same shape");
  for (size_t i = 0; i < matrix->rows; ++i) {
    for (size_t j = 0; j < matrix->cols; ++j) {
      fuzz::Require(std::bit_cast<uint64_t>(matrix->row(i)[j]) == std::bit_cast<uint64_t>(ElementOf(node, i, j)),
                    "both readers see the same number");
    }
  }
  return 0;
}
