#include "import/sklearn/attribute_names.h"

#include <algorithm>

namespace pratique {
namespace {

// Sorted; written by tests/import/make_attribute_names.py.
constexpr std::string_view kNames[] = {
#include "import/sklearn/attribute_names.inc"
};

}  // namespace

bool CouldBeSklearns(std::string_view attribute) {
  return attribute.empty() || attribute.starts_with("__") || std::ranges::binary_search(kNames, attribute);
}

}  // namespace pratique
