// What most transformers infer.
#pragma once

#include "absl/status/statusor.h"
#include "status_macros.h"
#include "type/signature.h"

namespace pratique {

// A transformer that owns no other objects and makes n_features_out columns of n_features_in.
inline absl::StatusOr<Signature> TransformerSignature(uint64_t n_features_in, uint64_t n_features_out,
                                                      Strings feature_names, const Children& children) {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_in = n_features_in;
  s.n_features_out = n_features_out;
  s.feature_names = feature_names;
  return s;
}

}  // namespace pratique
