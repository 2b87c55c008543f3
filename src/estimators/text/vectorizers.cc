#include "estimators/text/vectorizers.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "estimators/text/murmur_hash.h"
#include "estimators/text/norms.h"
#include "estimators/text/rows_of_sums.h"
#include "estimators/text/vocabulary.h"
#include "import/sklearn/dtype_parameter.h"
#include "import/sklearn/sparse_matrix.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "model/views.h"
#include "state/invariant/floats.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

struct Counted {
  uint32_t column;
  int32_t value;
};

absl::StatusOr<fb::RowNorm> NormOf(ImportContext& context) {
  const graph::Id id = context.Take("norm");
  if (context.IsNone(id)) return fb::RowNorm::None;
  ASSIGN_OR_RETURN(std::string_view name, context.String(id, "norm"));
  if (name == "l1") return fb::RowNorm::L1;
  if (name == "l2") return fb::RowNorm::L2;
  return context.Unsupported("norm", name, "l1, l2 and None are supported.");
}

Signature TakesDocuments(uint64_t n_features_out) {
  Signature s;
  s.n_features_out = n_features_out;
  s.text_input = true;
  return s;
}

}  // namespace

std::optional<Violation> CountVectorizer::Invariant() const {
  if (auto v = IsNumber(dtype)) return v;
  return analysis.Invariant();
}

absl::StatusOr<Signature> CountVectorizer::Infer(const Children& children) const {
  Signature s = TakesDocuments(n_features_out);
  if (children.size() == 0) return s;
  if (children.size() != 1 || children.As<TfidfTransformer>(0) == nullptr)
    return Mismatch("a text vectorizer owns nothing but a TfidfTransformer");
  if (children.signatures[0].n_features_in != n_features_out)
    return Mismatch(absl::StrCat("its TfidfTransformer expects ", *children.signatures[0].n_features_in,
                                 " columns, the vocabulary has ", n_features_out));
  return s;
}

absl::Status CountVectorizer::Import(ImportContext& context) {
  RETURN_IF_ERROR(analysis.Import(context));
  ASSIGN_OR_RETURN(const Vocabulary vocabulary, TakeVocabulary(context));
  words = vocabulary.words;
  columns = vocabulary.columns;
  n_features_out = static_cast<uint32_t>(words.size());
  ASSIGN_OR_RETURN(binary, context.Bool(context.Take("binary"), "binary"));
  ASSIGN_OR_RETURN(dtype, TakeDType(context, "dtype"));
  if (context.class_name() == "TfidfVectorizer") context.Child(context.Take("_tfidf"), "_tfidf");
  return context.ByName(this);
}

// The words in the order of their columns; what X is called does not matter.
absl::StatusOr<Strings> CountVectorizer::FeatureNamesOut(FeatureNames& names) const {
  std::span<std::string_view> out = names.New(words.size());
  for (size_t k = 0; k < words.size(); ++k) out[columns[k]] = words[k];
  return Strings(out);
}

absl::StatusOr<Data> CountVectorizer::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(auto documents, Documents(X, run));
  return ByCarrier(dtype, [&]<class T>(T) -> absl::StatusOr<Data> {
    RowsOfSums<T, Counted> rows(documents.size(), n_features_out, run);
    for (std::string_view document : documents) {
      analysis.Analyze(document, [&](std::string_view feature) {
        if (const auto column = ColumnOf({words, columns}, feature)) rows.entries().push_back({*column, 1});
      });
      rows.EndRow(binary);
    }
    const Data counts = rows.Finish(static_cast<DType>(dtype));
    if (run.children().empty()) return counts;
    return run.children()[0]->Call(Method::kTransform, counts, run);
  });
}

std::optional<Violation> HashingVectorizer::Invariant() const {
  if (auto v = IsNumber(dtype)) return v;
  if (norm == fb::RowNorm::Max) return Violation{"norm", "l1_or_l2", "Max", "None, L1 or L2"};
  if (norm != fb::RowNorm::None) {
    if (auto v = invariant::IsFloatDType("dtype", dtype)) return v;
  }
  return analysis.Invariant();
}

absl::StatusOr<Signature> HashingVectorizer::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  return TakesDocuments(n_features_out);
}

