#include "estimators/text/dict_vectorizer.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "estimators/text/murmur_hash.h"
#include "estimators/text/records.h"
#include "estimators/text/rows_of_sums.h"
#include "estimators/text/vocabulary.h"
#include "import/sklearn/dtype_parameter.h"
#include "model/views.h"
#include "status_macros.h"
#include "type/int_range.h"

namespace pratique {
namespace {

template <class T>
struct Valued {
  uint32_t column;
  T value;
};

// The number as numpy casts it to `dtype`, which T carries; nullopt: an integer has no such value. (numpy 1 wraps
// around what numpy 2 refuses.)
template <class T>
std::optional<T> Cast(const Item& item, fb::DType dtype) {
  if constexpr (std::is_integral_v<T>) {
    if (item.kind != Item::Kind::kInteger && !(std::abs(item.number) < 0x1p63)) return std::nullopt;
    const int64_t integer = item.kind == Item::Kind::kInteger ? item.integer : static_cast<int64_t>(item.number);
    const IntRange range = RangeOf(dtype);
    const int64_t low = std::is_unsigned_v<T> ? 0 : range.low;  // the range of uint64 is of its bits
    if (integer < low || integer > range.high) return std::nullopt;
    return static_cast<T>(integer);
  } else {
    return static_cast<T>(item.number);
  }
}

Signature TakesRecords(uint64_t n_features_out) {
  Signature s;
  s.n_features_out = n_features_out;
  s.rows = RowsAre::kRecords;
  s.text_input = true;
  return s;
}

}  // namespace

std::optional<Violation> DictVectorizer::Invariant() const { return IsNumber(dtype); }

absl::StatusOr<Signature> DictVectorizer::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s = TakesRecords(n_features_out);
  s.record_keys = words;
  return s;
}

absl::Status DictVectorizer::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(const Vocabulary vocabulary, TakeVocabulary(context));
  words = vocabulary.words;
  columns = vocabulary.columns;
  n_features_out = static_cast<uint32_t>(words.size());
  // The same once more, by column.
  const graph::Id names_id = context.Take("feature_names_");
  ASSIGN_OR_RETURN(const Strings names, context.StringArray(names_id, "feature_names_"));
  bool same = names.size() == words.size();
  for (size_t i = 0; same && i < words.size(); ++i) same = names[columns[i]] == words[i];
  if (!same) return context.Unsupported("feature_names_", "other names", "fit makes them of vocabulary_");
  ASSIGN_OR_RETURN(separator, context.String(context.Take("separator"), "separator"));
  ASSIGN_OR_RETURN(sparse, context.Bool(context.Take("sparse"), "sparse"));
  ASSIGN_OR_RETURN(dtype, TakeDType(context, "dtype"));
  if (const graph::Id id = context.Take("dtype");
      id != graph::kNoId && context.graph()[id].kind != graph::Kind::kGlobal)
    return context.Unsupported("dtype", "no class", "transform calls it: give a type as numpy.float32.");
  if (const graph::Id id = context.Take("dtype"); id != graph::kNoId)
    refuses_none = context.graph()[id].module == "builtins" && context.graph()[id].name == "float";
  return context.ByName(this);
}

absl::StatusOr<Strings> DictVectorizer::FeatureNamesOut(FeatureNames& names) const {
  std::span<std::string_view> out = names.New(words.size());
  for (size_t i = 0; i < words.size(); ++i) out[columns[i]] = words[i];
  return Strings(out);
}

// sklearn/feature_extraction/_dict_vectorizer.py (1.9) _transform. Entries of one column are summed, as in the matrix
// that scikit-learn makes of them.
absl::StatusOr<Data> DictVectorizer::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Records records, Dicts(X, run));
  const Vocabulary vocabulary{words, columns};
  const size_t rows = records.offsets.size() - 1, cols = n_features_out;
  return ByCarrier(dtype, [&]<class T>(T) -> absl::StatusOr<Data> {
    RowsOfSums<T, Valued<T>> sums(rows, cols, run);
    std::string name;
    for (size_t i = 0; i < rows; ++i) {
      for (int64_t k = records.offsets[i]; k < records.offsets[i + 1]; ++k) {
        const Item& item = records.items[static_cast<size_t>(k)];
        const bool is_text = item.kind == Item::Kind::kText;
        if (!is_text && item.form == Item::Form::kEntryElement)
          return BadItem(item, run.first_row + i, "text: only lists of text are taken");
        name = item.key;
        if (is_text) absl::StrAppend(&name, std::string(separator), std::string(item.text));
        const auto column = ColumnOf(vocabulary, name);
        if (!column) continue;
        if (refuses_none && item.kind == Item::Kind::kNone)
          return BadItem(item, run.first_row + i, "a number: Python's float takes no None");
        const std::optional<T> value = is_text ? T{1} : Cast<T>(item, dtype);
        if (!value) return BadItem(item, run.first_row + i, "a number of the dtype");
        sums.entries().push_back({*column, *value});
      }
      sums.EndRow(/*binary=*/false);
    }
    const CsrView<T> csr = sums.Finish(static_cast<DType>(dtype));
    if (sparse) return csr;
    RETURN_IF_ERROR(FitsMemory<T>(rows, cols, run));
    std::span<T> out = run.arena.New<T>(rows * cols);
    for (size_t i = 0; i < rows; ++i) {
      for (int64_t k = csr.indptr[i]; k < csr.indptr[i + 1]; ++k)
        out[i * cols + static_cast<size_t>(csr.indices[k])] = csr.data[k];
    }
    return MatrixView<T>{out, rows, cols, cols, csr.dtype};
  });
}

