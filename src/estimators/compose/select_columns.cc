#include "estimators/compose/select_columns.h"

#include <algorithm>
#include <numeric>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "model/columns_by_name.h"
#include "model/input_error.h"
#include "status_macros.h"

namespace pratique {
namespace {

bool IsNamed(const FrameView& frame) { return !frame.columns.empty() && !frame.columns[0].name.empty(); }

absl::StatusOr<std::span<const uint32_t>> ByName(const FrameView& frame, Strings names, Array<uint32_t> needed,
                                                 Run& run) {
  const ColumnsByName columns(frame);
  std::span<uint32_t> positions = run.arena.New<uint32_t>(names.size());
  for (uint32_t feature : needed) {
    ASSIGN_OR_RETURN(positions[feature], columns.Find(names[feature]));
  }
  return positions;
}

template <class T>
MatrixView<T> Select(const MatrixView<T>& X, Array<uint32_t> columns, std::span<const uint32_t> positions, Run& run) {
  const size_t k = columns.size();
  bool in_a_row = k > 0;
  for (size_t j = 1; j < k; ++j) in_a_row &= positions[columns[j]] == positions[columns[0]] + j;
  if (in_a_row) return {X.data.subspan(positions[columns[0]]), X.rows, k, X.row_stride, X.dtype, X.swapped};
  std::span<T> out = NewMatrix<T>(run, X.rows, k);
  for (size_t i = 0; i < X.rows; ++i) {
    const T* row = X.row(i);
    for (size_t j = 0; j < k; ++j) out[i * k + j] = row[positions[columns[j]]];
  }
  return {out, X.rows, k, k, X.dtype, X.swapped};
}

// The entries whose column place_of(column) gives a place, which is -1 where it is not wanted.
template <class T, class PlaceOf>
CsrView<T> SelectOnce(const CsrView<T>& X, size_t cols, PlaceOf place_of, Run& run) {
  const int64_t begin = X.indptr[0];
  const auto most = static_cast<size_t>(X.indptr[X.rows] - begin);
  std::span<int64_t> indptr = run.arena.NewUninitialized<int64_t>(X.rows + 1);
  int32_t* indices = run.arena.NewUninitialized<int32_t>(most + 1).data();  // one that is not wanted is behind the last
  T* data = run.arena.NewUninitialized<T>(most + 1).data();
  size_t out = 0;
  for (size_t i = 0; i < X.rows; ++i) {
    indptr[i] = static_cast<int64_t>(out);
    for (int64_t e = X.indptr[i]; e < X.indptr[i + 1]; ++e) {
      const int32_t place = place_of(static_cast<uint32_t>(X.indices[e]));
      indices[out] = place;
      data[out] = X.data[e];
      out += place >= 0;
    }
  }
  indptr[X.rows] = static_cast<int64_t>(out);
  return {X.rows, cols, indptr, {indices, out}, {data, out}, X.dtype};
}

// Each stored entry goes to every place where its column is wanted, in the order of places.
template <class T>
CsrView<T> Select(const CsrView<T>& X, Array<uint32_t> columns, std::span<const uint32_t> positions, Run& run) {
  const size_t n_entries = static_cast<size_t>(X.indptr[X.rows] - X.indptr[0]);
  const auto position = [&](uint32_t column) { return positions[column]; };
  bool ascending = true;
  for (size_t j = 1; j < columns.size(); ++j) ascending &= position(columns[j - 1]) < position(columns[j]);
  if (ascending && n_entries < X.cols / 64) {
    return SelectOnce(
        X, columns.size(),
        [&](uint32_t c) {
          const auto found = std::ranges::lower_bound(columns, c, {}, position);
          return found != columns.end() && position(*found) == c ? static_cast<int32_t>(found - columns.begin()) : -1;
        },
        run);
  }
  if (ascending) {
    std::span<int32_t> place_of = run.arena.NewUninitialized<int32_t>(X.cols);
    std::ranges::fill(place_of, -1);
    for (size_t j = 0; j < columns.size(); ++j) place_of[position(columns[j])] = static_cast<int32_t>(j);
    return SelectOnce(X, columns.size(), [places = place_of.data()](uint32_t c) { return places[c]; }, run);
  }
  // Column c is wanted at places[ends[c] .. ends[c + 1]).
  std::span<uint32_t> ends = run.arena.New<uint32_t>(X.cols + 2), places = run.arena.New<uint32_t>(columns.size());
  for (const uint32_t column : columns) ++ends[positions[column] + 2];
  for (size_t c = 2; c < ends.size(); ++c) ends[c] += ends[c - 1];
  for (uint32_t j = 0; j < columns.size(); ++j) places[ends[positions[columns[j]] + 1]++] = j;
  std::span<int64_t> indptr = run.arena.NewUninitialized<int64_t>(X.rows + 1);
  indptr[0] = 0;
  for (size_t i = 0; i < X.rows; ++i) {
    int64_t count = 0;
    for (int64_t e = X.indptr[i]; e < X.indptr[i + 1]; ++e) {
      const auto c = static_cast<size_t>(X.indices[e]);
      count += ends[c + 1] - ends[c];
    }
    indptr[i + 1] = indptr[i] + count;
  }
  std::span<int32_t> indices = run.arena.NewUninitialized<int32_t>(indptr[X.rows]);
  std::span<T> data = run.arena.NewUninitialized<T>(indptr[X.rows]);
  size_t out = 0;
  for (int64_t e = X.indptr[0]; e < X.indptr[X.rows]; ++e) {
    const auto c = static_cast<size_t>(X.indices[e]);
    for (uint32_t at = ends[c]; at < ends[c + 1]; ++at, ++out) {
      indices[out] = static_cast<int32_t>(places[at]);
      data[out] = X.data[e];
    }
  }
  return {X.rows, columns.size(), indptr, indices, data, X.dtype};
}

FrameView Select(const FrameView& X, Array<uint32_t> columns, std::span<const uint32_t> positions, Run& run) {
  std::span<Column> out = run.arena.NewUninitialized<Column>(columns.size());
  for (size_t j = 0; j < columns.size(); ++j) out[j] = X.columns[positions[columns[j]]];
  return {X.rows, out};
}

}  // namespace

absl::StatusOr<std::span<const uint32_t>> PositionsOf(const Data& X, uint64_t n, Strings names, Array<uint32_t> needed,
                                                      Run& run) {
  const auto* frame = std::get_if<FrameView>(&X);
  if (frame != nullptr && !names.empty() && IsNamed(*frame)) return ByName(*frame, names, needed, run);
  if (Cols(X) != n) {
    return BadInput("input.width",
                    absl::StrCat("X has ", Cols(X), " features, but ", std::string(run.self->type->short_name()),
                                 " expects ", n, " features as input"),
                    absl::StrCat(Cols(X)), absl::StrCat(n));
  }
  std::span<uint32_t> positions = run.arena.NewUninitialized<uint32_t>(n);
  std::iota(positions.begin(), positions.end(), 0u);
  return positions;
}

Data SelectColumns(const Data& X, Array<uint32_t> columns, std::span<const uint32_t> positions, Run& run) {
  return std::visit([&](const auto& view) -> Data { return Select(view, columns, positions, run); }, X);
}

}  // namespace pratique
