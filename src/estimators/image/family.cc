#include "estimators/image/patch_extractor.h"
#include "image_bfbs_generated.h"
#include "registry/families.h"

namespace pratique {

const Family& ImageFamily() {
  using Schema = fb::PatchExtractorBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kModules[] = {"sklearn.feature_extraction.image"};
  static constexpr std::string_view kImages[] = {"images"};
  static const Class kClasses[] = {
      {.name = "sklearn.feature_extraction.image.PatchExtractor",
       .form = FormOf<PatchExtractor, Schema>(),
       .modules = kModules,
       .inputs = kImages,
       .agreement = "exact",
       .refuses = "max_patches, whose patches are drawn at random; in a Pipeline, any step behind it"},
  };
  static const Family family{"image", kClasses, {}};
  return family;
}

}  // namespace pratique