absl::Status HashingVectorizer::Import(ImportContext& context) {
  RETURN_IF_ERROR(analysis.Import(context));
  ASSIGN_OR_RETURN(const int64_t n, context.Int(context.Take("n_features"), "n_features"));
  if (n < 1 || n > INT32_MAX)
    return context.Unsupported("n_features", absl::StrCat(n), "1 to 2147483647 columns are supported.");
  n_features_out = static_cast<uint32_t>(n);
  ASSIGN_OR_RETURN(binary, context.Bool(context.Take("binary"), "binary"));
  ASSIGN_OR_RETURN(alternate_sign, context.Bool(context.Take("alternate_sign"), "alternate_sign"));
  ASSIGN_OR_RETURN(norm, NormOf(context));
  ASSIGN_OR_RETURN(dtype, TakeDType(context, "dtype"));
  // normalize makes float64 of integers; these hold what float64 holds of counts.
  if (norm != fb::RowNorm::None && (dtype == fb::DType::Int64 || dtype == fb::DType::Int32)) dtype = fb::DType::Float64;
  if (norm != fb::RowNorm::None && dtype != fb::DType::Float64 && dtype != fb::DType::Float32)
    return context.Unsupported("dtype", fb::EnumNameDType(dtype), "With a norm: float64, float32, int64 or int32.");
  return context.ByName(this);
}

absl::StatusOr<Data> HashingVectorizer::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(auto documents, Documents(X, run));
  return ByCarrier(dtype, [&]<class T>(T) -> absl::StatusOr<Data> {
    RowsOfSums<T, Counted> rows(documents.size(), n_features_out, run);
    for (std::string_view document : documents) {
      analysis.Analyze(document, [&](std::string_view feature) {
        const int32_t h = MurmurHash3(feature);
        rows.entries().push_back({HashedColumn(h, n_features_out), alternate_sign && h < 0 ? -1 : 1});
      });
      rows.EndRow(binary);
    }
    CsrView<T> hashed = rows.Finish(static_cast<DType>(dtype));
    if constexpr (std::is_floating_point_v<T>) {
      if (norm != fb::RowNorm::None) hashed.data = NormalizedRows(hashed, norm, run);
    }
    return hashed;
  });
}

std::optional<Violation> TfidfTransformer::Invariant() const {
  if (norm == fb::RowNorm::Max) return Violation{"norm", "l1_or_l2", "Max", "None, L1 or L2"};
  return std::nullopt;
}

absl::StatusOr<Signature> TfidfTransformer::Infer(const Children& children) const {
  return TransformerSignature(n_features_in, n_features_in, feature_names, children);
}

// Releases before 1.5 keep idf as a diagonal matrix, and use it as the parameter use_idf says.
absl::Status TfidfTransformer::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(sublinear_tf, context.Bool(context.Take("sublinear_tf"), "sublinear_tf"));
  ASSIGN_OR_RETURN(norm, NormOf(context));
  ASSIGN_OR_RETURN(const bool use_idf, context.Bool(context.Take("use_idf"), "use_idf"));
  const graph::Id plain = context.Take("idf_"), diagonal = context.Take("_idf_diag");
  if (!context.IsNone(plain)) {
    ASSIGN_OR_RETURN(idf, context.Vector(plain, "idf_"));
  } else if (!context.IsNone(diagonal) && use_idf) {
    ASSIGN_OR_RETURN(idf, TakeDiagonal(context, diagonal, "_idf_diag"));
  } else if (use_idf) {
    return context.SavedAgain("idf_");
  }
  if (idf.data() != nullptr) n_features_in = static_cast<uint32_t>(std::min<size_t>(idf.size(), UINT32_MAX));
  if (const graph::Id n = context.Take("n_features_in_"); n != graph::kNoId) {
    ASSIGN_OR_RETURN(const int64_t value, context.Int(n, "n_features_in_"));
    n_features_in = static_cast<uint32_t>(std::clamp<int64_t>(value, 0, UINT32_MAX));
  }
  return context.ByName(this);
}

absl::StatusOr<Data> TfidfTransformer::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData checked, CheckFloats(X, run));
  const auto weigh = [&]<class T>(CsrView<T> x) -> absl::StatusOr<Data> {
    const size_t begin = static_cast<size_t>(x.indptr[0]), end = static_cast<size_t>(x.indptr[x.rows]);
    std::span<T> data = run.arena.Copy(x.data);
    for (size_t k = begin; k < end; ++k) {
      if (sublinear_tf) data[k] = std::log(data[k]) + 1;
      if (idf.data() != nullptr) data[k] = static_cast<T>(data[k] * idf[x.indices[k]]);  // below n_features_in: checked
    }
    x.data = data;
    if (norm == fb::RowNorm::None) return x;
    // normalize checks what it is given: the logarithm of a number that is not above 0 is none.
    for (size_t k = begin; k < end; ++k) {
      if (!std::isfinite(data[k]))
        return BadInput("input.not_finite", "a weighted count is NaN or infinite, and has no norm",
                        absl::StrCat(data[k]), "counts above 0");
    }
    x.data = NormalizedRows(x, norm, run);
    return x;
  };
  return std::visit(
      [&]<class View>(const View& x) -> absl::StatusOr<Data> {
        if constexpr (requires { x.indptr; })
          return weigh(x);
        else
          return weigh(SparseOf(x, run));
      },
      checked);
}

}  // namespace pratique
