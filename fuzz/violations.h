// The minimal violations of every rule of a schema, made from the plan: each is a copy of a good state with one defect.
#pragma once

#include <cstring>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "state/arena.h"
#include "state/plan.h"

namespace pratique::testing {

struct Defect {
  std::string field;  // "nodes.left": without indexes
  std::string rule;   // the rule that is broken; another rule of the same field may be named first
  const void* state;  // of the root plan's struct
};

class ViolationMaker {
 public:
  explicit ViolationMaker(Arena& arena) : arena_(arena) {}

  std::vector<Defect> Make(const Plan& plan, const void* state) {
    const auto* bytes = static_cast<const std::byte*>(state);
    Visit(plan, {bytes, plan.info->size}, "", [](std::span<const std::byte> broken) { return broken; });
    return std::move(defects_);
  }
  // Fields whose values no attribute rules: checked by an invariant, or free ("any").
  const std::set<std::string>& without_rules() const { return without_rules_; }

 private:
  using Bytes = std::span<const std::byte>;
  // From the broken copy of a (nested) state to a copy of the root state that holds it.
  using Wrap = std::function<Bytes(Bytes)>;

  Bytes With(Bytes state, size_t offset, const void* value, size_t size) {
    std::span<std::byte> copy = arena_.Copy(state);
    std::memcpy(copy.data() + offset, value, size);
    return copy;
  }
  void Add(const std::string& field, std::string rule, Bytes broken, const Wrap& wrap) {
    defects_.push_back({field, std::move(rule), wrap(broken).data()});
  }

  void Visit(const Plan& plan, Bytes state, const std::string& prefix, const Wrap& wrap) {
    for (const FieldPlan& f : plan.fields) {
      const std::string path = prefix + f.name;
      const size_t before = defects_.size();
      switch (f.kind) {
        case MemberKind::kScalar:
          Scalar(f, state, path, wrap);
          break;
        case MemberKind::kString: {
          std::string_view bad("\xff", 1);
          Add(path, "utf8", With(state, f.offset, &bad, sizeof bad), wrap);
          break;
        }
        case MemberKind::kTable:
          Visit(*f.nested, state.subspan(f.offset, f.info->size), path + ".",
                [&, this](Bytes inner) { return wrap(With(state, f.offset, inner.data(), inner.size())); });
          break;
        case MemberKind::kStrings:
          StringVector(f, state, path, wrap);
          break;
        case MemberKind::kVector:
          Vector(f, state, path, wrap);
          break;
        case MemberKind::kTables:
          Tables(f, state, path, wrap);
          break;
      }
      if (defects_.size() == before) without_rules_.insert(absl::StrCat(plan.table, ".", f.name));
    }
  }

  struct View {
    const std::byte* data;
    size_t size;
  };
  View ViewOf(const FieldPlan& f, Bytes state) {
    View view;
    std::memcpy(&view, state.data() + f.offset, sizeof view);
    return view;
  }
  Bytes WithView(const FieldPlan& f, Bytes state, View view) { return With(state, f.offset, &view, sizeof view); }

  // Values of a scalar that break `rules`, as (rule, value) pairs handed to `use`.
  template <class T>
  void BadValues(const Rules& rules, const std::function<void(std::string, T)>& use) {
    using Limits = std::numeric_limits<T>;
    if constexpr (std::is_floating_point_v<T>) {
      if (rules.finite) use("finite", Limits::quiet_NaN()), use("finite", Limits::infinity());
      if (rules.min) use("min", static_cast<T>(rules.min->real) - 1);
      if (rules.max) use("max", static_cast<T>(rules.max->real) * 2 + 1);
    } else {
      if (rules.min && rules.min->integer > static_cast<int64_t>(Limits::min()))
        use("min", static_cast<T>(rules.min->integer - 1));
      if (rules.max && static_cast<uint64_t>(rules.max->integer) < static_cast<uint64_t>(Limits::max()))
        use("max", static_cast<T>(rules.max->integer + 1));
      if (rules.is_bool) use("bool", 2);
      if (!rules.enum_values.empty()) use("enum", static_cast<T>(77));
      if (rules.index_below >= 0) use("index_below", Limits::max());
    }
  }

