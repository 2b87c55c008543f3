// The names that a policy can allow or deny.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pratique/registry.h"

namespace pratique {

// Why `name` is no type, family (@linear) or @all, as far as that can be told: names of packages that none
// of its own types is of may be another build's. A type has one name, whatever module its class lives in: a denied
// sklearn.linear_model._ridge.Ridge would deny nothing.
std::optional<std::string> WhyNoTypeName(std::string_view name, const Registry& registry);

}  // namespace pratique
