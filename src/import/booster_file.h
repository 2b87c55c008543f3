// Files that XGBoost (.json, .ubj) and LightGBM (text) write themselves, as the graph that a pickle of their Booster
// would give: an object of one attribute, the file's bytes.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "absl/status/statusor.h"
#include "import/graph.h"

namespace pratique {

// `format`: as Sniff names it. The graph views `bytes`. Nothing of them is proven but that LightGBM's text is UTF-8.
absl::StatusOr<graph::Graph> ReadBoosterFile(std::span<const std::byte> bytes, std::string_view format);

}  // namespace pratique
