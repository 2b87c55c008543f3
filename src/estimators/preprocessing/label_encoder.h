// LabelEncoder.
#pragma once

#include "model/run.h"
#include "preprocessing_generated.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

// Law of dtype: int64, and back that of classes.
struct LabelEncoder {
  using Schema = fb::LabelEncoder;
  BOOST_HANA_DEFINE_STRUCT(LabelEncoder, (Values, classes), (Array<uint32_t>, order), (bool, casts), (uint32_t, width));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const;
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;

 private:
  absl::StatusOr<int64_t> PlaceOf(const Column& column, size_t i, const Run& run) const;
};

}  // namespace pratique
