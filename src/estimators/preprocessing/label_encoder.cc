#include "estimators/preprocessing/label_encoder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "data/dtype.h"
#include "estimators/preprocessing/categories_import.h"
#include "estimators/preprocessing/category_lookup.h"
#include "estimators/preprocessing/changes.h"
#include "estimators/preprocessing/labels.h"
#include "estimators/preprocessing/values_of_places.h"
#include "status_macros.h"

namespace pratique {
namespace {

// The first `width` code points.
std::string_view Cut(std::string_view text, uint32_t width) {
  if (text.size() <= width) return text;
  size_t points = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<uint8_t>(text[i]) & 0xc0) != 0x80 && points++ == width) return text.substr(0, i);
  }
  return text;
}

// astype(T) of a number of another kind; nullopt: what a cast has no value for.
template <class T, class From>
std::optional<T> Cast(From value) {
  if constexpr (std::is_floating_point_v<From> && std::is_integral_v<T>) {
    if (!(std::abs(value) < static_cast<From>(0x1p63))) return std::nullopt;
    return static_cast<T>(static_cast<int64_t>(value));
  } else {
    return static_cast<T>(value);
  }
}

}  // namespace

std::optional<Violation> LabelEncoder::Invariant() const {
  if (auto violation = CheckClasses(classes, order)) return violation;
  if ((width != 0) != (casts && classes.dtype == fb::DType::String))
    return Violation{"width", "width", absl::StrCat(width), width == 0 ? "that of the text" : "0"};
  return std::nullopt;
}

absl::StatusOr<Signature> LabelEncoder::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_in = s.n_features_out = 1;
  s.classes = {&classes, 1};
  s.rows = RowsAre::kLabels;
  s.one_dimensional_transform = s.inverse_gives_labels = true;
  // Class indexes say no NaN, and a column of its own is no array.
  if (classes.missing != fb::Missing::No && classes.dtype != fb::DType::String) {
    s.has_methods = true;
    s.methods = {Method::kTransform};
  }
  s.text_input = classes.dtype == fb::DType::String;
  return s;
}

void LabelEncoder::Columns(const Estimator&, std::span<Takes> takes) const {
  std::ranges::fill(takes, classes.dtype == fb::DType::String ? Takes::kText : Takes::kNumbers);
}

absl::Status LabelEncoder::Import(ImportContext& context) {
  const graph::Id labels = context.Take("classes_");
  ASSIGN_OR_RETURN(classes, KnownValues(context, labels, "classes_"));
  order = OrderOf({&classes, 1}, context.arena());
  const graph::DType& dtype = *context.graph()[labels].dtype;
  casts = dtype.kind != 'O' && !context.Predates(release_1_2::kLabelsAreCast);
  // An empty text has the width of one character.
  if (casts && dtype.kind == 'U') width = std::max<uint32_t>(1, dtype.itemsize / 4);
  return context.ByName(this);
}

// The class of a label; -1: unseen. sklearn/preprocessing/_label.py (1.9) LabelEncoder.transform.
absl::StatusOr<int64_t> LabelEncoder::PlaceOf(const Column& column, size_t i, const Run& run) const {
  const CategoryLookup lookup(classes, order);
  if (column.lacks(i)) return lookup.Find(column, i);
  const bool is_text = column.dtype == DType::kString;
  if (!lookup.IsText()) {
    if (is_text) return LabelOfOtherKind(column, i, run, "a number, as the classes are");
    if (!casts) return lookup.Find(column, i);
    return WithNumbers(column, [&]<class From>(std::span<const From> cells) {
      const From cell = cells[i];
      if (std::isnan(static_cast<double>(cell))) return lookup.FindNumber(static_cast<double>(cell));
      if (classes.dtype == fb::DType::Bool) return lookup.FindNumber(static_cast<int64_t>(cell != 0));
      return WithType(static_cast<DType>(classes.dtype), [&](auto tag) {
        using T = typename decltype(tag)::type;
        using Carrier = std::conditional_t<std::is_floating_point_v<T>, double,
                                           std::conditional_t<std::is_same_v<T, uint64_t>, uint64_t, int64_t>>;
        if constexpr (std::is_arithmetic_v<T>) {
          const std::optional<T> cast = Cast<T>(cell);
          return cast ? lookup.FindNumber(static_cast<Carrier>(*cast)) : CategoryLookup::kUnknown;
        } else {
          return CategoryLookup::kUnknown;  // float16 is no dtype of classes
        }
      });
    });
  }
  if (is_text) return lookup.Find(width == 0 ? column.strings[i] : Cut(column.strings[i], width));
  if (width == 0 || IsFloat(column.dtype)) return LabelOfOtherKind(column, i, run, "text, as the classes are");
  const std::string text = WithNumbers(column, [&]<class From>(std::span<const From> cells) -> std::string {
    if (column.dtype == DType::kBool) return cells[i] != 0 ? "True" : "False";
    return absl::StrCat(cells[i]);
  });
  return lookup.Find(Cut(text, width));
}

absl::StatusOr<Data> LabelEncoder::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Column column, LabelColumn(X, run));
  const size_t rows = Rows(X);
  std::span<int64_t> out = NewMatrix<int64_t>(run, rows, 1);
  for (size_t i = 0; i < rows; ++i) {
    ASSIGN_OR_RETURN(out[i], PlaceOf(column, i, run));
    if (out[i] < 0) return UnseenLabel(column, i, run);
  }
  return MatrixView<int64_t>{out, rows, 1, 1};
}

// Places are integers.
absl::StatusOr<Data> LabelEncoder::InverseTransform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Column column, LabelColumn(X, run));
  const size_t rows = Rows(X), n = classes.size() + classes.n_missing();
  std::span<int32_t> places = run.arena.NewUninitialized<int32_t>(rows);
  for (size_t i = 0; i < rows; ++i) {
    if (!IsInteger(column.dtype)) return LabelOfOtherKind(column, i, run, "an integer that transform gives");
    const int64_t place = WithNumbers(column, [&]<class T>(std::span<const T> cells) {
      if constexpr (std::is_integral_v<T>)
        return std::in_range<int64_t>(cells[i]) ? static_cast<int64_t>(cells[i]) : int64_t{-1};
      else
        return int64_t{-1};
    });
    if (place < 0 || static_cast<uint64_t>(place) >= n)
      return UnseenLabel(column, i, run, absl::StrCat("0 to ", n == 0 ? 0 : n - 1));
    places[i] = static_cast<int32_t>(place);
  }
  if (classes.missing == fb::Missing::No) {
    std::span<double> out = NewMatrix<double>(run, rows, 1);
    std::ranges::copy(places, out.begin());
    return MatrixView<double>{out, rows, 1, 1};
  }
  std::span<Column> labels = run.arena.New<Column>(1);
  labels[0] = ColumnOfPlaces(classes, places, /*missing_ones=*/true, run);
  return FrameView{rows, labels};
}

}  // namespace pratique
