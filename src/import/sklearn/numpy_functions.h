// The functions of numpy that models may name as what they do to each number.
#pragma once

#include <optional>
#include <string_view>

namespace pratique {

// numpy's own name of the function that is called so in that module (canonical): "absolute" for numpy.abs. nullopt:
// none of the list.
std::optional<std::string_view> NumpyFunction(std::string_view module, std::string_view name);

}  // namespace pratique
