// UBJSON as XGBoost writes it (https://ubjson.org, draft 12; xgboost src/common/json.cc, 3.2): read where it lies.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace pratique::ubjson {

enum class Kind : uint8_t { kNull, kBool, kInt, kFloat, kString, kArray, kNumbers, kObject };

// One value; what it views lives in the document's bytes. Members and elements are linked: first child, next sibling.
struct Value {
  Kind kind = Kind::kNull;
  char element = 0;       // kNumbers: the marker of its elements: i U I l L d D
  uint32_t first = 0;     // kArray, kObject: its first child; 0: none
  uint32_t next = 0;      // the sibling behind it; 0: none
  int64_t integer = 0;    // kBool, kInt; kNumbers, kArray, kObject: how many
  double real = 0;        // kFloat
  std::string_view text;  // kString; kNumbers: the elements, big-endian
  std::string_view key;   // of a member
};

// A whole document.
// Guarantees: every view lies in the bytes; links go forward only; elements of kNumbers are `integer` times the width
// of
//   `element`. Nothing is behind the root value.
// Memory: a Value for each value that is not an element of a typed array, and of these at most one for four bytes; time
//   O(bytes). Nesting is at most kMaxDepth.
class Document {
 public:
  static constexpr size_t kMaxDepth = 32;

  // kInvalidArgument, with where and what, when `bytes` are no such document.
  static absl::StatusOr<Document> Read(std::string_view bytes);

  const Value& root() const { return values_[1]; }
  const Value& operator[](uint32_t i) const { return values_[i]; }
  // The member of that name, the last if there are several; nullptr: none, or `of` is nullptr or no object.
  const Value* Find(const Value* of, std::string_view key) const;
  // The i-th element of kNumbers, as a number that holds it exactly.
  static int64_t Integer(const Value& numbers, size_t i);  // of an integer type
  static double Real(const Value& numbers, size_t i);      // of any type

 private:
  std::vector<Value> values_;  // [0] is no value
};

}  // namespace pratique::ubjson
