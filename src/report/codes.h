// The one table of finding codes. A code is a stable slug: never renamed, never reused.
#pragma once

#include <span>
#include <string_view>

namespace pratique {

struct CodeInfo {
  std::string_view code;
  std::string_view means;
  std::string_view to_do;
};

std::span<const CodeInfo> Codes();  // sorted by code
const CodeInfo* FindCode(std::string_view code);

}  // namespace pratique
