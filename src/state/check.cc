#include "state/check.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "state/symbol.h"
#include "utf8.h"

namespace pratique {
namespace {

using reflection::BaseType;

std::string Text(double v) { return absl::StrCat(v); }
std::string Text(float v) { return absl::StrCat(v); }
template <class T>
  requires std::is_integral_v<T>
std::string Text(T v) {
  return absl::StrCat(+v);
}

template <class T>
T Load(const std::byte* p) {
  T value;
  std::memcpy(&value, p, sizeof value);
  return value;
}

// n elements of one scalar type, `stride` bytes apart.
struct Elements {
  BaseType type;
  const std::byte* data;
  size_t size, stride;
};

struct Found {
  size_t index;
  std::string rule, got, expected;
};

template <class T>
bool OutOfBounds(T v, const Rules& r) {
  if constexpr (std::is_floating_point_v<T>) {
    return (r.min && !(v >= r.min->real)) || (r.max && !(v <= r.max->real));
  } else if constexpr (std::is_same_v<T, uint64_t>) {
    return (r.min && r.min->integer > 0 && v < static_cast<uint64_t>(r.min->integer)) ||
           (r.max && (r.max->integer < 0 || v > static_cast<uint64_t>(r.max->integer)));
  } else {
    return (r.min && static_cast<int64_t>(v) < r.min->integer) || (r.max && static_cast<int64_t>(v) > r.max->integer);
  }
}

template <class T>
bool NotIndex(T v, int64_t bound) {
  if constexpr (std::is_floating_point_v<T>)
    return true;
  else if constexpr (std::is_signed_v<T>)
    return v < 0 || static_cast<int64_t>(v) >= bound;
  else
    return static_cast<uint64_t>(v) >= static_cast<uint64_t>(bound);
}

Rules Only(std::optional<Bound> min, std::optional<Bound> max) {
  Rules rules;
  rules.min = min;
  rules.max = max;
  return rules;
}

// What is wrong with one element, if anything: the slow, explaining path.
template <class T>
std::optional<Found> ExplainElement(T v, size_t i, const Rules& r, int64_t index_bound) {
  if constexpr (std::is_floating_point_v<T>) {
    if (r.finite && !std::isfinite(v)) return Found{i, "finite", Text(v), "a finite number"};
  }
  if (r.min && OutOfBounds(v, Only(r.min, {}))) return Found{i, "min", Text(v), absl::StrCat("at least ", r.min->real)};
  if (r.max && OutOfBounds(v, Only({}, r.max))) return Found{i, "max", Text(v), absl::StrCat("at most ", r.max->real)};
  if (r.index_below >= 0 && NotIndex(v, index_bound))
    return Found{i, "index_below", Text(v), absl::StrCat("below ", index_bound)};
  if (r.is_bool && v != 0 && v != 1) return Found{i, "bool", Text(v), "0 or 1"};
  if constexpr (std::is_integral_v<T>) {
    if (!r.enum_values.empty() &&
        !std::binary_search(r.enum_values.begin(), r.enum_values.end(), static_cast<int64_t>(v))) {
      return Found{i, "enum", Text(v), "a value of the enum"};
    }
  }
  return std::nullopt;
}

// One pass without branches on the data; most files take only this.
template <class T>
bool AllGood(const Elements& e, const Rules& r, int64_t index_bound) {
  bool bad = false;
  const bool enums = !r.enum_values.empty();
  if (e.stride == sizeof(T) && r.finite && !r.min && !r.max) {  // the common case, vectorised
    if constexpr (std::is_floating_point_v<T>) {
      using Bits = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;
      constexpr Bits kExponent = sizeof(T) == 8 ? Bits(0x7ff0000000000000u) : Bits(0x7f800000u);
      Bits any = 0;
      for (size_t i = 0; i < e.size; ++i) any |= Bits((Load<Bits>(e.data + i * sizeof(T)) & kExponent) == kExponent);
      return any == 0;
    }
  }
  for (size_t i = 0; i < e.size; ++i) {
    const T v = Load<T>(e.data + i * e.stride);
    if constexpr (std::is_floating_point_v<T>) bad |= r.finite && !(v - v == 0);
    bad |= OutOfBounds(v, r);
    if (r.index_below >= 0) bad |= NotIndex(v, index_bound);
    if (r.is_bool) bad |= v != 0 && v != 1;
    if (enums) bad |= ExplainElement(v, i, r, index_bound).has_value();
  }
  return !bad;
}

// offsets_of, sorted, unique: rules between elements.
template <class T>
std::optional<Found> CheckOrder(const Elements& e, const Rules& r, int64_t end) {
  auto at = [&](size_t i) { return Load<T>(e.data + i * e.stride); };
  if (r.offsets_of >= 0) {
    if (e.size == 0) return Found{0, "offsets_of", "no elements", "at least the offset 0"};
    if (at(0) != 0) return Found{0, "offsets_of", Text(at(0)), "0"};
    if constexpr (std::is_integral_v<T>) {
      if (NotIndex(at(e.size - 1), end + 1) || static_cast<int64_t>(at(e.size - 1)) != end) {
        return Found{e.size - 1, "offsets_of", Text(at(e.size - 1)), Text(end)};
      }
    }
  }
  if (r.sorted || r.offsets_of >= 0) {
    for (size_t i = 1; i < e.size; ++i) {
      if (!(at(i - 1) <= at(i)))
        return Found{i, r.sorted ? "sorted" : "offsets_of", Text(at(i)), absl::StrCat("at least ", Text(at(i - 1)))};
    }
  }
  if (r.unique) {
    std::vector<T> sorted(e.size);
    for (size_t i = 0; i < e.size; ++i) sorted[i] = at(i);
    if constexpr (std::is_floating_point_v<T>) {
      for (size_t i = 0; i < e.size; ++i) {
        if (std::isnan(sorted[i])) return Found{i, "unique", "nan", "a number"};
      }
    }
    std::sort(sorted.begin(), sorted.end());
    auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice != sorted.end()) {
      size_t seen = 0;
      for (size_t i = 0; i < e.size; ++i) {
        if (at(i) == *twice && ++seen == 2) return Found{i, "unique", Text(at(i)), "a value not seen before"};
      }
    }
  }
  return std::nullopt;
}

std::optional<Found> CheckElements(const Elements& e, const Rules& r, std::span<const int64_t> symbols) {
  return ByType(e.type, [&](auto zero) -> std::optional<Found> {
    using T = decltype(zero);
    const int64_t index_bound = r.index_below >= 0 ? symbols[r.index_below] : 0;
    if (!AllGood<T>(e, r, index_bound)) {
      for (size_t i = 0; i < e.size; ++i) {
        if (auto found = ExplainElement(Load<T>(e.data + i * e.stride), i, r, index_bound)) return found;
      }
    }
    if (!r.sorted && !r.unique && r.offsets_of < 0) return std::nullopt;
    return CheckOrder<T>(e, r, r.offsets_of >= 0 ? symbols[r.offsets_of] : 0);
  });
}

bool IsUtf8WithoutNul(std::string_view text) { return IsUtf8(text) && text.find(char{0}) == std::string_view::npos; }

std::optional<Found> CheckStrings(Strings strings, const Rules& r) {
  for (size_t i = 0; i < strings.size(); ++i) {
    if (!IsUtf8WithoutNul(strings[i])) return Found{i, "utf8", "invalid bytes", "UTF-8 without NUL"};
  }
  if (r.unique) {
    std::set<std::string_view> seen;  // ordered: a file can choose texts that meet in one bucket of a hash table
    for (size_t i = 0; i < strings.size(); ++i) {
      if (!seen.insert(strings[i]).second) return Found{i, "unique", "the same text again", "a value not seen before"};
    }
  }
  if (r.sorted) {
    for (size_t i = 1; i < strings.size(); ++i) {
      if (strings[i] < strings[i - 1]) return Found{i, "sorted", "a smaller text", "ascending order"};
    }
  }
  return std::nullopt;
}

class Checker {
 public:
  Checker(const Plan& plan, const void* state, uint64_t n_children)
      : plan_(plan), state_(static_cast<const std::byte*>(state)), symbols_(plan.symbols.size(), -1) {
    for (size_t i = 0; i < plan.symbols.size(); ++i) {
      if (plan.symbols[i] == kChildrenSymbol) symbols_[i] = static_cast<int64_t>(n_children);
      if (const auto number = NumberOfSymbol(plan.symbols[i])) symbols_[i] = *number;
    }
  }

