// Archives that their readers find wherever a file begins otherwise: zipfile looks for the end record of a zip from the
// back, tarfile for a sum in the first 512 bytes, HDF5 for a signature at 512, 1,024, 2,048, ... bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "absl/status/status.h"

namespace pratique {

// The end record that Python's zipfile goes by: the last one, whatever comment it declares.
std::optional<size_t> LastZipEnd(std::string_view bytes);

// Whether Python's tarfile takes the first 512 bytes for the header of a file.
bool IsTar(std::string_view bytes);

bool BeginsHdf5(std::string_view bytes);
bool IsHdf5Behind(std::string_view bytes);

// What a file that is a model is besides: "a zip archive", "a tar archive", "HDF5"; "" for nothing. Other readers would
// find other content in it. `is_zip`: it is one itself.
std::string_view AlsoIs(std::span<const std::byte> file, bool is_zip = false);

// How a foreign file is refused for that: kMalformed, code "format.polyglot". `what` is it: "the file", "the stream".
absl::Status Polyglot(std::string_view what, std::string_view also);

}  // namespace pratique
