// A schema's rules, compiled from the embedded binary schema (.bfbs) and joined to the struct's members.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "flatbuffers/reflection.h"
#include "state/bind.h"

namespace pratique {

// A bound of `min` or `max`, exact for integers of 64 bits and for doubles.
struct Bound {
  int64_t integer = 0;
  double real = 0;
};

// What the attributes of one field, or of one field of a struct, demand of every element.
struct Rules {
  bool finite = false, sorted = false, unique = false, any = false;
  std::optional<Bound> min, max;
  int index_below = -1;              // symbol
  int offsets_of = -1;               // symbol
  std::vector<int64_t> enum_values;  // sorted; empty: not an enum
  bool is_bool = false;
};

struct Leaf {  // one scalar of a struct in a vector of structs
  std::string name;
  reflection::BaseType type;
  uint32_t offset;
  Rules rules;
};

struct Plan;
struct FieldPlan {
  std::string name;
  std::string python;  // scikit-learn's attribute; "" when the schema names none
  uint16_t slot = 0;   // of the vtable: 4, 6, 8, ...
  reflection::BaseType base{}, element{};
  uint32_t element_size = 0, element_align = 1;
  bool required = false;
  int64_t default_integer = 0;
  double default_real = 0;
  int dim = -1;            // the symbol this scalar binds
  std::vector<int> shape;  // symbols
  Rules rules;
  std::vector<Leaf> leaves;
  std::unique_ptr<Plan> nested;  // tables
  MemberKind kind{};
  uint16_t offset = 0;               // of the member
  const StructInfo* info = nullptr;  // tables
};

// Immutable once compiled; safe to share between threads.
struct Plan {
  std::string table;
  std::string identifier;  // file identifier of the schema's root table; "" for all others
  std::vector<std::string> symbols;
  std::vector<FieldPlan> fields;  // in schema-id order
  uint16_t vtable_size = 4;       // of a table with every field
  const StructInfo* info = nullptr;
};

// The symbol that is always bound: how many objects the validated object owns.
inline constexpr std::string_view kChildrenSymbol = "n_children";

// kInternal names the first field that has no rule, an unknown attribute, a symbol that nothing binds, or a member that
// is missing: `schema_check` runs this over every table at build time.
absl::StatusOr<std::unique_ptr<Plan>> CompilePlan(std::span<const uint8_t> bfbs, const StructInfo& info);

// The same for use at run time: a schema that does not compile (a bug, which schema_check finds at build) gives a plan
// without fields, which refuses every state.
Plan PlanOrNothing(std::span<const uint8_t> bfbs, const StructInfo& info);

// Calls f with a value of the C++ type of a scalar `type`.
template <class F>
auto ByType(reflection::BaseType type, F f) {
  using reflection::BaseType;
  switch (type) {
    case BaseType::Byte:
      return f(int8_t{});
    case BaseType::UByte:
    case BaseType::Bool:
    case BaseType::UType:
      return f(uint8_t{});
    case BaseType::Short:
      return f(int16_t{});
    case BaseType::UShort:
      return f(uint16_t{});
    case BaseType::Int:
      return f(int32_t{});
    case BaseType::UInt:
      return f(uint32_t{});
    case BaseType::Long:
      return f(int64_t{});
    case BaseType::ULong:
      return f(uint64_t{});
    case BaseType::Float:
      return f(float{});
    default:
      return f(double{});
  }
}
inline bool IsScalar(reflection::BaseType type) {
  return type > reflection::BaseType::None && type <= reflection::BaseType::Double;
}

}  // namespace pratique
