// UBJSON and JSON as XGBoost writes them (https://ubjson.org, draft 12; RFC 8259; xgboost src/common/json.cc, 3.2):
// both become the same values.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace pratique::document {

enum class Kind : uint8_t { kNull, kBool, kInt, kFloat, kString, kArray, kNumbers, kObject };

// One value; what it views lives in the document, or in its bytes. Members and elements are linked: first child, next
// sibling.
struct Value {
  Kind kind = Kind::kNull;
  char element = 0;       // kNumbers: the marker of its elements: i U I l L d D; JSON's flags: U
  uint32_t first = 0;     // kArray, kObject: its first child; 0: none
  uint32_t next = 0;      // the sibling behind it; 0: none
  int64_t integer = 0;    // kBool, kInt; kNumbers, kArray, kObject: how many
  double real = 0;        // kFloat
  std::string_view text;  // kString; kNumbers: the elements, big-endian
  std::string_view key;   // of a member
};

// What JSON's numbers with a point or an exponent are: XGBoost's are float32.
enum class Reals : uint8_t { kFloat32, kFloat64 };

// A whole document.
// Guarantees: links go forward only; elements of kNumbers are `integer` times the width of `element`. Nothing but space
//   is behind the root value. Text of JSON has no escapes left in it. No object has a key twice: of two XGBoost takes
//   the first in UBJSON, the last in JSON.
// Memory: a Value for each value that is not an element of an array of numbers, and of these at most one for four
//   bytes; for JSON's numbers at most 8 bytes for two. Time O(bytes), but for the logarithm of an object's keys.
//   Nesting is at most kMaxDepth; no recursion.
class Document {
 public:
  static constexpr size_t kMaxDepth = 32;

  Document(Document&&) = default;  // no copies: values view what is kept
  Document& operator=(Document&&) = default;

  // kInvalidArgument, with where and what, when `bytes` are no such document. Told apart as XGBoost does: JSON has text
  // or space behind its first brace, UBJSON the marker of a length.
  static absl::StatusOr<Document> Read(std::string_view bytes);
  // Neither of both: XGBoost's binary models of 0.90 to 3.0, as the members that UBJSON would have; of the scores of
  // 0.90 `base_margin`. kUnimplemented: vectors of leaves.
  static absl::StatusOr<Document> ReadBinary(std::string_view bytes);
  static absl::StatusOr<Document> ReadUbjson(std::string_view bytes);
  static absl::StatusOr<Document> ReadJson(std::string_view bytes, Reals reals);

  const Value& root() const { return values_[1]; }
  const Value& operator[](uint32_t i) const { return values_[i]; }
  // The member of that name; nullptr: none, or `of` is nullptr or no object.
  const Value* Find(const Value* of, std::string_view key) const;
  // The i-th element of kNumbers, as a number that holds it exactly.
  static int64_t Integer(const Value& numbers, size_t i);  // of an integer type
  static double Real(const Value& numbers, size_t i);      // of any type

 private:
  Document() = default;
  absl::Status CheckKeys() const;
  std::vector<Value> values_;     // [0] is no value
  std::deque<std::string> kept_;  // what JSON's values view
};

}  // namespace pratique::document
