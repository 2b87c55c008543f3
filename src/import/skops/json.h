// schema.json as values.
//
// Guarantees: JSON as RFC 8259 has it, valid UTF-8 without lone surrogates, no key twice in an object, nested at most
//   Limits::depth deep, at most Limits::values values; nothing before or after. Numbers stay text.
// Does NOT guarantee: any meaning.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "import/value/context.h"

namespace pratique::skops {

// Every text of one file, each kept once.
class Texts {
 public:
  std::string_view Keep(std::string text) { return *kept_.insert(std::move(text)).first; }

 private:
  std::set<std::string> kept_;  // ordered: no choice of texts makes it slow
};

struct Value {
  enum class Kind : uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };
  Kind kind = Kind::kNull;
  uint64_t offset = 0;                 // kObject, kArray: of its bracket; else behind it
  std::string_view text;               // kNumber, kString
  std::vector<uint32_t> items;         // kArray: elements; kObject: its values
  std::vector<std::string_view> keys;  // kObject: as many as items
};

using Json = std::vector<Value>;  // the root is the first

// False, with a failure recorded (code "skops.json", "limit.depth", "limit.values", "limit.memory").
bool ParseJson(std::string_view text, pickle::Context& context, Texts& texts, Json& json);

}  // namespace pratique::skops
