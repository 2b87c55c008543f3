#include "estimators/linear/sparse_coef.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "status_macros.h"

namespace pratique {
namespace {

// scipy/sparse/_csr.py: of row i the columns indices[indptr[i] .. indptr[i + 1]).
struct CompressedRows {
  uint64_t rows = 0, cols = 0;
  Array<int64_t> indptr, indices;
  Array<double> data;
};

bool IsSound(const CompressedRows& m) {
  if (m.indptr.size() != m.rows + 1 || m.indptr[0] != 0 || m.indices.size() != m.data.size()) return false;
  if (!std::ranges::is_sorted(m.indptr) || m.indptr.back() > static_cast<int64_t>(m.data.size())) return false;
  return std::ranges::all_of(m.indices, [&](int64_t j) { return j >= 0 && static_cast<uint64_t>(j) < m.cols; });
}

absl::StatusOr<CompressedRows> ReadRows(ImportContext& context, graph::Id value, std::string_view attribute) {
  const auto part = [&](const char* name) { return context.graph().Find(value, name); };
  constexpr auto kSequence = ImportContext::Of::kSequence;
  ASSIGN_OR_RETURN(Array<int64_t> shape, context.IntVector(part("_shape"), attribute, kSequence));
  ASSIGN_OR_RETURN(Array<int64_t> indptr, context.IntVector(part("indptr"), attribute));
  ASSIGN_OR_RETURN(Array<int64_t> indices, context.IntVector(part("indices"), attribute));
  ASSIGN_OR_RETURN(Array<double> data, context.Vector(part("data"), attribute));
  const bool has_shape =
      shape.size() == 2 && shape[0] >= 0 && shape[1] >= 0 && shape[0] <= UINT32_MAX && shape[1] <= UINT32_MAX;
  CompressedRows m{.indptr = indptr, .indices = indices, .data = data};
  if (has_shape) {
    m.rows = static_cast<uint64_t>(shape[0]);
    m.cols = static_cast<uint64_t>(shape[1]);
  }
  if (!has_shape || !IsSound(m))
    return context.Invalid(attribute, "a sparse matrix whose parts disagree", "one that scipy wrote");
  return m;
}

}  // namespace

bool IsSparseRows(const graph::Graph& graph, graph::Id value) {
  if (value == graph::kNoId) return false;
  const graph::Node& node = graph[value];
  const bool is_rows = node.name == "csr_matrix" || node.name == "csr_array";
  return node.kind == graph::Kind::kObject && node.made == graph::Made::kNew && is_rows &&
         node.module.starts_with("scipy.sparse.");
}

fb::DType SparseDType(const ImportContext& context, graph::Id value) {
  return context.FloatDType(context.graph().Find(value, "data"));
}

absl::StatusOr<NdArray<double>> DenseOfSparse(ImportContext& context, graph::Id value, std::string_view attribute) {
  ASSIGN_OR_RETURN(CompressedRows m, ReadRows(context, value, attribute));
  std::span<double> dense;
  try {
    dense = context.arena().New<double>(m.rows * m.cols);
  } catch (const Arena::OverLimit&) {
    return context.Unsupported(attribute,
                               absl::StrCat("a sparse matrix of ", m.rows, " x ", m.cols, " with few entries"),
                               "Call densify() and save the model again.");
  }
  for (uint64_t i = 0; i < m.rows; ++i) {
    for (int64_t e = m.indptr[i]; e < m.indptr[i + 1]; ++e) dense[i * m.cols + m.indices[e]] += m.data[e];
  }
  return NdArray<double>{{m.rows, m.cols}, dense};
}

}  // namespace pratique
