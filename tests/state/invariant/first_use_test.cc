#include "state/invariant/first_use.h"

#include <gtest/gtest.h>

#include <vector>

namespace pratique {
namespace {

bool InOrder(uint64_t n, const std::vector<uint64_t>& indexes) {
  FirstUse order(n);
  for (uint64_t index : indexes) {
    if (!order.Use(index)) return false;
  }
  return order.Complete();
}

TEST(FirstUse, AcceptsNumberingInOrderOfFirstUse) {
  EXPECT_TRUE(InOrder(0, {}));
  EXPECT_TRUE(InOrder(1, {0, 0, 0}));
  EXPECT_TRUE(InOrder(3, {0, 1, 0, 1, 2, 0, 2}));
}

TEST(FirstUse, RefusesTheNearMisses) {
  EXPECT_FALSE(InOrder(0, {0})) << "nothing to refer to";
  EXPECT_FALSE(InOrder(2, {0, 1, 2})) << "one past the end";
  EXPECT_FALSE(InOrder(2, {1, 0})) << "swapped";
  EXPECT_FALSE(InOrder(3, {0, 2, 1})) << "skips one";
  EXPECT_FALSE(InOrder(3, {0, 1})) << "one not used";
  EXPECT_FALSE(InOrder(1, {})) << "none used";
  EXPECT_FALSE(InOrder(2, {0, 0xffffffffffffffffu})) << "the largest number";
  EXPECT_FALSE(InOrder(2, {0, 0xffffffffu, 1}));
}

}  // namespace
}  // namespace pratique
