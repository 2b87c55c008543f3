#include "import/sklearn/attribute_names.h"

#include <algorithm>

namespace pratique {
namespace {

// Sorted; written by tests/import/make_attribute_names.py.
constexpr std::string_view kNames[] = {
#include "import/sklearn/attribute_names.inc"
};
constexpr std::string_view kMethods[] = {
#include "import/sklearn/method_names.inc"
};

}  // namespace

bool CouldBeSklearns(std::string_view attribute) {
  return attribute.empty() || attribute.starts_with("__") || std::ranges::binary_search(kNames, attribute);
}

bool HidesMethod(std::string_view attribute) {
  return attribute.starts_with("__") || std::ranges::binary_search(kMethods, attribute);
}

}  // namespace pratique
