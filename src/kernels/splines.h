// B-splines as scipy evaluates them.
#pragma once

#include <cstdint>
#include <span>

namespace pratique {

// The splines of one degree over one list of ascending knots.
struct SplineBasis {
  std::span<const double> knots;  // at least 2 degree + 2
  uint32_t degree = 0;

  size_t size() const { return knots.size() - degree - 1; }
  double first() const { return knots[degree]; }  // between these each point lies in degree + 1 splines
  double last() const { return knots[size()]; }

  // The values at x (`derivative`: their first derivatives) of the degree + 1 splines that can differ from 0 there, by
  // scipy's order of de Boor's recursion; which of them is the first. `work` has room for 2 degree + 2 numbers, of
  // which the first degree + 1 are the result. x is not NaN; beyond first() and last() the outermost polynomials go on.
  size_t Evaluate(double x, bool derivative, std::span<double> work) const;
};

}  // namespace pratique