  std::optional<Violation> Run() {
    for (const FieldPlan& f : plan_.fields) {
      if (f.kind == MemberKind::kScalar) {
        if (auto found = CheckElements(Scalar(f), f.rules, symbols_)) {
          if (f.rules.index_below < 0) return Say(f, *found, /*indexed=*/false);
        }
        if (f.dim >= 0) symbols_[f.dim] = Value(f);
      }
    }
    for (const FieldPlan& f : plan_.fields) {
      if (auto violation = CheckSize(f)) return violation;
    }
    for (const FieldPlan& f : plan_.fields) {
      if (auto violation = CheckContent(f)) return violation;
    }
    return std::nullopt;
  }

 private:
  template <class T>
  const T& Get(const FieldPlan& f) const {
    return *reinterpret_cast<const T*>(state_ + f.offset);
  }
  Elements Scalar(const FieldPlan& f) const { return {f.base, state_ + f.offset, 1, f.element_size}; }
  int64_t Value(const FieldPlan& f) const {
    return ByType(f.base, [&](auto zero) { return static_cast<int64_t>(Load<decltype(zero)>(state_ + f.offset)); });
  }
  // All spans have the layout of this one.
  struct View {
    const std::byte* data;
    size_t size;
  };
  View ViewOf(const FieldPlan& f) const {
    const auto& span = Get<std::span<const std::byte>>(f);
    return {span.data(), span.size()};
  }

