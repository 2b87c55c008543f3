// The hash of the hashing vectorizers: MurmurHash3_x86_32 with seed 0, signed.
// Source: Austin Appleby's MurmurHash3.cpp, as sklearn/utils/src/MurmurHash3.cpp has it (1.9; public domain).
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

namespace pratique {

inline int32_t MurmurHash3(std::string_view key) {
  constexpr uint32_t kFirst = 0xcc9e2d51, kSecond = 0x1b873593;
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(key[i])); };
  const auto mixed = [](uint32_t k) { return std::rotl(k * kFirst, 15) * kSecond; };
  uint32_t h = 0;
  const size_t whole = key.size() / 4 * 4;
  for (size_t i = 0; i < whole; i += 4) {
    h ^= mixed(byte(i) | byte(i + 1) << 8 | byte(i + 2) << 16 | byte(i + 3) << 24);
    h = std::rotl(h, 13) * 5 + 0xe6546b64;
  }
  uint32_t tail = 0;
  for (size_t i = key.size(); i > whole; --i) tail = tail << 8 | byte(i - 1);
  if (whole != key.size()) h ^= mixed(tail);
  h ^= static_cast<uint32_t>(key.size());
  h = (h ^ h >> 16) * 0x85ebca6b;
  h = (h ^ h >> 13) * 0xc2b2ae35;
  return static_cast<int32_t>(h ^ h >> 16);
}

// The column of a hash among n: abs(h) % n, where abs of the lowest is as sklearn/feature_extraction/_hashing_fast.pyx
// has it.
inline uint32_t HashedColumn(int32_t h, uint32_t n) {
  return h == INT32_MIN ? (uint32_t{INT32_MAX} - (n - 1)) % n : static_cast<uint32_t>(h < 0 ? -h : h) % n;
}

}  // namespace pratique
