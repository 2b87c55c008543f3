// Patches of images: which, in which order, and what is refused. Numbers are judged by tests/models.
#include "estimators/image/patch_extractor.h"

#include <gmock/gmock.h>

#include <numeric>
#include <vector>

#include "image_bfbs_generated.h"
#include "tests/model/direct.h"

namespace pratique {
namespace {

using ::pratique::testing::CodeOf;
using ::pratique::testing::Flat;
using ::testing::ElementsAre;
using Direct = ::pratique::testing::DirectState<PatchExtractor, fb::PatchExtractorBinarySchema>;

std::vector<double> Counted(size_t n) {
  std::vector<double> x(n);
  std::iota(x.begin(), x.end(), 0.0);
  return x;
}

TEST(PatchExtractor, GivesPatchesFromLeftToRightAndThenDown) {
  const std::vector<double> x = Counted(12);
  Direct patches(PatchExtractor{.patch_height = 2, .patch_width = 1});
  // Two images of 3 x 2: four patches each.
  const auto given = patches.Call(Method::kTransform, Images(Dense(x, 2, 6), {3, 2, 1}));
  EXPECT_THAT(Flat<double>(given), ElementsAre(0, 2, 1, 3, 2, 4, 3, 5, 6, 8, 7, 9, 8, 10, 9, 11));
  const ImageAxes patch = AxesOfImages(*given);
  EXPECT_THAT((std::vector{patch.height, patch.width, patch.channels}), ElementsAre(2, 1, 1));
  // One of 3 x 2 points of two channels.
  EXPECT_THAT(Flat<double>(patches.Call(Method::kTransform, Images(Dense(x, 1, 12), {3, 2, 2}))),
              ElementsAre(0, 1, 4, 5, 2, 3, 6, 7, 4, 5, 8, 9, 6, 7, 10, 11));
}

TEST(PatchExtractor, RefusesWhatIsNoImageOfItsPatches) {
  const std::vector<double> x = Counted(100);
  Direct patches(PatchExtractor{.patch_height = 3, .patch_width = 2}), tenths(PatchExtractor{}),
      huge(PatchExtractor{.patch_height = 1 << 24, .patch_width = 1 << 24});
  for (const ImageAxes& image : {ImageAxes{2, 50, 1}, ImageAxes{100, 1, 1}, ImageAxes{1, 1, 100}, ImageAxes{}}) {
    EXPECT_EQ(CodeOf(patches.Call(Method::kTransform, Images(Dense(x, 1, 100), image))), "input.images");
    EXPECT_EQ(CodeOf(huge.Call(Method::kTransform, Images(Dense(x, 1, 100), image))), "input.images");
    EXPECT_EQ(CodeOf(tenths.Call(Method::kTransform, Images(Dense(x, 1, 100), image))), "input.images");
  }
  EXPECT_EQ(CodeOf(tenths.Call(Method::kTransform, Images(Dense(x, 1, 100), {10, 10, 1}))), "");
}

// Two thousand by two thousand points have a million patches of a million: 8 TB.
TEST(PatchExtractor, MakesNoMoreThanMemoryAllows) {
  const std::vector<double> x(4000000);
  Direct patches(PatchExtractor{.patch_height = 1000, .patch_width = 1000});
  EXPECT_EQ(CodeOf(patches.Call(Method::kTransform, Images(Dense(x, 1, x.size()), {2000, 2000, 1}))), "limit.memory");
}

TEST(PatchExtractor, HasTwoSizesOrNone) {
  EXPECT_EQ(Direct(PatchExtractor{}).Problem(), "");
  EXPECT_EQ(Direct(PatchExtractor{.patch_height = 1, .patch_width = 9}).Problem(), "");
  EXPECT_EQ(Direct(PatchExtractor{.patch_height = 1}).Problem(), "patch_width patch");
  EXPECT_EQ(Direct(PatchExtractor{.patch_width = 1}).Problem(), "patch_width patch");
}

}  // namespace
}  // namespace pratique
