// str() of numbers, as Python and numpy write them.
#pragma once

#include <string>

namespace pratique::text {

// str(float) and str(numpy.float64): the shortest digits that read back the same; an exponent below 1e-4 and from 1e16.
std::string NumberText(double value);
// str(numpy.float32), of numpy before 2.3.
std::string NumberText(float value);

}  // namespace pratique::text
