// DictVectorizer and FeatureHasher: dicts, pairs and words to sparse rows.
#pragma once

#include "model/feature_names.h"
#include "text_generated.h"
#include "type/class.h"

namespace pratique {

// Law of dtype: the parameter dtype.
struct DictVectorizer {
  using Schema = fb::DictVectorizer;
  BOOST_HANA_DEFINE_STRUCT(DictVectorizer, (uint32_t, n_features_out), (Strings, words), (Array<uint32_t>, columns),
                           (std::string_view, separator), (bool, sparse), (fb::DType, dtype), (bool, refuses_none));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;
};

struct FeatureHasher {
  using Schema = fb::FeatureHasher;
  BOOST_HANA_DEFINE_STRUCT(FeatureHasher, (uint32_t, n_features_out), (fb::HashedInput, input), (bool, alternate_sign),
                           (fb::DType, dtype));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
};

}  // namespace pratique
