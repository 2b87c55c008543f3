// .skops files: a zip of schema.json and arrays (github.com/skops-dev/skops, skops/io, protocols 0 to 2) -> the inert
// graph.
//
// What skops constructs is written down as what pickle would have said of the same object, so that one importer reads
// both.
#pragma once

#include <cstddef>
#include <span>

#include "absl/status/statusor.h"
#include "archive/inflate.h"
#include "import/graph.h"
#include "pratique/limits.h"

namespace pratique::skops {

// The graph's views may point into `file`, which must outlive it. Offsets are those in schema.json. Errors carry a
// Rejection of stage container, whose path is that of a key in schema.json or the name of a member.
absl::StatusOr<graph::Graph> Read(std::span<const std::byte> file, const Limits& limits, codec::Spent before = {});

}  // namespace pratique::skops
