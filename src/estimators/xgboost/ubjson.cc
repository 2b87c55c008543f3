#include "absl/strings/str_cat.h"
#include "estimators/xgboost/document.h"
#include "estimators/xgboost/numbers.h"
#include "status_macros.h"

namespace pratique::document {
namespace {

class Reader {
 public:
  Reader(std::string_view bytes, std::vector<Value>& values) : bytes_(bytes), values_(values) {}

  absl::Status Run() {
    values_.resize(1);
    struct Open {
      uint32_t container, last;
      bool counted;
      uint64_t left;  // of a counted one
    };
    std::vector<Open> open;
    do {
      std::string_view key;
      if (!open.empty()) {
        Open& top = open.back();
        const bool is_object = values_[top.container].kind == Kind::kObject;
        const bool ends = top.counted ? top.left == 0 : Peek() == (is_object ? '}' : ']');
        if (ends) {
          at_ += !top.counted;
          open.pop_back();
          continue;
        }
        top.left -= top.counted;
        if (is_object) {
          ASSIGN_OR_RETURN(key, Text());
        }
      }
      if (values_.size() > bytes_.size() / 4 + 4) return Wrong("values of less than four bytes", "an XGBoost model");
      ASSIGN_OR_RETURN(char marker, Take());
      const auto index = static_cast<uint32_t>(values_.size());
      Value value;
      value.key = key;
      bool counted = false;
      RETURN_IF_ERROR(Fill(marker, value, counted));
      values_.push_back(value);
      if (!open.empty()) {
        Open& top = open.back();
        ++values_[top.container].integer;
        (top.last == 0 ? values_[top.container].first : values_[top.last].next) = index;
        top.last = index;
      }
      if (value.kind == Kind::kArray || value.kind == Kind::kObject) {
        if (open.size() >= Document::kMaxDepth) return Wrong("deeper nesting", "at most 32 levels");
        values_[index].integer = 0;
        open.push_back({index, 0, counted, static_cast<uint64_t>(value.integer)});
      }
    } while (!open.empty());
    return at_ == bytes_.size() ? absl::OkStatus() : Wrong("more bytes", "the end");
  }

 private:
  absl::Status Wrong(std::string_view got, std::string_view expected) const {
    return absl::InvalidArgumentError(
        absl::StrCat("byte ", at_, ": ", std::string(got), " where ", std::string(expected), " is expected"));
  }
  char Peek() const { return at_ < bytes_.size() ? bytes_[at_] : '\0'; }
  absl::StatusOr<char> Take() {
    if (at_ == bytes_.size()) return Wrong("the end", "a value");
    return bytes_[at_++];
  }
  absl::StatusOr<std::string_view> Take(uint64_t n) {
    if (n > bytes_.size() - at_) return Wrong("the end", absl::StrCat(n, " bytes more"));
    const std::string_view taken = bytes_.substr(at_, n);
    at_ += n;
    return taken;
  }
  // A length: a marker of an integer and the integer.
  absl::StatusOr<uint64_t> Length() {
    ASSIGN_OR_RETURN(char marker, Take());
    const size_t width = WidthOf(marker);
    if (width == 0 || IsReal(marker)) return Wrong("another marker", "the length, an integer,");
    ASSIGN_OR_RETURN(std::string_view bytes, Take(width));
    const int64_t length = IntegerOf(marker, bytes);
    if (length < 0) return Wrong("a negative length", "a length");
    return static_cast<uint64_t>(length);
  }
  absl::StatusOr<std::string_view> Text() {
    ASSIGN_OR_RETURN(uint64_t length, Length());
    return Take(length);
  }

  // Of a container only what stands before its first element; `counted`: its number of elements is value.integer.
  absl::Status Fill(char marker, Value& value, bool& counted) {
    switch (marker) {
      case 'Z':
        return absl::OkStatus();
      case 'T':
      case 'F':
        value.kind = Kind::kBool;
        value.integer = marker == 'T';
        return absl::OkStatus();
      case 'C':
        value.kind = Kind::kString;
        return Assign(Take(1), value.text);
      case 'S':
        value.kind = Kind::kString;
        return Assign(Text(), value.text);
      case '{':
        value.kind = Kind::kObject;
        return absl::OkStatus();
      case '[':
        return FillArray(value, counted);
      default:
        break;
    }
    const size_t width = WidthOf(marker);
    if (width == 0) return Wrong(absl::StrCat("marker ", static_cast<int>(static_cast<uint8_t>(marker))), "a value");
    ASSIGN_OR_RETURN(std::string_view bytes, Take(width));
    value.kind = IsReal(marker) ? Kind::kFloat : Kind::kInt;
    if (IsReal(marker)) {
      value.real = RealOf(marker, bytes);
    } else {
      value.integer = IntegerOf(marker, bytes);
    }
    return absl::OkStatus();
  }
  static absl::Status Assign(absl::StatusOr<std::string_view> text, std::string_view& to) {
    RETURN_IF_ERROR(text.status());
    to = *text;
    return absl::OkStatus();
  }

  absl::Status FillArray(Value& value, bool& counted) {
    value.kind = Kind::kArray;
    char element = 0;
    if (Peek() == '$') {
      ++at_;
      ASSIGN_OR_RETURN(element, Take());
      if (WidthOf(element) == 0) return Wrong("elements that are no numbers", "an array of numbers");
      if (Peek() != '#') return Wrong("another marker", "the number of elements");
    }
    if (Peek() != '#') return absl::OkStatus();
    ++at_;
    ASSIGN_OR_RETURN(uint64_t count, Length());
    if (count > bytes_.size() - at_) return Wrong("the end", absl::StrCat(count, " elements"));
    value.integer = static_cast<int64_t>(count);
    if (element == 0) {
      counted = true;
      return absl::OkStatus();
    }
    value.kind = Kind::kNumbers;
    value.element = element;
    return Assign(Take(count * WidthOf(element)), value.text);
  }

  std::string_view bytes_;
  std::vector<Value>& values_;
  size_t at_ = 0;
};

}  // namespace

absl::StatusOr<Document> Document::ReadUbjson(std::string_view bytes) {
  Document document;
  RETURN_IF_ERROR(Reader(bytes, document.values_).Run());
  RETURN_IF_ERROR(document.CheckKeys());
  return document;
}

}  // namespace pratique::document
