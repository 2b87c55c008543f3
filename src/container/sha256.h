#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "pratique/file.h"

namespace pratique {

// SHA-256 (OpenSSL) of `bytes`.
Sha256 Digest(std::span<const std::byte> bytes);
inline Sha256 Digest(std::string_view text) { return Digest(std::as_bytes(std::span(text.data(), text.size()))); }

}  // namespace pratique