// What is not 0 (sklearn/feature_extraction/_dict_vectorizer.py, 1.9). The keys of the records are the words.
absl::StatusOr<Data> DictVectorizer::InverseTransform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const NumericData numbers, CheckNumbersOfWidth(X, n_features_out, run));
  const std::span<int32_t> word_of = run.arena.New<int32_t>(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) word_of[columns[i]] = static_cast<int32_t>(i);
  return std::visit(
      [&](const auto& x) -> absl::StatusOr<Data> {
        auto entries = StoredOf(x, run, /*zeros=*/false);
        const std::span<int32_t> keys = run.arena.NewUninitialized<int32_t>(entries.indices.size());
        for (size_t k = 0; k < keys.size(); ++k) keys[k] = word_of[static_cast<size_t>(entries.indices[k])];
        entries.indices = keys;
        return entries;
      },
      numbers);
}

std::optional<Violation> FeatureHasher::Invariant() const { return IsNumber(dtype); }

absl::StatusOr<Signature> FeatureHasher::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  return TakesRecords(n_features_out);
}

absl::Status FeatureHasher::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(const int64_t n, context.Int(context.Take("n_features"), "n_features"));
  if (n < 1 || n > INT32_MAX)
    return context.Unsupported("n_features", absl::StrCat(n), "1 to 2147483647 columns are supported.");
  n_features_out = static_cast<uint32_t>(n);
  const graph::Id type_id = context.Take("input_type");
  ASSIGN_OR_RETURN(const std::string_view type, context.String(type_id, "input_type"));
  if (type == "dict")
    input = fb::HashedInput::Dict;
  else if (type == "pair")
    input = fb::HashedInput::Pair;
  else if (type == "string")
    input = fb::HashedInput::String;
  else
    return context.Unsupported("input_type", type, "dict, pair and string are known");
  ASSIGN_OR_RETURN(alternate_sign, context.Bool(context.Take("alternate_sign"), "alternate_sign"));
  ASSIGN_OR_RETURN(dtype, TakeDType(context, "dtype"));
  return context.ByName(this);
}

// sklearn/feature_extraction/_hash.py and _hashing_fast.pyx (1.9).
absl::StatusOr<Data> FeatureHasher::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Records records,
                   input == fb::HashedInput::Dict
                       ? Dicts(X, run)
                       : RecordsOf(X, input == fb::HashedInput::Pair ? Item::Form::kPair : Item::Form::kElement, run));
  const size_t rows = records.offsets.size() - 1;
  return ByCarrier(dtype, [&]<class T>(T) -> absl::StatusOr<Data> {
    RowsOfSums<T, Valued<T>> sums(rows, n_features_out, run);
    std::string name;
    for (size_t i = 0; i < rows; ++i) {
      for (int64_t k = records.offsets[i]; k < records.offsets[i + 1]; ++k) {
        Item item = records.items[static_cast<size_t>(k)];
        const bool is_text = item.kind == Item::Kind::kText;
        if (input == fb::HashedInput::String) {
          if (!is_text) return BadItem(item, run.first_row + i, "text");
          name = item.text;
        } else {
          if (item.form == Item::Form::kEntryElement || item.kind == Item::Kind::kNone)
            return BadItem(item, run.first_row + i, "one number or text");
          name = item.key;
          if (is_text) absl::StrAppend(&name, "=", std::string(item.text));
        }
        double value = is_text ? 1 : item.number;
        if (value == 0) continue;
        const int32_t h = MurmurHash3(name);
        if (alternate_sign && h < 0) value = -value;
        const std::optional<T> cast = Cast<T>({.kind = Item::Kind::kFloat, .number = value}, dtype);
        if (!cast) return BadItem(item, run.first_row + i, "a number of the dtype");
        sums.entries().push_back({HashedColumn(h, n_features_out), *cast});
      }
      sums.EndRow(/*binary=*/false);
    }
    return sums.Finish(static_cast<DType>(dtype));
  });
}

}  // namespace pratique
