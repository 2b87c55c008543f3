#include "state/invariant/ragged.h"

#include <gtest/gtest.h>

namespace pratique::invariant {
namespace {

TEST(OffsetsForEach, OneMoreThanRows) {
  EXPECT_FALSE(OffsetsForEach("offsets", 1, 0));
  EXPECT_FALSE(OffsetsForEach("offsets", 4, 3));
  EXPECT_TRUE(OffsetsForEach("offsets", 0, 0));
  EXPECT_TRUE(OffsetsForEach("offsets", 3, 3));
  EXPECT_TRUE(OffsetsForEach("offsets", 5, 3));
}

}  // namespace
}  // namespace pratique::invariant
