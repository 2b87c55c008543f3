#include "import/sklearn/dtype_parameter.h"

#include "absl/strings/str_cat.h"

namespace pratique {

absl::StatusOr<fb::DType> TakeDType(ImportContext& context, std::string_view attribute) {
  using graph::Kind;
  const graph::Id value = context.Take(attribute);
  if (value == graph::kNoId) return fb::DType::Float64;
  const graph::Node& node = context.graph()[value];
  std::string name(node.kind == Kind::kStr ? node.text : node.name);
  if (node.kind == Kind::kDType && node.dtype && node.dtype->big_endian)
    return context.Unsupported(attribute, node.dtype->ToString(), "Give it in the machine's own byte order.");
  if (node.kind == Kind::kDType && node.dtype) {
    const char kind = node.dtype->kind;
    name = kind == 'b' ? "bool"
                       : absl::StrCat(kind == 'f'   ? "float"
                                      : kind == 'i' ? "int"
                                      : kind == 'u' ? "uint"
                                                    : "other",
                                      node.dtype->itemsize * 8);
  }
  static constexpr std::pair<std::string_view, fb::DType> kNames[] = {
      {"float64", fb::DType::Float64}, {"float", fb::DType::Float64}, {"double", fb::DType::Float64},
      {"float32", fb::DType::Float32}, {"int64", fb::DType::Int64},   {"int", fb::DType::Int64},
      {"int32", fb::DType::Int32},     {"int16", fb::DType::Int16},   {"int8", fb::DType::Int8},
      {"uint64", fb::DType::UInt64},   {"uint32", fb::DType::UInt32}, {"uint16", fb::DType::UInt16},
      {"uint8", fb::DType::UInt8},     {"bool", fb::DType::Bool},     {"bool_", fb::DType::Bool},
      {"f8", fb::DType::Float64},      {"f4", fb::DType::Float32},    {"i8", fb::DType::Int64},
      {"i4", fb::DType::Int32},        {"i2", fb::DType::Int16},      {"i1", fb::DType::Int8},
      {"u8", fb::DType::UInt64},       {"u4", fb::DType::UInt32},     {"u2", fb::DType::UInt16},
      {"u1", fb::DType::UInt8},        {"?", fb::DType::Bool}};
  for (const auto& [known, dtype] : kNames) {
    if (name == known) return dtype;
  }
  return context.Unsupported(attribute, name.empty() ? "no dtype" : name,
                             "float32, float64, integers and bool are reproduced");
}

}  // namespace pratique
