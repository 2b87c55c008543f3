// Binds a C++ struct of views to its FlatBuffers table.
//
//   struct MaxAbsScaler {
//     using Schema = fb::MaxAbsScaler;
//     BOOST_HANA_DEFINE_STRUCT(MaxAbsScaler, (uint32_t, n_features_in), (Array<double>, scale));
//   };
//
// The members are listed once; the compiler compares names and types with the table that flatc generated. From then on
// the struct is described by data (StructInfo): decode, encode, import, inspect, diff and the validator are ordinary
// functions over StructInfo and Plan, compiled once.
#pragma once

#include <array>
#include <boost/hana.hpp>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "flatbuffers/flatbuffers.h"

namespace pratique {

// Views only ever borrow: from the segment, from the inert graph, or from an arena. data() == nullptr means the field
// is absent; an empty field has an address.
template <class T>
using Array = std::span<const T>;
using Strings = std::span<const std::string_view>;

enum class MemberKind : uint8_t { kScalar, kString, kVector, kStrings, kTable, kTables };

struct StructInfo;
struct Member {
  const char* name;
  MemberKind kind;
  uint16_t offset;           // in the struct, bytes
  const StructInfo* nested;  // kTable, kTables
};
struct StructInfo {
  const char* table;  // fully qualified: "pratique.fb.MaxAbsScaler"
  std::span<const Member> members;
  size_t size;
};
template <class S>
const StructInfo& InfoOf();

namespace bind {

namespace hana = boost::hana;

template <class M>
concept Bound = requires { typename M::Schema; };

template <class M>
inline constexpr bool kIsSpan = false;
template <class T>
inline constexpr bool kIsSpan<std::span<const T>> = true;

// Does struct member type M hold what table field type F gives?
template <class M, class F>
struct Holds : std::false_type {};
template <class T>
  requires(std::is_arithmetic_v<T> || std::is_enum_v<T>)
struct Holds<T, T> : std::true_type {};
template <class T>
struct Holds<Array<T>, const flatbuffers::Vector<T>*> : std::true_type {};
template <class T>
struct Holds<Array<T>, const flatbuffers::Vector<const T*>*> : std::true_type {};
template <>
struct Holds<Strings, const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>*> : std::true_type {};
template <>
struct Holds<std::string_view, const flatbuffers::String*> : std::true_type {};
template <Bound T>
struct Holds<T, const typename T::Schema*> : std::true_type {};
template <Bound T>
struct Holds<Array<T>, const flatbuffers::Vector<flatbuffers::Offset<typename T::Schema>>*> : std::true_type {};

template <class S>
constexpr size_t FieldIndex(std::string_view name) {
  for (size_t i = 0; i < S::Schema::Traits::fields_number; ++i) {
    if (name == S::Schema::Traits::field_names[i]) return i;
  }
  return static_cast<size_t>(-1);
}

template <class S, class Accessor>
struct Field {
  using NameConstant = std::remove_cvref_t<decltype(hana::first(std::declval<Accessor>()))>;
  using Type = std::remove_cvref_t<decltype(hana::second(std::declval<Accessor>())(std::declval<S&>()))>;
  static constexpr size_t kIndex = FieldIndex<S>(hana::to<char const*>(NameConstant{}));
  static constexpr bool kInTable = kIndex != static_cast<size_t>(-1);
  static constexpr bool HasTheTablesType() {
    if constexpr (kInTable) {
      return Holds<Type, typename S::Schema::Traits::template FieldType<kIndex>>::value;
    } else {
      return true;  // said already
    }
  }
  static_assert(kInTable, "struct member: the table has no field of this name");
  static_assert(HasTheTablesType(), "struct member: the table's field of this name has another type");
};

template <class M>
constexpr MemberKind KindOf() {
  if constexpr (std::is_arithmetic_v<M> || std::is_enum_v<M>)
    return MemberKind::kScalar;
  else if constexpr (std::is_same_v<M, std::string_view>)
    return MemberKind::kString;
  else if constexpr (std::is_same_v<M, Strings>)
    return MemberKind::kStrings;
  else if constexpr (Bound<M>)
    return MemberKind::kTable;
  else if constexpr (Bound<std::remove_const_t<typename M::element_type>>)
    return MemberKind::kTables;
  else
    return MemberKind::kVector;
}

template <class M>
const StructInfo* NestedOf() {
  if constexpr (Bound<M>)
    return &InfoOf<M>();
  else if constexpr (kIsSpan<M>) {
    using T = std::remove_const_t<typename M::element_type>;
    if constexpr (Bound<T>) return &InfoOf<T>();
  }
  return nullptr;
}

template <size_t kPosition, class S, class Accessor>
Member Describe(Accessor accessor, S& s) {
  using F = Field<S, Accessor>;
  static_assert(!F::kInTable || F::kIndex == kPosition, "struct member: not at the place that the table gives it");
  auto& member = hana::second(accessor)(s);
  auto offset = reinterpret_cast<char*>(&member) - reinterpret_cast<char*>(&s);
  return {hana::to<char const*>(hana::first(accessor)), KindOf<typename F::Type>(), static_cast<uint16_t>(offset),
          NestedOf<typename F::Type>()};
}

}  // namespace bind

template <class S>
const StructInfo& InfoOf() {
  static_assert(std::is_trivially_copyable_v<S> && std::is_trivially_destructible_v<S>, "a state only borrows");
  static_assert(decltype(boost::hana::size(boost::hana::accessors<S>()))::value == S::Schema::Traits::fields_number,
                "struct and table have a different number of fields");
  static const auto members = [] {
    S s{};
    return boost::hana::unpack(boost::hana::accessors<S>(), [&](auto... accessor) {
      return [&]<size_t... kPosition>(std::index_sequence<kPosition...>) {
        return std::array<Member, sizeof...(accessor)>{bind::Describe<kPosition, S>(accessor, s)...};
      }(std::index_sequence_for<decltype(accessor)...>());
    });
  }();
  static const StructInfo info{S::Schema::Traits::fully_qualified_name, members, sizeof(S)};
  return info;
}

}  // namespace pratique
