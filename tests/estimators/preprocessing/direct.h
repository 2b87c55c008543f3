// States of the preprocessing family, and views of literal values for them.
#pragma once

#include "preprocessing_bfbs_generated.h"
#include "tests/model/direct.h"

namespace pratique {

using testing::CodeOf;
using testing::Flat;

template <class S>
class Direct : public testing::DirectState<S, fb::StandardScalerBinarySchema> {
 public:
  explicit Direct(S state) : testing::DirectState<S, fb::StandardScalerBinarySchema>(state) {}
  absl::StatusOr<Data> operator()(const Data& X, Method method = Method::kTransform) { return this->Call(method, X); }
};

// Views of values that stay until the program ends; an empty list has an address, too.
template <class T>
Array<T> List(std::initializer_list<T> values) {
  static Arena arena;
  return arena.Copy(std::span<const T>(values.begin(), values.size()));
}
inline Strings Texts(std::initializer_list<std::string_view> values) { return List(values); }

inline Column TextColumn(std::initializer_list<std::string_view> strings, std::initializer_list<uint8_t> missing = {},
                         std::string_view name = "") {
  Column column;
  column.name = name;
  column.dtype = DType::kString;
  column.strings = List(strings);
  if (missing.size() != 0) column.marks = List(missing);
  return column;
}
inline Column NumberColumn(std::initializer_list<double> doubles, std::string_view name = "") {
  Column column;
  column.name = name;
  column.doubles = List(doubles);
  return column;
}
inline Data Frame(std::initializer_list<Column> columns) {
  const Column& first = *columns.begin();
  return FrameView{first.dtype == DType::kString ? first.strings.size() : first.doubles.size(), List(columns)};
}

}  // namespace pratique
