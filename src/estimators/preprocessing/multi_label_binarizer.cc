#include "estimators/preprocessing/multi_label_binarizer.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "estimators/preprocessing/categories_import.h"
#include "estimators/preprocessing/category_lookup.h"
#include "estimators/preprocessing/labels.h"
#include "model/input_error.h"
#include "model/views.h"
#include "status_macros.h"

namespace pratique {
namespace {

// _cached_dict: from each class to its place, once transform was called.
absl::Status TakeCache(ImportContext& context, const Values& classes) {
  const graph::Id cache = context.Take("_cached_dict");
  if (context.IsNone(cache)) return absl::OkStatus();
  const graph::Node& node = context.graph()[cache];
  bool same = node.kind == graph::Kind::kDict && node.items.size() == 2 * classes.size();
  for (size_t i = 0; same && i < classes.size(); ++i) {
    ASSIGN_OR_RETURN(const int64_t place, context.Int(node.items[2 * i + 1], "_cached_dict"));
    same = place == static_cast<int64_t>(i);
    if (classes.dtype == fb::DType::String) {
      ASSIGN_OR_RETURN(const std::string_view label, context.String(node.items[2 * i], "_cached_dict"));
      same = same && label == classes.strings[i];
    } else {
      ASSIGN_OR_RETURN(const double label, context.Double(node.items[2 * i], "_cached_dict"));
      same = same && label == (classes.IsFloat() ? classes.floats[i] : static_cast<double>(classes.ints[i]));
    }
  }
  if (same) return absl::OkStatus();
  return context.Unsupported("_cached_dict", "other places", "transform makes it of classes_");
}

}  // namespace

std::optional<Violation> MultiLabelBinarizer::Invariant() const {
  if (auto violation = CheckClasses(classes, order)) return violation;
  if (classes.missing != fb::Missing::No)
    return Violation{"classes.missing", "labels", fb::EnumNameMissing(classes.missing), "No"};
  return std::nullopt;
}

absl::StatusOr<Signature> MultiLabelBinarizer::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_out = classes.size();
  s.classes = {&classes, 1};
  s.record_labels = s.classes;
  s.rows = RowsAre::kRecords;
  s.text_input = true;
  return s;
}

absl::Status MultiLabelBinarizer::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(classes, context.ValuesOf(context.Take("classes_"), "classes_"));
  order = OrderOf({&classes, 1}, context.arena());
  RETURN_IF_ERROR(TakeCache(context, classes));
  ASSIGN_OR_RETURN(sparse, context.Bool(context.Take("sparse_output"), "sparse_output"));
  return context.ByName(this);
}

// sklearn/preprocessing/_label.py (1.9) MultiLabelBinarizer._transform. Unknown labels are left out.
absl::StatusOr<Data> MultiLabelBinarizer::Transform(const Data& X, Run& run) const {
  const auto* frame = std::get_if<FrameView>(&X);
  const auto refused = [&](std::string got) {
    return BadInput("input.records", "MultiLabelBinarizer takes lists of labels, one a row: give them as JSON Lines",
                    std::move(got), "lists of labels");
  };
  if (frame == nullptr || !frame->records) return refused("columns");
  const Records& records = *frame->records;
  const CategoryLookup lookup(classes, order);
  const size_t rows = frame->rows, cols = classes.size();
  std::span<int64_t> indptr = run.arena.New<int64_t>(rows + 1);
  std::vector<int32_t> indices, places;
  for (size_t i = 0; i < rows; ++i) {
    places.clear();
    for (int64_t k = records.offsets[i]; k < records.offsets[i + 1]; ++k) {
      const Item& item = records.items[static_cast<size_t>(k)];
      if (item.form != Item::Form::kElement) return refused("objects, or lists of lists");
      int64_t place = CategoryLookup::kUnknown;
      if (item.kind == Item::Kind::kText)
        place = lookup.Find(item.text);
      else if (item.kind == Item::Kind::kFloat)
        place = lookup.FindNumber(item.number);
      else if (item.kind != Item::Kind::kNone)
        place = lookup.FindNumber(item.integer);
      if (place >= 0) places.push_back(static_cast<int32_t>(place));
    }
    std::ranges::sort(places);
    places.erase(std::unique(places.begin(), places.end()), places.end());
    indices.insert(indices.end(), places.begin(), places.end());
    indptr[i + 1] = static_cast<int64_t>(indices.size());
  }
  if (sparse) {
    std::span<int64_t> data = run.arena.NewUninitialized<int64_t>(indices.size());
    std::ranges::fill(data, 1);
    return CsrView<int64_t>{rows, cols, indptr, run.arena.Copy(std::span<const int32_t>(indices)), data};
  }
  RETURN_IF_ERROR(FitsMemory<int64_t>(rows, cols, run));
  std::span<int64_t> out = run.arena.New<int64_t>(rows * cols);
  for (size_t i = 0; i < rows; ++i) {
    for (int64_t k = indptr[i]; k < indptr[i + 1]; ++k)
      out[i * cols + static_cast<size_t>(indices[static_cast<size_t>(k)])] = 1;
  }
  return MatrixView<int64_t>{out, rows, cols, cols};
}

// Of sparse rows whatever is stored, a zero too; of a frame scikit-learn would take the names of columns for rows
// (sklearn/preprocessing/_label.py, 1.9).
absl::StatusOr<Data> MultiLabelBinarizer::InverseTransform(const Data& X, Run& run) const {
  const auto* frame = std::get_if<FrameView>(&X);
  if (frame != nullptr && !frame->columns.empty() && !frame->columns[0].name.empty()) {
    return BadInput("input.frame", "MultiLabelBinarizer takes an array of 0 and 1 back, and no frame", "named columns",
                    ".npy, .npz, or lists as JSON Lines");
  }
  ASSIGN_OR_RETURN(const NumericData numbers, CheckNumbersOfWidth(X, classes.size(), run, Finite::kAny));
  return std::visit(
      [&](const auto& x) -> absl::StatusOr<Data> {
        const auto entries = StoredOf(x, run, /*zeros=*/true);
        for (size_t i = 0; i < entries.rows; ++i) {
          for (int64_t k = entries.indptr[i]; k < entries.indptr[i + 1]; ++k) {
            const auto v = static_cast<double>(entries.data[static_cast<size_t>(k)]);
            if (v == 0 || v == 1) continue;
            return BadInput("input.unknown_category",
                            absl::StrCat("row ", run.first_row + i, ", column ",
                                         entries.indices[static_cast<size_t>(k)], ": it says neither 0 nor 1"),
                            absl::StrCat(v), "0 or 1");
          }
        }
        return entries;
      },
      numbers);
}

}  // namespace pratique
