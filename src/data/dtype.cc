#include "data/dtype.h"

#include <algorithm>

namespace pratique {
namespace {

bool IsUnsigned(DType dtype) {
  return dtype == DType::kUInt64 || dtype == DType::kUInt32 || dtype == DType::kUInt16 || dtype == DType::kUInt8;
}

// The smallest float that numpy promotes an integer to.
DType FloatFor(DType integer) {
  return SizeOf(integer) == 1 ? DType::kFloat16 : SizeOf(integer) == 2 ? DType::kFloat32 : DType::kFloat64;
}

DType Wider(DType a, DType b) { return SizeOf(a) >= SizeOf(b) ? a : b; }

// Of bools, integers, and the float64 that uint64 and a signed integer meet in.
DType BothIntegers(DType a, DType b) {
  if (a == b || b == DType::kBool) return a;
  if (a == DType::kBool) return b;
  if (a == DType::kFloat64 || b == DType::kFloat64) return DType::kFloat64;
  if (IsUnsigned(a) == IsUnsigned(b)) return Wider(a, b);
  const DType with_sign = IsUnsigned(a) ? b : a, without = IsUnsigned(a) ? a : b;
  if (SizeOf(with_sign) > SizeOf(without)) return with_sign;
  switch (without) {
    case DType::kUInt8:
      return DType::kInt16;
    case DType::kUInt16:
      return DType::kInt32;
    case DType::kUInt32:
      return DType::kInt64;
    default:
      return DType::kFloat64;
  }
}

}  // namespace

bool IsFloat(DType dtype) { return dtype == DType::kFloat64 || dtype == DType::kFloat32 || dtype == DType::kFloat16; }

bool IsInteger(DType dtype) { return !IsFloat(dtype) && dtype != DType::kString && dtype != DType::kBool; }

void Promotion::Add(DType dtype) {
  any_ = true;
  any_text_ |= dtype == DType::kString;
  if (IsFloat(dtype)) {
    any_float_ = true;
    float_ = Wider(float_, dtype);
  } else if (IsInteger(dtype)) {
    float_ = Wider(float_, FloatFor(dtype));
    integer_ = BothIntegers(integer_, dtype);
  }
}

DType Promotion::result() const {
  if (!any_) return DType::kFloat64;
  if (any_text_) return DType::kString;
  return any_float_ ? float_ : integer_;
}

DType Promoted(DType a, DType b) {
  Promotion promotion;
  promotion.Add(a);
  promotion.Add(b);
  return promotion.result();
}

DType DTypeOf(const FrameView& frame) {
  Promotion promotion;
  bool bools = false, others = false, objects = false;
  for (const Column& c : frame.columns) {
    promotion.Add(c.dtype);
    bools |= c.dtype == DType::kBool;
    others |= c.dtype != DType::kBool;
    objects |= c.holds_objects();
  }
  return (bools && others) || objects ? DType::kString : promotion.result();
}

bool HoldsText(const Data& data) {
  const auto* frame = std::get_if<FrameView>(&data);
  return frame != nullptr &&
         std::ranges::any_of(frame->columns, [](const Column& c) { return c.dtype == DType::kString; });
}

}  // namespace pratique
