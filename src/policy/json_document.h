// JSON that people write, with the place of every value: for messages with line and column.
//
// Strict: RFC 8259 and no more (no comments, no trailing commas, no NaN); duplicate keys, nesting beyond kDepth and
// texts beyond kBytes are refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace pratique {

struct JsonPlace {
  size_t line = 1, column = 1;  // of the first byte; columns count bytes
};

struct JsonNode {
  enum class Kind : uint8_t { kNull, kBool, kUnsigned, kNumber, kString, kArray, kObject };
  struct Member;
  Kind kind = Kind::kNull;
  JsonPlace place;
  bool boolean = false;
  uint64_t integer = 0;         // kUnsigned
  double number = 0;            // kUnsigned (rounded), kNumber
  std::string text;             // kString
  std::vector<JsonNode> items;  // kArray
  std::vector<Member> members;  // kObject, in the order of the file
};
struct JsonNode::Member {
  std::string key;
  JsonPlace place;  // of the key
  JsonNode value;
};

inline constexpr size_t kJsonDepth = 32;
inline constexpr size_t kJsonBytes = 16 << 20;

// kInvalidArgument: "line 3, column 5: duplicate key `allow`".
absl::StatusOr<JsonNode> ParseJson(std::string_view text);

// An error at a place: "line 3, column 5: <message>".
absl::Status JsonError(JsonPlace place, std::string_view message);

// "a string", "an array", ...
std::string_view KindName(JsonNode::Kind kind);

}  // namespace pratique
