// The standard normal distribution as scipy.special has it.
#pragma once

namespace pratique {

// scipy.special.ndtri (Cephes ndtri.c, S. Moshier): -inf for 0, inf for 1, NaN outside.
double NormalQuantile(double probability);

// scipy.special.ndtr (Cephes ndtr.c), by libm's erf and erfc.
double NormalProbability(double x);

}  // namespace pratique
