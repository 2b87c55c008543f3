#include "estimators/xgboost/document.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "estimators/xgboost/numbers.h"

namespace pratique::document {

absl::StatusOr<Document> Document::Read(std::string_view bytes) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto is_space = [&](size_t i) { return i < bytes.size() && kSpace.find(bytes[i]) != kSpace.npos; };
  if (is_space(0) || bytes.starts_with("{\"") || (bytes.starts_with('{') && is_space(1)))
    return ReadJson(bytes, Reals::kFloat32);
  return bytes.starts_with('{') ? ReadUbjson(bytes) : ReadBinary(bytes);
}

const Value* Document::Find(const Value* of, std::string_view key) const {
  if (of == nullptr || of->kind != Kind::kObject) return nullptr;
  for (uint32_t i = of->first; i != 0; i = values_[i].next) {
    if (values_[i].key == key) return &values_[i];
  }
  return nullptr;
}

absl::Status Document::CheckKeys() const {
  std::vector<std::string_view> keys;
  for (const Value& value : values_) {
    if (value.kind != Kind::kObject) continue;
    keys.clear();
    for (uint32_t i = value.first; i != 0; i = values_[i].next) keys.push_back(values_[i].key);
    std::ranges::sort(keys);
    if (const auto twice = std::ranges::adjacent_find(keys); twice != keys.end())
      return absl::InvalidArgumentError(
          absl::StrCat("key '", std::string(twice->substr(0, 40)), "' twice in an object"));
  }
  return absl::OkStatus();
}

int64_t Document::Integer(const Value& numbers, size_t i) {
  const size_t width = WidthOf(numbers.element);
  return IntegerOf(numbers.element, numbers.text.substr(i * width, width));
}

double Document::Real(const Value& numbers, size_t i) {
  const size_t width = WidthOf(numbers.element);
  return RealOf(numbers.element, numbers.text.substr(i * width, width));
}

}  // namespace pratique::document
