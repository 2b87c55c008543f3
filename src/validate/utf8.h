#pragma once

#include <string_view>

namespace pratique {

// Well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF) that holds no NUL.
bool IsUtf8WithoutNul(std::string_view text);

}  // namespace pratique
