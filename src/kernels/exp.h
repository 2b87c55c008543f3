// exp, tanh, expm1, log1p and roots of many numbers at once.
#pragma once

#include <span>

namespace pratique {

// In place. Every target gives the same bits, and a number has the same ones wherever it stands. Zeros, infinity and
// NaN are as the C library has them.

// Within one unit in the last place of the true value, of denormal numbers, too.
void Exp(std::span<float> x);
void Exp(std::span<double> x);
// Within three.
void Tanh(std::span<float> x);
void Tanh(std::span<double> x);
// exp(x) - 1 and log(1 + x) within one: glibc's own bits on x86 with fused multiply-adds.
void Expm1(std::span<double> x);
void Log1p(std::span<double> x);
// The nearest to the true value.
void Sqrt(std::span<float> x);
void Sqrt(std::span<double> x);

}  // namespace pratique
