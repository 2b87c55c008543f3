// MultiLabelBinarizer.
#pragma once

#include "model/run.h"
#include "preprocessing_generated.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

// Law of dtype: int64.
struct MultiLabelBinarizer {
  using Schema = fb::MultiLabelBinarizer;
  BOOST_HANA_DEFINE_STRUCT(MultiLabelBinarizer, (Values, classes), (Array<uint32_t>, order), (bool, sparse));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;
};

}  // namespace pratique
