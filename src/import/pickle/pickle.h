// Reads a pickle or joblib file into an inert graph.
//
// Guarantees: those of graph.h; the whole file is one stream, with nothing behind its end or the end of its
// compression;
//   only callables on a closed list are "called", and a call makes a plain node.
// Does NOT guarantee: a class exists or is known (src/import/sklearn); that Python would load the file: pratique reads
//   what honest picklers write, and refuses much that Python accepts.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "import/graph.h"
#include "pratique/limits.h"
#include "pratique/rejection.h"

namespace pratique::pickle {

// Reads `file`: a pickle of protocols 0 to 5, or a joblib dump (joblib 0.10 and later), plain or in zlib, gzip, bz2,
// lzma, xz, lz4 or joblib's old z-file. The graph's views point into `file` when it is not compressed: it must outlive
// the graph. Work and memory are proportional to the inflated size, within `limits`.
// Errors carry a Rejection of stage container, with the offset in the inflated stream.
// `side_files`: the arrays of a joblib dump before 0.10, by name; they too must outlive the graph. Null: not read.
absl::StatusOr<graph::Graph> Read(std::span<const std::byte> file, const Limits& limits,
                                  const std::map<std::string, std::string, std::less<>>* side_files = nullptr);

// Why the first of the pickles in `file` that is refused is, of at most `most` that stand one after another; an attack
// in a later one counts more, as does one behind an oddity at which Python goes on. nullopt when each reads.
std::optional<Rejection> FindRefusal(std::span<const std::byte> file, const Limits& limits, int most);

// Whether a stream that begins with `head` is a pickle, hostile and broken ones included: it announces itself, or
// Python would import or call something, or it ends as a value with a container. nullopt: more is needed to tell, which
// `whole` says that there is not.
std::optional<bool> BeginsPickle(std::span<const std::byte> head, bool whole);

// Whether Python's unpickler, given these bytes, would import or call anything.
bool Acts(std::span<const std::byte> bytes);

}  // namespace pratique::pickle
