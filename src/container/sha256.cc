#include "container/sha256.h"

#include <openssl/evp.h>

namespace pratique {

Sha256 Digest(std::span<const std::byte> bytes) {
  Sha256 digest;
  unsigned size = digest.size();
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return digest;
}

std::string Hex(const Sha256& digest) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (uint8_t byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace pratique
