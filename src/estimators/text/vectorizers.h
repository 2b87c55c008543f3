// CountVectorizer (and TfidfVectorizer, which weighs its counts) and HashingVectorizer.
#pragma once

#include "estimators/text/analyzer.h"
#include "model/feature_names.h"
#include "text_generated.h"
#include "type/class.h"

namespace pratique {

// Law of dtype: the parameter dtype; TfidfVectorizer float64 or float32.
struct CountVectorizer {
  using Schema = fb::CountVectorizer;
  BOOST_HANA_DEFINE_STRUCT(CountVectorizer, (uint32_t, n_features_out), (TextAnalyzer, analysis), (Strings, words),
                           (Array<uint32_t>, columns), (bool, binary), (fb::DType, dtype));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;
};

struct HashingVectorizer {
  using Schema = fb::HashingVectorizer;
  BOOST_HANA_DEFINE_STRUCT(HashingVectorizer, (uint32_t, n_features_out), (TextAnalyzer, analysis), (bool, binary),
                           (bool, alternate_sign), (fb::RowNorm, norm), (fb::DType, dtype));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
};

// Law of dtype: keeps X's.
struct TfidfTransformer {
  using Schema = fb::TfidfTransformer;
  BOOST_HANA_DEFINE_STRUCT(TfidfTransformer, (uint32_t, n_features_in), (bool, sublinear_tf), (fb::RowNorm, norm),
                           (Array<double>, idf), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.OneToOne(); }
};

}  // namespace pratique
