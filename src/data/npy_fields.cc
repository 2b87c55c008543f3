#include "data/npy_fields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "data/input_error.h"
#include "data/npy.h"
#include "status_macros.h"

namespace pratique {
namespace {

absl::Status Bad(std::string message) { return InputError("input.npy", std::move(message), ""); }

// The header's grammar: the dict that numpy writes, its keys in any order, either quote, spaces anywhere.
class HeaderParser {
 public:
  explicit HeaderParser(std::string_view text) : rest_(text) {}

  absl::StatusOr<NpyFields> Parse();

 private:
  void Space() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n' || rest_[0] == '\t')) rest_.remove_prefix(1);
  }
  bool Eat(std::string_view token) {
    Space();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  std::optional<std::string> String() {
    for (const char* quote : {"'", "\""}) {
      if (!Eat(quote)) continue;
      size_t end = rest_.find(quote[0]);
      if (end == rest_.npos || rest_.substr(0, end).find('\\') != rest_.npos) return std::nullopt;
      std::string text(rest_.substr(0, end));
      rest_.remove_prefix(end + 1);
      return text;
    }
    return std::nullopt;
  }
  std::optional<uint64_t> Number() {
    Space();
    uint64_t value = 0;
    auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc() || (rest_[0] == '0' && value != 0)) return std::nullopt;  // 05 is no number of Python's
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    return value;
  }
  std::optional<std::vector<uint64_t>> Tuple();
  bool Record(std::vector<NpyFields::Field>& record, int depth = 0);
  std::optional<std::string> FieldName(bool& titled);
  std::optional<std::string> FieldDescr(int depth);
  bool Value(const std::string& key, NpyFields& fields);

  std::string_view rest_;
};

std::optional<std::vector<uint64_t>> HeaderParser::Tuple() {
  std::vector<uint64_t> shape;
  if (!Eat("(")) return std::nullopt;
  bool comma = true;
  while (!Eat(")")) {
    auto n = Number();
    if (!comma || !n || shape.size() == 32) return std::nullopt;
    shape.push_back(*n);
    comma = Eat(",");
  }
  if (shape.size() == 1 && !comma) return std::nullopt;  // (3) is a number, not a tuple
  return shape;
}

// 'name', or ('title', 'name').
std::optional<std::string> HeaderParser::FieldName(bool& titled) {
  titled = Eat("(");
  if (!titled) return String();
  auto title = String();
  auto name = title && Eat(",") ? String() : std::nullopt;
  return Eat(")") ? name : std::nullopt;
}

// 'descr', or a record of its own.
std::optional<std::string> HeaderParser::FieldDescr(int depth) {
  if (!Eat("[")) return String();
  std::vector<NpyFields::Field> fields;
  if (depth == kMaxNpyDepth || !Record(fields, depth + 1)) return std::nullopt;
  std::string descr = "[";
  for (const NpyFields::Field& field : fields) descr += field.descr;
  return descr;
}

// [('name', 'descr'), (('title', 'name'), 'descr'), ('name', 'descr', (3,)), ...].
bool HeaderParser::Record(std::vector<NpyFields::Field>& record, int depth) {
  bool comma = true;
  while (!Eat("]")) {
    if (!comma || record.size() == kMaxNpyRecord || !Eat("(")) return false;
    bool is_odd = false;
    auto name = FieldName(is_odd);
    auto descr = name && Eat(",") ? FieldDescr(depth) : std::nullopt;
    if (!descr) return false;
    if (Eat(",")) {
      if (!Tuple()) return false;
      is_odd = true;
    }
    if (!Eat(")")) return false;
    if (is_odd) *descr += "()";
    record.push_back({*std::move(name), *std::move(descr)});
    comma = Eat(",");
  }
  return !record.empty();
}

bool HeaderParser::Value(const std::string& key, NpyFields& fields) {
  if (key == "descr" && Eat("[")) return Record(fields.record);
  if (key == "descr") {
    auto descr = String();
    if (descr) fields.descr = *descr;
    return descr.has_value();
  }
  if (key == "fortran_order") {
    fields.fortran_order = Eat("True");
    return fields.fortran_order || Eat("False");
  }
  auto shape = Tuple();
  if (shape) fields.shape = *shape;
  return shape.has_value();
}

absl::StatusOr<NpyFields> HeaderParser::Parse() {
  constexpr std::array<std::string_view, 3> kKeys = {"descr", "fortran_order", "shape"};
  NpyFields fields;
  std::array<bool, 3> seen{};
  if (!Eat("{")) return Bad("the .npy header is not a dict");
  bool comma = true;
  while (!Eat("}")) {
    auto key = comma ? String() : std::nullopt;
    auto known = key ? std::find(kKeys.begin(), kKeys.end(), *key) : kKeys.end();
    if (known == kKeys.end() || !Eat(":"))
      return Bad("the .npy header is not understood at '" + Escape(rest_, 40) + "'");
    if (std::exchange(seen[static_cast<size_t>(known - kKeys.begin())], true)) {
      return Bad("the .npy header gives '" + *key + "' twice");
    }
    if (!Value(*key, fields)) return Bad("the .npy header has a bad value of '" + *key + "'");
    comma = Eat(",");
  }
  Space();
  if (!rest_.empty()) return Bad("the .npy header continues after its dict");
  for (size_t i = 0; i < kKeys.size(); ++i) {
    if (!seen[i]) return Bad("the .npy header has no '" + std::string(kKeys[i]) + "'");
  }
  return fields;
}

// The header's own length and that of what stands before it. The text has at least 10 bytes.
struct Extent {
  size_t prefix, length;
};
Extent HeaderExtent(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? size_t{static_cast<uint8_t>(text[i])} : 0; };
  if (byte(6) == 1) return {10, byte(8) | byte(9) << 8};
  return {12, byte(8) | byte(9) << 8 | byte(10) << 16 | byte(11) << 24};
}

}  // namespace

size_t NpyElements(std::span<const char> bytes) {
  const auto [prefix, length] = HeaderExtent({bytes.data(), bytes.size()});
  return std::min(bytes.size(), prefix + length);
}

absl::StatusOr<NpyFields> ParseNpyFields(std::span<const char> bytes) {
  std::string_view text(bytes.data(), bytes.size());
  if (!text.starts_with(kNpyMagic) || text.size() < 10) return Bad("this is not an .npy file, or it is cut short");
  auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<uint8_t>(text[i])); };
  const size_t version = byte(6);
  const auto [prefix, length] = HeaderExtent(text);
  if (version < 1 || version > 3 || byte(7) != 0) {
    return Bad(".npy version " + std::to_string(version) + "." + std::to_string(byte(7)) +
               " is not known (1.0 to 3.0 are)");
  }
  if (text.size() < prefix) return Bad("the .npy header is cut short");
  if (length > text.size() - prefix || length > kMaxNpyHeader) {
    return Bad("the .npy header is cut short or too long: " + std::to_string(length) + " bytes");
  }
  ASSIGN_OR_RETURN(auto fields, HeaderParser(text.substr(prefix, length)).Parse());
  fields.offset = prefix + length;
  return fields;
}

}  // namespace pratique
