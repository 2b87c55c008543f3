#include "container/sha256.h"

// The digest itself: EVP_Digest would first load providers, which takes longer than most files do. "Deprecated" since
// OpenSSL 3.0 for exactly that reason, and still there in 3.5.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

namespace pratique {

Sha256 Digest(std::span<const std::byte> bytes) {
  Sha256 digest;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, bytes.data(), bytes.size());
  SHA256_Final(digest.data(), &context);
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
