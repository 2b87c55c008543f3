// JSON as XGBoost writes it: strict, but for NaN and Infinity among numbers, which XGBoost has words for.
#include <charconv>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "estimators/xgboost/document.h"
#include "status_macros.h"
#include "utf8.h"

namespace pratique::document {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

void AppendUtf8(uint32_t c, std::string& to) {
  const auto put = [&](uint32_t byte) { to += static_cast<char>(static_cast<uint8_t>(byte)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | c >> 6);
  } else {
    if (c < 0x10000) {
      put(0xE0 | c >> 12);
    } else {
      put(0xF0 | c >> 18);
      put(0x80 | (c >> 12 & 0x3F));
    }
    put(0x80 | (c >> 6 & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}

class Reader {
 public:
  Reader(std::string_view bytes, Reals reals, std::vector<Value>& values, std::deque<std::string>& kept)
      : bytes_(bytes), reals_(reals), values_(values), kept_(kept) {}

  absl::Status Run() {
    values_.resize(1);
    std::string_view key;
    do {
      SkipSpace();
      if (values_.size() > bytes_.size() / 4 + 4) return Wrong("values of less than four bytes", "an XGBoost model");
      const auto index = static_cast<uint32_t>(values_.size());
      Value value;
      value.key = key;
      bool opens = false;
      RETURN_IF_ERROR(Fill(value, opens));
      values_.push_back(value);
      if (!open_.empty()) {
        Open& top = open_.back();
        ++values_[top.container].integer;
        (top.last == 0 ? values_[top.container].first : values_[top.last].next) = index;
        top.last = index;
      }
      if (opens) {
        if (open_.size() >= Document::kMaxDepth) return Wrong("deeper nesting", "at most 32 levels");
        open_.push_back({index, 0});
        key = {};
        if (value.kind == Kind::kObject) RETURN_IF_ERROR(Assign(Key(), key));
        continue;
      }
      RETURN_IF_ERROR(Close(key));
    } while (!open_.empty());
    SkipSpace();
    return at_ == bytes_.size() ? absl::OkStatus() : Wrong("more bytes", "the end");
  }

 private:
  struct Open {
    uint32_t container, last;
  };
  struct Number {
    bool is_integer;
    int64_t integer;
    double real;
  };

  absl::Status Wrong(std::string_view got, std::string_view expected) const {
    return absl::InvalidArgumentError(
        absl::StrCat("byte ", at_, ": ", std::string(got), " where ", std::string(expected), " is expected"));
  }
  static absl::Status Assign(absl::StatusOr<std::string_view> text, std::string_view& to) {
    RETURN_IF_ERROR(text.status());
    to = *text;
    return absl::OkStatus();
  }
  char Peek() const { return at_ < bytes_.size() ? bytes_[at_] : '\0'; }
  bool Take(std::string_view word) {
    const bool is_there = bytes_.substr(at_).starts_with(word);
    if (is_there) at_ += word.size();
    return is_there;
  }
  void SkipSpace() {
    while (Peek() == ' ' || Peek() == '\n' || Peek() == '\t' || Peek() == '\r') ++at_;
  }
  std::string_view Keep(std::string text) { return kept_.emplace_back(std::move(text)); }

  // Behind a value: the containers that end, and the next one's key.
  absl::Status Close(std::string_view& key) {
    while (!open_.empty()) {
      SkipSpace();
      const bool is_object = values_[open_.back().container].kind == Kind::kObject;
      if (Take(",")) {
        key = {};
        SkipSpace();
        return is_object ? Assign(Key(), key) : absl::OkStatus();
      }
      if (!Take(is_object ? "}" : "]")) return Wrong("another byte", "`,` or the end of a list or an object");
      open_.pop_back();
    }
    return absl::OkStatus();
  }
  absl::StatusOr<std::string_view> Key() {
    ASSIGN_OR_RETURN(std::string_view key, Text());
    SkipSpace();
    if (!Take(":")) return Wrong("another byte", "`:`");
    return key;
  }

  // `opens`: of a container only the bracket was read.
  absl::Status Fill(Value& value, bool& opens) {
    switch (Peek()) {
      case '{':
        ++at_;
        value.kind = Kind::kObject;
        SkipSpace();
        opens = !Take("}");
        return absl::OkStatus();
      case '[':
        return FillArray(value, opens);
      case '"':
        value.kind = Kind::kString;
        return Assign(Text(), value.text);
      default:
        break;
    }
    if (Take("null")) return absl::OkStatus();
    if (const bool is_true = Take("true"); is_true || Take("false")) {
      value.kind = Kind::kBool;
      value.integer = is_true;
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const Number number, ReadNumber());
    value.kind = number.is_integer ? Kind::kInt : Kind::kFloat;
    if (number.is_integer) value.integer = number.integer;
    value.real = number.is_integer ? 0 : number.real;
    return absl::OkStatus();
  }

  absl::Status FillArray(Value& value, bool& opens) {
    ++at_;
    value.kind = Kind::kArray;
    SkipSpace();
    if (Take("]")) return absl::OkStatus();
    const char c = Peek();
    if (c == 't' || c == 'f') return FillFlags(value);
    if (IsDigit(c) || c == '-' || c == 'N' || c == 'I') return FillNumbers(value);
    opens = true;
    return absl::OkStatus();
  }
  // Behind an element of a plain list: true while another follows.
  absl::StatusOr<bool> Goes() {
    SkipSpace();
    if (Take("]")) return false;
    if (!Take(",")) return Wrong("another byte", "`,` or `]`");
    SkipSpace();
    return true;
  }
  absl::Status FillFlags(Value& value) {
    std::string flags;
    for (bool goes = true; goes;) {
      const bool is_true = Take("true");
      if (!is_true && !Take("false")) return Wrong("another value", "true or false");
      flags += static_cast<char>(is_true);
      ASSIGN_OR_RETURN(goes, Goes());
    }
    value.kind = Kind::kNumbers;
    value.element = 'U';
    value.integer = static_cast<int64_t>(flags.size());
    value.text = Keep(std::move(flags));
    return absl::OkStatus();
  }
  // Integers if all are, in as many bytes as the largest asks for.
  absl::Status FillNumbers(Value& value) {
    scratch_.clear();
    bool integers = true, narrow = true;
    for (bool goes = true; goes;) {
      ASSIGN_OR_RETURN(const Number number, ReadNumber());
      integers &= number.is_integer;
      narrow &= number.is_integer && number.integer == static_cast<int32_t>(number.integer);
      scratch_.push_back(number);
      ASSIGN_OR_RETURN(goes, Goes());
    }
    value.kind = Kind::kNumbers;
    value.element = integers ? (narrow ? 'l' : 'L') : reals_ == Reals::kFloat32 ? 'd' : 'D';
    value.integer = static_cast<int64_t>(scratch_.size());
    const int width = value.element == 'l' || value.element == 'd' ? 4 : 8;
    std::string bytes;
    bytes.reserve(scratch_.size() * static_cast<size_t>(width));
    for (const Number& number : scratch_) {
      const uint64_t bits = integers                    ? static_cast<uint64_t>(number.integer)
                            : reals_ == Reals::kFloat32 ? std::bit_cast<uint32_t>(static_cast<float>(number.real))
                                                        : std::bit_cast<uint64_t>(number.real);
      for (int i = width; i-- > 0;) bytes += static_cast<char>(static_cast<uint8_t>(bits >> (8 * i)));
    }
    value.text = Keep(std::move(bytes));
    return absl::OkStatus();
  }

  absl::StatusOr<Number> ReadNumber() {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (Take("NaN")) return Number{false, 0, std::numeric_limits<double>::quiet_NaN()};
    if (Take("Infinity")) return Number{false, 0, kInfinity};
    if (Take("-Infinity")) return Number{false, 0, -kInfinity};
    const size_t begin = at_;
    const auto digits = [&] {
      const size_t first = at_;
      while (IsDigit(Peek())) ++at_;
      return at_ - first;
    };
    Take("-");
    const bool leads = Peek() == '0';
    const size_t n = digits();
    if (n == 0) return Wrong("another byte", "a value");
    if (leads && n > 1) return Wrong("a number that begins with 0", "a number");
    bool is_integer = true;
    if (Take(".")) {
      is_integer = false;
      if (digits() == 0) return Wrong("another byte", "a digit");
    }
    if (Take("e") || Take("E")) {
      is_integer = false;
      if (!Take("+")) Take("-");
      if (digits() == 0) return Wrong("another byte", "a digit");
    }
    const std::string_view text = bytes_.substr(begin, at_ - begin);
    Number number{is_integer, 0, 0};
    if (is_integer) {
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number.integer);
      number.is_integer = error == std::errc();
    }
    if (number.is_integer) {
      // Among reals it is one, too, and -0 keeps its sign.
      if (number.integer > -(1 << 24) && number.integer < (1 << 24)) {
        number.real = number.integer == 0 && text[0] == '-' ? -0.0 : static_cast<double>(number.integer);
        return number;
      }
    }
    if (reals_ == Reals::kFloat32) {
      float real = 0;
      if (std::from_chars(text.data(), text.data() + text.size(), real).ec != std::errc())
        return Wrong("a number beyond float32", "a number");
      number.real = real;
    } else if (std::from_chars(text.data(), text.data() + text.size(), number.real).ec != std::errc()) {
      return Wrong("a number beyond float64", "a number");
    }
    return number;
  }

  absl::StatusOr<uint32_t> Hex4() {
    uint32_t code = 0;
    const std::string_view digits = bytes_.substr(at_, 4);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (digits.size() != 4 || error != std::errc() || end != digits.data() + 4)
      return Wrong("another byte", "four hex digits");
    at_ += 4;
    return code;
  }
  absl::Status Escape(std::string& text) {
    constexpr std::string_view kShort = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
    if (const size_t i = kShort.find(Peek()); i != kShort.npos && at_ < bytes_.size()) {
      ++at_;
      text += kMeant[i];
      return absl::OkStatus();
    }
    if (!Take("u")) return Wrong("another byte", "an escape");
    ASSIGN_OR_RETURN(uint32_t code, Hex4());
    if (code >= 0xD800 && code < 0xE000) {
      if (code >= 0xDC00 || !Take("\\u")) return Wrong("half of a surrogate pair", "a character");
      ASSIGN_OR_RETURN(const uint32_t low, Hex4());
      if (low < 0xDC00 || low >= 0xE000) return Wrong("half of a surrogate pair", "a character");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    AppendUtf8(code, text);
    return absl::OkStatus();
  }
  absl::StatusOr<std::string_view> Text() {
    if (!Take("\"")) return Wrong("another byte", "text");
    std::string text;  // once there was an escape
    bool escaped = false;
    for (size_t begin = at_;;) {
      const char c = Peek();
      if (at_ == bytes_.size() || static_cast<uint8_t>(c) < 0x20) return Wrong("another byte", "the end of a text");
      if (c != '"' && c != '\\') {
        ++at_;
        continue;
      }
      const std::string_view plain = bytes_.substr(begin, at_ - begin);
      if (!IsUtf8(plain)) return Wrong("bytes that are not UTF-8", "text");
      ++at_;
      if (c == '"') {
        if (!escaped) return plain;
        text += plain;
        return Keep(std::move(text));
      }
      escaped = true;
      text += plain;
      RETURN_IF_ERROR(Escape(text));
      begin = at_;
    }
  }

  std::string_view bytes_;
  const Reals reals_;
  std::vector<Value>& values_;
  std::deque<std::string>& kept_;
  std::vector<Open> open_;
  std::vector<Number> scratch_;
  size_t at_ = 0;
};

}  // namespace

absl::StatusOr<Document> Document::ReadJson(std::string_view bytes, Reals reals) {
  Document document;
  RETURN_IF_ERROR(Reader(bytes, reals, document.values_, document.kept_).Run());
  RETURN_IF_ERROR(document.CheckKeys());
  return document;
}

}  // namespace pratique::document
