// What every fuzz target asks of the library.
#pragma once

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "pratique/pratique.h"

namespace pratique::fuzz {

inline void Require(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", property);
  std::abort();
}

// A refusal says why, and never that pratique itself is wrong.
inline void RequireRejection(const absl::Status& status) {
  const auto why = GetRejection(status);
  Require(why.has_value() && !why->code.empty() && why->reason != Reason::kNone,
          "an error carries a rejection with a code");
  if (why->reason == Reason::kInternal) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  Require(why->reason != Reason::kInternal, "no refusal is a bug of pratique");
}

// predict is total: every method gives an error or as many rows as X has, on dense, sparse and named columns, and
// images.
inline void RequireTotal(const Model& model) {
  constexpr size_t kRows = 3;
  const size_t cols = model.n_features() == 0 ? 4 : model.n_features();
  if (cols > 4096) return;
  std::vector<double> doubles(kRows * cols, 0.5);
  for (size_t j = 0; j < cols; ++j) doubles[cols + j] = j % 2 ? -1e30 : 1e30;
  for (size_t j = 0; j < cols; ++j) doubles[2 * cols + j] = std::numeric_limits<double>::quiet_NaN();
  const std::vector<float> floats(kRows * cols, 0.25f);
  const std::array<int64_t, kRows + 1> indptr{0, 1, 1, 2};
  const std::array<int32_t, 2> indices{0, static_cast<int32_t>(cols - 1)};
  const std::array<double, 2> data{1.5, -2};
  const std::array<std::string_view, kRows> texts{"a", "", "Z\xc3\xbcrich"};
  const std::array<uint8_t, kRows> missing{0, 1, 0};
  std::vector<Column> columns(cols);
  for (size_t j = 0; j < cols; ++j) {
    const std::string_view name = j < model.feature_names().size() ? model.feature_names()[j] : "x";
    if (j % 2)
      columns[j] = {.name = name, .doubles = std::span<const double>(doubles).first(kRows)};
    else
      columns[j] = {.name = name, .dtype = DType::kString, .strings = texts, .marks = missing};
  }
  const std::array<uint8_t, kRows> kinds{kCellInteger, kCellBool, kCellNA};
  std::vector<Column> objects(columns);
  for (size_t j = 0; j < cols; ++j) {
    objects[j].cells = j % 3 ? CellsAre::kObjects : CellsAre::kNullable;
    if (j % 6 == 1) objects[j].marks = kinds;  // of floats
  }
  const std::array<Data, 7> inputs{Dense(std::span<const double>(doubles), kRows, cols),
                                   Dense(std::span<const double>(doubles).first(cols), 1, cols),
                                   Dense(std::span<const float>(floats), kRows, cols),
                                   CsrView<double>{kRows, cols, indptr, indices, data},
                                   FrameView{kRows, columns},
                                   FrameView{kRows, objects},
                                   Images(Dense(std::span<const double>(doubles).first(cols), 1, cols), {cols, 1, 1})};
  for (size_t m = 0; m < kMethods; ++m) {
    for (const Data& X : inputs) {
      const absl::StatusOr<Output> out = model.Run(static_cast<Method>(m), X);
      if (!out.ok()) {
        RequireRejection(out.status());
        continue;
      }
      for (const Matrix& array : out->arrays)
        Require(array.rows() == Rows(X) || AxesOfImages(X), "a result has the rows of X, or images of them");
      if (out->records) Require(out->records->entries.rows == Rows(X), "records are as many as the rows of X");
      if (out->csr)
        Require(out->csr->rows == Rows(X) && out->csr->indptr.size() == Rows(X) + 1,
                "a sparse result has the rows of X");
    }
  }
}

// Scan accepts what Load loads, and nothing else; of a bundle Load takes none, but each estimator under its root.
template <class LoadRoot>
void RequireSameAsLoad(const Report& report, const absl::StatusOr<Model>& model, LoadRoot load_root) {
  constexpr size_t kMostRoots = 4;
  if (report.roots_total == 0) {
    Require(model.ok() == (report.verdict == Verdict::kAccepted), "Scan accepts what Load loads, and nothing else");
    return;
  }
  Require(!model.ok(), "of a bundle Load takes none");
  for (size_t i = 0; i < std::min(report.roots.size(), kMostRoots); ++i) {
    const Report::Entry& entry = report.roots[i];
    Require(report.verdict != Verdict::kAccepted || entry.verdict == Verdict::kAccepted, "the worst decides");
    if (entry.path.empty()) continue;
    const absl::StatusOr<Model> root = load_root(entry.path);
    Require(root.ok() == (entry.verdict == Verdict::kAccepted), "each root of a bundle loads as Scan says");
    if (!root.ok()) RequireRejection(root.status());
  }
}

inline Limits SmallLimits() {
  Limits limits;
  limits.inflated_bytes = limits.memory = uint64_t{256} << 20;
  limits.output_columns = 1 << 16;
  return limits;
}

}  // namespace pratique::fuzz
