// PatchExtractor: all patches of images (sklearn/feature_extraction/image.py, 1.0 to 1.9).
#pragma once

#include "image_generated.h"
#include "import/sklearn/import_context.h"
#include "model/run.h"
#include "type/class.h"

namespace pratique {

// Of each image every patch, from left to right and then down. float64, whatever X is.
struct PatchExtractor {
  using Schema = fb::PatchExtractor;
  BOOST_HANA_DEFINE_STRUCT(PatchExtractor, (uint32_t, patch_height), (uint32_t, patch_width));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;

 private:
  // Of the patches of such images; input.images where they are none.
  absl::StatusOr<ImageAxes> PatchOf(const ImageAxes& image) const;
};

}  // namespace pratique