  void Scalar(const FieldPlan& f, Bytes state, const std::string& path, const Wrap& wrap) {
    ByType(f.base, [&](auto zero) {
      using T = decltype(zero);
      BadValues<T>(f.rules, [&](std::string rule, T value) {
        Add(path, std::move(rule), With(state, f.offset, &value, sizeof value), wrap);
      });
    });
  }

  void Sizes(const FieldPlan& f, Bytes state, const std::string& path, const Wrap& wrap) {
    const View view = ViewOf(f, state);
    if (f.required) Add(path, "required", WithView(f, state, {nullptr, 0}), wrap);
    // Fewer elements break a shape whose symbols are all bound by others; one that is solved here may still divide.
    if (!f.shape.empty() && f.shape.size() > 1 && view.size > 1)
      Add(path, "shape", WithView(f, state, {view.data, view.size - 1}), wrap);
  }

  void StringVector(const FieldPlan& f, Bytes state, const std::string& path, const Wrap& wrap) {
    Sizes(f, state, path, wrap);
    const View view = ViewOf(f, state);
    Strings strings(reinterpret_cast<const std::string_view*>(view.data), view.size);
    auto with = [&](size_t i, std::string_view text) {
      auto copy = arena_.Copy(strings);
      copy[i] = text;
      return WithView(f, state, {reinterpret_cast<const std::byte*>(copy.data()), copy.size()});
    };
    if (strings.empty()) return;
    Add(path, "utf8", with(0, std::string_view("\xC3(", 2)), wrap);
    Add(path, "utf8", with(0, std::string_view("a\0b", 3)), wrap);
    if (f.rules.unique && strings.size() > 1) Add(path, "unique", with(1, strings[0]), wrap);
  }

  void Vector(const FieldPlan& f, Bytes state, const std::string& path, const Wrap& wrap) {
    Sizes(f, state, path, wrap);
    const View view = ViewOf(f, state);
    if (view.size == 0) return;
    const Bytes elements(view.data, view.size * f.element_size);
    auto with = [&](size_t offset, const void* value, size_t size) {
      return WithView(f, state, {With(elements, offset, value, size).data(), view.size});
    };
    for (const Leaf& leaf : f.leaves) {
      ByType(leaf.type, [&](auto zero) {
        using T = decltype(zero);
        BadValues<T>(leaf.rules, [&](std::string rule, T value) {
          Add(absl::StrCat(path, ".", leaf.name), std::move(rule), with(leaf.offset, &value, sizeof value), wrap);
        });
      });
    }
    if (!f.leaves.empty()) return;
    ByType(f.element, [&](auto zero) {
      using T = decltype(zero);
      BadValues<T>(f.rules,
                   [&](std::string rule, T value) { Add(path, std::move(rule), with(0, &value, sizeof value), wrap); });
      auto at = [&](size_t i) {
        T v;
        std::memcpy(&v, elements.data() + i * sizeof v, sizeof v);
        return v;
      };
      if (f.rules.unique && view.size > 1) {
        T v = at(0);
        Add(path, "unique", with(sizeof(T), &v, sizeof v), wrap);
      }
      if (f.rules.sorted && view.size > 1) {
        T v = static_cast<T>(at(1) + 1);
        Add(path, "sorted", with(0, &v, sizeof v), wrap);
      }
      if (f.rules.offsets_of >= 0) {
        T one = 1, beyond = static_cast<T>(at(view.size - 1) + 1);
        Add(path, "offsets_of", with(0, &one, sizeof one), wrap);
        Add(path, "offsets_of", with((view.size - 1) * sizeof(T), &beyond, sizeof beyond), wrap);
      }
    });
  }

  void Tables(const FieldPlan& f, Bytes state, const std::string& path, const Wrap& wrap) {
    if (f.required) Add(path, "required", WithView(f, state, {nullptr, 0}), wrap);
    const View view = ViewOf(f, state);
    if (view.size == 0) return;
    const Bytes tables(view.data, view.size * f.info->size);
    Visit(*f.nested, tables.first(f.info->size), path + ".", [&, this](Bytes inner) {
      return wrap(WithView(f, state, {With(tables, 0, inner.data(), inner.size()).data(), view.size}));
    });
  }

  Arena& arena_;
  std::vector<Defect> defects_;
  std::set<std::string> without_rules_;
};

}  // namespace pratique::testing
