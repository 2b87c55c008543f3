#include "cli/state_diff.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "absl/strings/str_cat.h"
#include "state/plan.h"
#include "type/class.h"
#include "validate/states.h"

namespace pratique::cli {
namespace {

// All vectors have the same layout: what they point to and how many.
using Bytes = std::span<const std::byte>;

template <class T>
const T& At(const void* state, const FieldPlan& field) {
  return *reinterpret_cast<const T*>(static_cast<const char*>(state) + field.offset);
}

template <class T>
T Load(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// The shortest text that reads back as the same number.
std::string Number(reflection::BaseType type, const std::byte* at) {
  return ByType(type, [at](auto zero) {
    char text[32];
    auto [end, error] = std::to_chars(text, text + sizeof text, +Load<decltype(zero)>(at));
    return std::string(text, end);
  });
}

// What is absent is not what is empty: an imputer marks no columns, or marks those with gaps and there were none.
bool SamePresence(const void* x, const void* y) { return (x == nullptr) == (y == nullptr); }

std::string Shown(std::string_view text) { return text.data() == nullptr ? "absent" : Escape(text); }

template <class T>
std::string SizeOf(std::span<T> elements) {
  return elements.data() == nullptr ? "absent" : absl::StrCat(elements.size(), " elements");
}

double AsDouble(reflection::BaseType type, const std::byte* at) {
  return ByType(type, [at](auto zero) { return static_cast<double>(Load<decltype(zero)>(at)); });
}

class Comparison {
 public:
  Comparison(std::vector<Change>& changes) : changes_(changes) {}

  void Tables(const Plan& plan, const void* a, const void* b, const std::string& path) {
    for (const FieldPlan& field : plan.fields)
      Field(field, a, b, path + "." + (field.python.empty() ? field.name : field.python));
  }

 private:
  void Field(const FieldPlan& field, const void* a, const void* b, const std::string& path) {
    switch (field.kind) {
      case MemberKind::kScalar: {
        auto at = [&](const void* s) { return reinterpret_cast<const std::byte*>(s) + field.offset; };
        if (std::memcmp(at(a), at(b), field.element_size) != 0)
          Add(path, Number(field.base, at(a)), Number(field.base, at(b)));
        return;
      }
      case MemberKind::kString: {
        auto x = At<std::string_view>(a, field), y = At<std::string_view>(b, field);
        if (x != y || !SamePresence(x.data(), y.data())) Add(path, Shown(x), Shown(y));
        return;
      }
      case MemberKind::kStrings:
        return Texts(At<Strings>(a, field), At<Strings>(b, field), path);
      case MemberKind::kVector:
        return Vectors(field, a, b, path);
      case MemberKind::kTable:
        return Tables(*field.nested, &At<char>(a, field), &At<char>(b, field), path);
      case MemberKind::kTables: {
        Bytes x = At<Bytes>(a, field), y = At<Bytes>(b, field);  // size() counts elements
        if (AreOfOtherSizes(x, y, path)) return;
        for (size_t i = 0; i < x.size(); ++i) {
          size_t skip = i * field.nested->info->size;
          Tables(*field.nested, x.data() + skip, y.data() + skip, absl::StrCat(path, "[", i, "]"));
        }
      }
    }
  }

  void Texts(Strings x, Strings y, const std::string& path) {
    if (AreOfOtherSizes(x, y, path)) return;
    for (size_t i = 0; i < x.size(); ++i) {
      if (x[i] != y[i]) Add(absl::StrCat(path, "[", i, "]"), Escape(x[i]), Escape(y[i]));
    }
  }

  // One change a vector: how many elements differ, the first of them, and by how much at most.
  void Vectors(const FieldPlan& field, const void* a, const void* b, const std::string& path) {
    Bytes x = At<Bytes>(a, field), y = At<Bytes>(b, field);  // size() counts elements
    if (AreOfOtherSizes(x, y, path)) return;
    size_t bytes = x.size() * field.element_size;
    if (bytes == 0 || std::memcmp(x.data(), y.data(), bytes) == 0) return;
    size_t differ = 0, first = 0;
    double max_abs = 0;
    for (size_t i = 0; i < x.size(); ++i) {
      const std::byte *p = x.data() + i * field.element_size, *q = y.data() + i * field.element_size;
      if (std::memcmp(p, q, field.element_size) == 0) continue;
      if (differ++ == 0) first = i;
      if (!field.leaves.empty()) continue;
      double gap = std::abs(AsDouble(field.element, p) - AsDouble(field.element, q));
      max_abs = std::max(max_abs, std::isnan(gap) ? std::numeric_limits<double>::infinity() : gap);
    }
    std::string where = absl::StrCat(path, "[", first, "]");
    const std::byte *p = x.data() + first * field.element_size, *q = y.data() + first * field.element_size;
    bool scalars = field.leaves.empty();
    std::string more = differ > 1 ? absl::StrCat(" (and ", differ - 1, " more)") : "";
    Add(where, (scalars ? Number(field.element, p) : "a node") + more,
        scalars ? Number(field.element, q) : "another node", scalars ? std::optional(max_abs) : std::nullopt);
  }

  template <class T>
  bool AreOfOtherSizes(std::span<T> x, std::span<T> y, const std::string& path) {
    if (x.size() == y.size() && SamePresence(x.data(), y.data())) return false;
    Add(path, SizeOf(x), SizeOf(y));
    return true;
  }

  void Add(std::string path, std::string a, std::string b, std::optional<double> max_abs = std::nullopt) {
    changes_.push_back({std::move(path), "state", std::move(a), std::move(b), max_abs});
  }

  std::vector<Change>& changes_;
};

}  // namespace

void CompareStates(const Validated& a, size_t i, const Validated& b, size_t j, const std::string& path,
                   std::vector<Change>& changes) {
  const Plan& plan = a.audited().classes()[i]->form->plan();
  Comparison(changes).Tables(plan, a.states().states[i], b.states().states[j], path);
}

}  // namespace pratique::cli
