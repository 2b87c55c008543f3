// The names that a policy can allow or deny.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pratique/registry.h"

namespace pratique {

// Why `name` is no type, family (@linear) or @all, as far as that can be told: names outside scikit-learn may be
// another build's.
std::optional<std::string> WhyNoTypeName(std::string_view name, const Registry& registry);

}  // namespace pratique
