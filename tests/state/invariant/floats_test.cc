#include "state/invariant/floats.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace pratique::invariant {
namespace {

bool Fits(fb::DType dtype, const std::vector<double>& values) { return !FitsFloatDType("x", dtype, values); }

TEST(FitsFloatDType, Float32HoldsFloatsOnly) {
  constexpr double kMax = std::numeric_limits<float>::max(), kTiny = std::numeric_limits<float>::denorm_min();
  EXPECT_TRUE(Fits(fb::DType::Float32, {}));
  EXPECT_TRUE(Fits(fb::DType::Float32, {0, -0.0, 0.5, kMax, -kMax, kTiny, static_cast<double>(0.1f)}));
  EXPECT_FALSE(Fits(fb::DType::Float32, {1, 0.1})) << "between two floats";
  EXPECT_FALSE(Fits(fb::DType::Float32, {kTiny / 2})) << "below the smallest float";
  EXPECT_FALSE(Fits(fb::DType::Float32, {std::nextafter(kMax, 1e39)})) << "above the largest float";
  EXPECT_FALSE(Fits(fb::DType::Float32, {1e300}));
  EXPECT_FALSE(Fits(fb::DType::Float32, {std::numeric_limits<double>::infinity()}));
  EXPECT_FALSE(Fits(fb::DType::Float32, {std::numeric_limits<double>::quiet_NaN()}));
  EXPECT_TRUE(Fits(fb::DType::Float64, {0.1, 1e300}));
}

TEST(IsFloatDType, OnlyTheTwo) {
  EXPECT_FALSE(IsFloatDType("x", fb::DType::Float64));
  EXPECT_FALSE(IsFloatDType("x", fb::DType::Float32));
  EXPECT_TRUE(IsFloatDType("x", fb::DType::Int64));
  EXPECT_TRUE(IsFloatDType("x", fb::DType::String));
}

}  // namespace
}  // namespace pratique::invariant
