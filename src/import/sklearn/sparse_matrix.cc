#include "import/sklearn/sparse_matrix.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "absl/strings/str_cat.h"
#include "status_macros.h"

namespace pratique {
namespace {

// Each row by column; entries of one column are summed, as scipy's sum_duplicates does.
void SortRows(SparseMatrix& m, std::span<uint32_t> indptr, std::span<uint32_t> indices, std::span<double> data) {
  std::vector<std::pair<uint32_t, double>> row;
  uint32_t out = 0, begin = 0;
  for (size_t i = 0; i < m.rows; ++i) {
    const uint32_t end = indptr[i + 1];
    row.clear();
    for (uint32_t k = begin; k < end; ++k) row.emplace_back(indices[k], data[k]);
    std::ranges::stable_sort(row, {}, &std::pair<uint32_t, double>::first);
    for (size_t k = 0; k < row.size(); ++k) {
      if (k > 0 && row[k].first == row[k - 1].first) {
        data[out - 1] += row[k].second;
        continue;
      }
      indices[out] = row[k].first;
      data[out++] = row[k].second;
    }
    begin = end;
    indptr[i + 1] = out;
  }
  m.indptr = indptr;
  m.indices = Array<uint32_t>(indices.data(), out);
  m.data = Array<double>(data.data(), out);
}

}  // namespace

absl::StatusOr<SparseMatrix> TakeSparseMatrix(ImportContext& context, graph::Id id, std::string_view attribute) {
  const graph::Graph& graph = context.graph();
  const bool is_object = id != graph::kNoId && graph[id].kind == graph::Kind::kObject;
  const std::string_view name = is_object ? std::string_view(graph[id].name) : std::string_view();
  if (name != "csr_matrix" && name != "csr_array")
    return context.Unsupported(attribute, is_object ? name : "no sparse matrix",
                               "Sparse matrices are read as csr_matrix.");
  const graph::Id shape_id = graph.Find(id, "_shape");
  ASSIGN_OR_RETURN(NdArray<int64_t> shape, context.Ints(shape_id, attribute, ImportContext::Of::kSequence));
  ASSIGN_OR_RETURN(NdArray<int64_t> indptr, context.Ints(graph.Find(id, "indptr"), attribute));
  ASSIGN_OR_RETURN(NdArray<int64_t> indices, context.Ints(graph.Find(id, "indices"), attribute));
  ASSIGN_OR_RETURN(NdArray<double> data, context.Doubles(graph.Find(id, "data"), attribute));
  const auto bad = [&](std::string got) { return context.Invalid(attribute, got, "a sound csr_matrix"); };
  if (shape.values.size() != 2 || shape.values[0] < 0 || shape.values[1] < 0 || shape.values[0] > UINT32_MAX ||
      shape.values[1] > UINT32_MAX)
    return bad("no shape of two dimensions");
  SparseMatrix m{static_cast<uint64_t>(shape.values[0]), static_cast<uint64_t>(shape.values[1]), {}, {}, {}};
  if (indptr.values.size() != m.rows + 1 || indptr.values[0] != 0 || data.values.size() > UINT32_MAX)
    return bad(absl::StrCat("indptr of ", indptr.values.size()));
  std::span<uint32_t> starts = context.arena().New<uint32_t>(indptr.values.size());
  for (size_t i = 1; i < starts.size(); ++i) {
    if (indptr.values[i] < indptr.values[i - 1] ||
        static_cast<uint64_t>(indptr.values[i]) > std::min(indices.values.size(), data.values.size()))
      return bad(absl::StrCat("indptr[", i, "] = ", indptr.values[i]));
    starts[i] = static_cast<uint32_t>(indptr.values[i]);
  }
  std::span<uint32_t> columns = context.arena().New<uint32_t>(starts.back());
  for (size_t k = 0; k < columns.size(); ++k) {
    if (indices.values[k] < 0 || static_cast<uint64_t>(indices.values[k]) >= m.cols)
      return bad(absl::StrCat("indices[", k, "] = ", indices.values[k]));
    columns[k] = static_cast<uint32_t>(indices.values[k]);
  }
  SortRows(m, starts, columns, context.arena().Copy(data.values.first(columns.size())));
  return m;
}

absl::StatusOr<NdArray<double>> DenseOf(const SparseMatrix& matrix, Arena& arena) {
  std::span<double> values = arena.New<double>(matrix.rows * matrix.cols);
  for (size_t i = 0; i < matrix.rows; ++i) {
    for (uint32_t k = matrix.indptr[i]; k < matrix.indptr[i + 1]; ++k)
      values[i * matrix.cols + matrix.indices[k]] = matrix.data[k];
  }
  return NdArray<double>{{matrix.rows, matrix.cols}, values};
}

absl::StatusOr<Array<double>> TakeDiagonal(ImportContext& context, graph::Id id, std::string_view attribute) {
  ASSIGN_OR_RETURN(const SparseMatrix m, TakeSparseMatrix(context, id, attribute));
  std::span<double> diagonal = context.arena().New<double>(m.rows);
  for (size_t i = 0; i < m.rows; ++i) {
    if (m.rows != m.cols || m.indptr[i + 1] - m.indptr[i] > 1 ||
        (m.indptr[i + 1] > m.indptr[i] && m.indices[m.indptr[i]] != i))
      return context.Unsupported(attribute, "a matrix that is not diagonal", "scikit-learn keeps a diagonal one.");
    if (m.indptr[i + 1] > m.indptr[i]) diagonal[i] = m.data[m.indptr[i]];
  }
  return Array<double>(diagonal);
}

}  // namespace pratique
