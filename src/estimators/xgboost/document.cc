#include "estimators/xgboost/document.h"

#include "estimators/xgboost/numbers.h"

namespace pratique::document {

absl::StatusOr<Document> Document::Read(std::string_view bytes) {
  constexpr std::string_view kSpace = " \t\r\n";
  const bool is_json =
      bytes.empty() || kSpace.find(bytes[0]) != kSpace.npos ||
      (bytes[0] == '{' && bytes.size() > 1 && (bytes[1] == '"' || kSpace.find(bytes[1]) != kSpace.npos));
  return is_json ? ReadJson(bytes, Reals::kFloat32) : ReadUbjson(bytes);
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
