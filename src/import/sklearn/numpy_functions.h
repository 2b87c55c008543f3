// The functions of numpy that models may name as what they do to each number.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace pratique {

// numpy's own names of them.
std::span<const std::string_view> NumpyFunctions();
// The one of them that is called so in that module (canonical): "absolute" for numpy.abs.
std::optional<std::string_view> NumpyFunction(std::string_view module, std::string_view name);

}  // namespace pratique
