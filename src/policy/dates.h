// Dates and versions as a policy writes them.
#pragma once

#include <string_view>

namespace pratique {

// A day that exists, as "YYYY-MM-DD".
bool IsDate(std::string_view text);

// "1", "1.3" or "1.3.2": up to four numbers of at most four digits.
bool IsVersion(std::string_view text);

// <0, 0, >0 as `version` is before, in, or after `bound`, to the precision of `bound`: 1.9.1 is in 1.9, 1.10 is after
// it. What follows the numbers of `version` ("1.6.1rc1", "1.7.dev0") is ignored.
int CompareVersions(std::string_view version, std::string_view bound);

}  // namespace pratique
