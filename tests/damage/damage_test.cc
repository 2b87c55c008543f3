// A few thousand damaged files; scripts/damage makes as many as are asked for.
#include "tests/damage/damage.h"

#include <gtest/gtest.h>

namespace pratique {
namespace {

TEST(Damage, IsRefusedOrHarmless) {
  const std::vector<testing::Sound> models = testing::SoundModels(8000, 17);
  ASSERT_GT(models.size(), 100u);
  size_t accepted = 0;
  constexpr uint64_t kCases = 3000;
  for (uint64_t number = 0; number < kCases; ++number) {
    SCOPED_TRACE(number);
    accepted += testing::HoldsFor(testing::Damaged(models, number));
  }
  EXPECT_LT(accepted, kCases / 2);
}

TEST(Damage, FollowsFromItsNumber) {
  const std::vector<testing::Sound> models = testing::SoundModels(3000, 50);
  for (uint64_t number = 0; number < 50; ++number) {
    EXPECT_EQ(testing::Damaged(models, number), testing::Damaged(models, number));
  }
}

}  // namespace
}  // namespace pratique