  Violation Say(const FieldPlan& f, const Found& found, bool indexed, const Leaf* leaf = nullptr) const {
    std::string field = f.name;
    if (indexed) absl::StrAppend(&field, "[", found.index, "]");
    if (leaf) absl::StrAppend(&field, ".", leaf->name);
    return {field, found.rule, found.got, found.expected};
  }

  std::optional<Violation> CheckSize(const FieldPlan& f) {
    if (f.kind == MemberKind::kScalar || f.kind == MemberKind::kTable) return std::nullopt;
    if (f.kind == MemberKind::kString) {
      const bool absent = Get<std::string_view>(f).data() == nullptr;
      if (f.required && absent) return Violation{f.name, "required", "absent", "present"};
      return std::nullopt;
    }
    const View view = ViewOf(f);
    if (view.data == nullptr) {
      if (f.required) return Violation{f.name, "required", "absent", "present"};
      return std::nullopt;
    }
    if (f.shape.empty()) return std::nullopt;
    uint64_t product = 1;
    int unbound = -1;
    for (int s : f.shape) {
      if (symbols_[s] < 0)
        unbound = s;
      else if (__builtin_mul_overflow(product, static_cast<uint64_t>(symbols_[s]), &product)) {
        return Violation{f.name, "shape", "a product beyond 64 bits", "a size that can be"};
      }
    }
    if (unbound < 0) {
      if (product == view.size) return std::nullopt;
      return Violation{f.name, "shape", absl::StrCat(view.size, " elements"), absl::StrCat(product, " elements")};
    }
    if (product == 0 ? view.size != 0 : view.size % product != 0) {
      return Violation{f.name, "shape", absl::StrCat(view.size, " elements"), absl::StrCat("a multiple of ", product)};
    }
    symbols_[unbound] = product == 0 ? 0 : static_cast<int64_t>(view.size / product);
    return std::nullopt;
  }

  std::optional<Violation> CheckContent(const FieldPlan& f) const {
    switch (f.kind) {
      case MemberKind::kScalar:
        if (auto found = CheckElements(Scalar(f), f.rules, symbols_)) return Say(f, *found, false);
        return std::nullopt;
      case MemberKind::kString: {
        auto text = Get<std::string_view>(f);
        if (!IsUtf8WithoutNul(text)) return Violation{f.name, "utf8", "invalid bytes", "UTF-8 without NUL"};
        return std::nullopt;
      }
      case MemberKind::kStrings:
        if (auto found = CheckStrings(Get<Strings>(f), f.rules)) return Say(f, *found, true);
        return std::nullopt;
      case MemberKind::kVector:
        return CheckVector(f);
      case MemberKind::kTable:
        return CheckTable(f, state_ + f.offset, f.name);
      case MemberKind::kTables: {
        const View view = ViewOf(f);
        for (size_t i = 0; i < view.size; ++i) {
          if (auto v = CheckTable(f, view.data + i * f.info->size, absl::StrCat(f.name, "[", i, "]"))) return v;
        }
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  std::optional<Violation> CheckVector(const FieldPlan& f) const {
    const View view = ViewOf(f);
    if (f.leaves.empty()) {
      if (view.data == nullptr) return std::nullopt;
      if (auto found = CheckElements({f.element, view.data, view.size, f.element_size}, f.rules, symbols_))
        return Say(f, *found, true);
      return std::nullopt;
    }
    for (const Leaf& leaf : f.leaves) {
      if (leaf.rules.any) continue;
      Elements elements{leaf.type, view.data + leaf.offset, view.size, f.element_size};
      if (auto found = CheckElements(elements, leaf.rules, symbols_)) return Say(f, *found, true, &leaf);
    }
    return std::nullopt;
  }

  static std::optional<Violation> CheckTable(const FieldPlan& f, const std::byte* state, const std::string& path) {
    std::optional<Violation> violation = Checker(*f.nested, state, 0).Run();
    if (violation) violation->field = absl::StrCat(path, ".", violation->field);
    return violation;
  }

  const Plan& plan_;
  const std::byte* state_;
  std::vector<int64_t> symbols_;
};

}  // namespace

std::optional<Violation> CheckRules(const Plan& plan, const void* state, uint64_t n_children) {
  return Checker(plan, state, n_children).Run();
}

}  // namespace pratique
