// Functions of many numbers at once that are one instruction of a processor, or two.
#pragma once

#include <cstdint>
#include <span>

namespace pratique {

// kRint: to the nearest integer, halves to even ones. kSign: -1, 0 or 1, and NaN of NaN.
enum class Elementwise : uint8_t { kAbsolute, kCeil, kFloor, kNegative, kReciprocal, kRint, kSign, kSquare, kTrunc };

// Each result the nearest to the true one: the C library's own bits, on every target. `to` has as many numbers as
// `from`, and may be the same ones.
void Apply(Elementwise function, std::span<const float> from, float* to);
void Apply(Elementwise function, std::span<const double> from, double* to);

}  // namespace pratique
