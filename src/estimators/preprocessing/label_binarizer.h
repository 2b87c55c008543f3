// LabelBinarizer.
#pragma once

#include "model/run.h"
#include "preprocessing_generated.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

// Law of dtype: int64, or that of integer labels; back that of classes.
struct LabelBinarizer {
  using Schema = fb::LabelBinarizer;
  BOOST_HANA_DEFINE_STRUCT(LabelBinarizer, (Values, classes), (Array<uint32_t>, order), (int64_t, neg_label),
                           (int64_t, pos_label), (bool, sparse), (bool, keeps_dtype));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const;
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;

 private:
  // Of a result: two classes share one.
  size_t n_columns() const { return classes.size() <= 2 ? 1 : classes.size(); }
  absl::StatusOr<int64_t> PlaceOf(const Column& column, size_t i, const Run& run) const;
  template <class View>
  absl::StatusOr<Data> Thresholded(const View& y, Run& run) const;
};

}  // namespace pratique
