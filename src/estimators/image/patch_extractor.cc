#include "estimators/image/patch_extractor.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "import/sklearn/needed.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "model/views.h"
#include "status_macros.h"

namespace pratique {

std::optional<Violation> PatchExtractor::Invariant() const {
  if ((patch_height == 0) == (patch_width == 0)) return std::nullopt;
  return Violation{"patch_width", "patch", absl::StrCat(patch_height, " x ", patch_width), "two sizes, or none"};
}

absl::StatusOr<Signature> PatchExtractor::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.rows = RowsAre::kImages;
  return s;
}

absl::Status PatchExtractor::Import(ImportContext& context) {
  if (!context.IsNone(context.Take("max_patches")))
    return context.Unsupported("max_patches", "a number", "Such patches are drawn at random; all of them are not.");
  RETURN_IF_ERROR(CheckSeed(context));
  const graph::Id size = context.Take("patch_size");
  if (context.IsNone(size)) return absl::OkStatus();
  // scikit-learn adds it to a tuple, and numpy takes no bool for a length.
  const graph::Node& node = context.graph()[size];
  const auto is_bool = [&](graph::Id item) { return context.graph()[item].kind == graph::Kind::kBool; };
  if (node.kind != graph::Kind::kTuple || std::ranges::any_of(node.items, is_bool))
    return context.Unsupported("patch_size", "no tuple of integers", "transform raises TypeError in scikit-learn.");
  ASSIGN_OR_RETURN(const Array<int64_t> sizes, context.IntVector(size, "patch_size", ImportContext::Of::kSequence));
  const auto fits = [](int64_t n) { return n >= 1 && n <= (1 << 24); };
  if (sizes.size() != 2 || !std::ranges::all_of(sizes, fits))
    return context.Unsupported("patch_size", "other numbers", "Two from 1 to 16777216 are supported, and None.");
  patch_height = static_cast<uint32_t>(sizes[0]);
  patch_width = static_cast<uint32_t>(sizes[1]);
  return absl::OkStatus();
}

absl::StatusOr<ImageAxes> PatchExtractor::PatchOf(const ImageAxes& image) const {
  if (!image) return BadInput("input.images", "X is rows of columns, but PatchExtractor takes images");
  const bool tenth = patch_height == 0;
  const ImageAxes patch{tenth ? image.height / 10 : patch_height, tenth ? image.width / 10 : patch_width,
                        image.channels};
  if (patch.height == 0 || patch.width == 0) {
    return BadInput("input.images", "patches are a tenth of the image, of which nothing is left",
                    absl::StrCat("images of ", image.height, " x ", image.width), "at least 10 x 10");
  }
  if (patch.height <= image.height && patch.width <= image.width) return patch;
  return BadInput(
      "input.images",
      absl::StrCat(patch.height > image.height ? "Height" : "Width", " of the patch should be less than the ",
                   patch.height > image.height ? "height" : "width", " of the image."),
      absl::StrCat("images of ", image.height, " x ", image.width),
      absl::StrCat("at least ", patch.height, " x ", patch.width));
}

absl::StatusOr<Data> PatchExtractor::Transform(const Data& X, Run& run) const {
  const ImageAxes image = AxesOfImages(X);
  ASSIGN_OR_RETURN(const ImageAxes patch, PatchOf(image));
  ASSIGN_OR_RETURN(const MatrixView<double> images, CheckDense<double>(X, run));
  const size_t down = image.height - patch.height + 1, across = image.width - patch.width + 1;
  // Neither factor is more than the numbers of an image, which are in memory.
  RETURN_IF_ERROR(FitsMemory<double>(down * across, patch.size(), run));
  const size_t of_image = down * across * patch.size();
  RETURN_IF_ERROR(FitsMemory<double>(images.rows, of_image, run));
  const std::span<double> patches = NewMatrix<double>(run, images.rows, of_image);
  const size_t line = image.width * image.channels, piece = patch.width * patch.channels;
  double* to = patches.data();
  for (size_t i = 0; i < images.rows; ++i) {
    for (size_t at = 0; at < down * across; ++at) {
      const double* from = images.row(i) + at / across * line + at % across * image.channels;
      for (size_t y = 0; y < patch.height; ++y, to += piece) std::copy_n(from + y * line, piece, to);
    }
  }
  return MatrixView<double>{patches, images.rows, of_image, of_image, DType::kFloat64, false, patch};
}

}  // namespace pratique
