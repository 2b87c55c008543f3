// Inputs that may be larger than memory, and what models make of them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "data/reader.h"
#include "data/table.h"
#include "pratique/model.h"

namespace pratique::cli {

inline constexpr size_t kRowsPerThread = 4096;

struct ChunkRows {
  size_t most, first = 1;
  bool all = false;  // in one piece, however many
};

// So many rows of an input that the first result has at most a million cells or so; one of standard input, which may
// wait for its answer, and where the result's width follows from the rows. All of them where a result depends on all.
ChunkRows RowsOfChunks(const Model& model, Method method, const std::string& input, size_t threads);

// Reads `input` ("-": JSON Lines on standard input) and hands over at most `rows.most` rows at a time, until `take`
// fails. `take` gives the bytes that it made of them: there are fewer rows next where these were many.
absl::Status ForEachChunk(const std::string& input, const Limits& limits, ChunkRows rows,
                          const std::function<absl::StatusOr<uint64_t>(const Table&)>& take, ReadOptions options = {});

// The result of a chunk, its rows split over threads.
absl::StatusOr<Output> RunRows(const Model& model, Method method, const Table& table, size_t threads);

// The width of scikit-learn's labels in numpy: that of the longest class, whichever occur. 0 for results that are no
// labels.
size_t TextWidth(const Model& model, Method method);

}  // namespace pratique::cli
