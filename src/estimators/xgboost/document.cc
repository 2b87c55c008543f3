#include "estimators/xgboost/document.h"

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
  const Value* found = nullptr;
  for (uint32_t i = of->first; i != 0; i = values_[i].next) {
    if (values_[i].key == key) found = &values_[i];
  }
  return found;
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
