#include "state/symbol.h"

#include <gtest/gtest.h>

namespace pratique {
namespace {

TEST(NumberOfSymbol, IsOneOnlyOfDigits) {
  EXPECT_EQ(NumberOfSymbol("2"), 2);
  EXPECT_EQ(NumberOfSymbol("16"), 16);
  for (const char* name : {"", "n", "n_2", "2n", "-2", "2,3", " 2"})
    EXPECT_EQ(NumberOfSymbol(name), std::nullopt) << name;
}

}  // namespace
}  // namespace pratique
