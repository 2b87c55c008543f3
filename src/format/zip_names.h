// The member names of a zip, to tell one zip-based model format from another. For recognition only: whoever reads the
// content checks the zip.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pratique {

// At most `max` names, from the central directory; empty when there is none.
std::vector<std::string_view> ZipNames(std::string_view zip, size_t max = size_t{1} << 22);

}  // namespace pratique
