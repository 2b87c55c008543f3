// What no build may ship: rules that no one can check.
#pragma once

#include <string>
#include <vector>

#include "pratique/registry.h"

namespace pratique {

// Each fault of the schemas of these types, in one sentence; none: every rule of every table is one that is checked.
std::vector<std::string> SchemaFaults(const Registry& registry);

}  // namespace pratique
