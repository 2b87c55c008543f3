#include "cli/chunks.h"

#include <algorithm>

#include "data/input_error.h"
#include "data/npy.h"
#include "data/reader.h"
#include "model/pace.h"
#include "status_macros.h"

namespace pratique::cli {

ChunkRows RowsOfChunks(const Model& model, Method method, const std::string& input, size_t threads) {
  constexpr size_t kCells = size_t{1} << 20;
  if (method == Method::kPredictCov) return {kMostRowsOfCov, kMostRowsOfCov};
  if (model.takes_all_rows(method)) return {.most = SIZE_MAX, .first = SIZE_MAX, .all = true};
  const size_t most = kRowsPerThread * threads, columns = model.n_columns(method);
  if (input == "-" || columns == 0 || model.n_features() == 0) return {most};
  return {most, std::clamp<size_t>(kCells / (columns + model.n_features() + TextWidth(model, method)), 1, most)};
}

absl::Status ForEachChunk(const std::string& input, const Limits& limits, ChunkRows rows,
                          const std::function<absl::StatusOr<uint64_t>(const Table&)>& take, ReadOptions options) {
  ASSIGN_OR_RETURN(auto reader, Reader::Open(input, limits, options));
  constexpr uint64_t kBytes = uint64_t{64} << 20;
  Pace pace(rows.first, rows.most, std::min(kBytes, limits.memory / 4));
  for (bool any = false;; any = true) {
    ASSIGN_OR_RETURN(auto table, reader->Next(pace.rows(), rows.all ? kAllBytes : kChunkBytes));
    if (!table) return any ? absl::OkStatus() : InputError("input.empty", "the input has no rows");
    ASSIGN_OR_RETURN(const uint64_t made, take(*table));
    pace.Took(table->rows(), made);
  }
}

namespace {

// A row that is a string: JSON Lines' documents, and one-dimensional text in .npy.
bool IsDocuments(const Table& table) {
  return table.is_frame() && table.columns().size() == 1 && table.columns()[0].name().empty() &&
         table.columns()[0].is_text();
}

absl::Status TakesColumns(const absl::Status& status) {
  Rejection why = *GetRejection(status);
  why.help =
      "the rows are documents, for text vectorizers, but the model takes columns: write each row as an object or an "
      "array";
  return ToStatus(why);
}

}  // namespace

absl::StatusOr<Output> RunRows(const Model& model, Method method, const Table& table, size_t threads) {
  ASSIGN_OR_RETURN(auto aligned, Align(table, model.feature_names()));
  absl::StatusOr<Output> output = model.Run(method, aligned.data, {.threads = threads, .first_row = table.first_row()});
  if (output.ok()) return output;
  const bool features = model.rows_are(method) == RowsAre::kFeatures;
  return features && IsDocuments(table) ? TakesColumns(output.status()) : SayColumns(output.status(), table);
}

size_t TextWidth(const Model& model, Method method) {
  size_t width = 0;
  const bool labels = method == Method::kPredict || method == Method::kStagedPredict ||
                      (method == Method::kInverseTransform && model.rows_are(method) == RowsAre::kLabels);
  for (size_t k = 0; labels && k < model.n_outputs(); ++k) {
    const Matrix classes = model.classes(k);
    if (classes.dtype() != DType::kString) return 0;
    for (const std::string& label : classes.strings()) width = std::max(width, CodePoints(label));
  }
  return width;
}

}  // namespace pratique::cli
