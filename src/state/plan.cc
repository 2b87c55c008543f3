#include "state/plan.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "state/symbol.h"
#include "status_macros.h"

namespace pratique {
namespace {

using reflection::BaseType;

int SymbolOf(Plan& plan, std::string_view name) {
  auto it = std::find(plan.symbols.begin(), plan.symbols.end(), name);
  if (it == plan.symbols.end()) it = plan.symbols.insert(it, std::string(name));
  return static_cast<int>(it - plan.symbols.begin());
}

absl::StatusOr<Bound> ParseBound(const std::string& text) {
  Bound bound;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bound.integer);
  if (error == std::errc() && end == text.data() + text.size()) {
    bound.real = static_cast<double>(bound.integer);
    return bound;
  }
  if (!absl::SimpleAtod(text, &bound.real) || std::isnan(bound.real))
    return absl::InternalError(absl::StrCat("not a number: ", text));
  constexpr double kBeyond = 0x1p63;  // of int64, whose bound is then its own
  bound.integer = bound.real >= kBeyond    ? INT64_MAX
                  : bound.real <= -kBeyond ? INT64_MIN
                                           : static_cast<int64_t>(bound.real);
  return bound;
}

// Reads the attributes of `field`. `owner` is null for the scalars of a struct, which know no symbols of their own.
absl::Status ReadAttributes(Plan& plan, const reflection::Field& field, Rules& rules, FieldPlan* owner) {
  if (field.attributes() == nullptr) return absl::OkStatus();
  for (const reflection::KeyValue* attribute : *field.attributes()) {
    const std::string key = attribute->key()->str();
    const std::string value = attribute->value() ? attribute->value()->str() : "";
    if (key == "finite")
      rules.finite = true;
    else if (key == "any")
      rules.any = true;
    else if (key == "sorted")
      rules.sorted = true;
    else if (key == "unique")
      rules.unique = true;
    else if (key == "index_below")
      rules.index_below = SymbolOf(plan, value);
    else if (key == "min" || key == "max") {
      ASSIGN_OR_RETURN(Bound bound, ParseBound(value));
      (key == "min" ? rules.min : rules.max) = bound;
    } else if (owner && key == "offsets_of")
      rules.offsets_of = SymbolOf(plan, value);
    else if (owner && key == "dim")
      owner->dim = SymbolOf(plan, field.name()->str());
    else if (owner && key == "python")
      owner->python = value;
    else if (owner && key == "shape") {
      for (size_t begin = 0; begin <= value.size();) {
        size_t end = std::min(value.find(',', begin), value.size());
        owner->shape.push_back(SymbolOf(plan, std::string_view(value).substr(begin, end - begin)));
        begin = end + 1;
      }
    } else if (key != "required" && key != "id") {
      return absl::InternalError(absl::StrCat("unknown attribute ", key));
    }
  }
  return absl::OkStatus();
}

void ReadEnum(const reflection::Schema& schema, const reflection::Type& type, BaseType scalar, Rules& rules) {
  rules.is_bool = scalar == BaseType::Bool;
  if (type.index() < 0 || !IsScalar(scalar)) return;
  for (const reflection::EnumVal* value : *schema.enums()->Get(type.index())->values()) {
    rules.enum_values.push_back(value->value());
  }
  std::sort(rules.enum_values.begin(), rules.enum_values.end());
}

// Every field says what its values mean, or says `any`. Enums, bools and tables carry their meaning in their type.
bool HasRule(const FieldPlan& field) {
  const Rules& r = field.rules;
  if (field.kind == MemberKind::kTable || field.kind == MemberKind::kTables) return true;
  if (!field.leaves.empty()) {
    return std::all_of(field.leaves.begin(), field.leaves.end(), [](const Leaf& leaf) {
      const Rules& l = leaf.rules;
      return l.any || l.finite || l.min || l.max || l.index_below >= 0 || !l.enum_values.empty() || l.is_bool;
    });
  }
  return r.any || r.finite || r.min || r.max || r.index_below >= 0 || r.offsets_of >= 0 || r.is_bool ||
         !r.enum_values.empty();
}

absl::StatusOr<std::unique_ptr<Plan>> Compile(const reflection::Schema& schema, const StructInfo& info, int depth);

absl::Status CompileField(const reflection::Schema& schema, const reflection::Field& field, int depth, Plan& plan,
                          FieldPlan& f) {
  f.name = field.name()->str();
  f.slot = field.offset();
  f.base = field.type()->base_type();
  f.element = field.type()->element();
  f.required = field.required();
  f.default_integer = field.default_integer();
  f.default_real = field.default_real();
  auto member = std::find_if(plan.info->members.begin(), plan.info->members.end(),
                             [&](const Member& m) { return f.name == m.name; });
  if (member == plan.info->members.end()) return absl::InternalError("the struct has no such member");
  f.kind = member->kind;
  f.offset = member->offset;
  f.info = member->nested;
  if (f.kind == MemberKind::kScalar && field.optional())
    return absl::InternalError("optional scalars are not supported: use a vector or a flag");
  if (field.deprecated()) return absl::InternalError("deprecated fields are not allowed");
  const BaseType scalar = f.base == BaseType::Vector ? f.element : f.base;
  if (IsScalar(scalar)) f.element_size = f.element_align = flatbuffers::GetTypeSize(scalar);
  if (f.info != nullptr) {
    ASSIGN_OR_RETURN(std::unique_ptr<Plan> nested, Compile(schema, *f.info, depth + 1));
    f.nested = std::move(nested);
    if (f.kind == MemberKind::kTable && !f.required) return absl::InternalError("a nested table must be required");
  } else if (scalar == BaseType::Obj) {
    const reflection::Object* object = schema.objects()->Get(field.type()->index());
    f.element_size = object->bytesize();
    f.element_align = object->minalign();
    uint32_t sum = 0;
    for (const reflection::Field* inner : *object->fields()) {
      Leaf leaf{inner->name()->str(), inner->type()->base_type(), inner->offset(), {}};
      if (!IsScalar(leaf.type)) return absl::InternalError("structs hold scalars only");
      RETURN_IF_ERROR(ReadAttributes(plan, *inner, leaf.rules, nullptr));
      ReadEnum(schema, *inner->type(), leaf.type, leaf.rules);
      sum += flatbuffers::GetTypeSize(leaf.type);
      f.leaves.push_back(std::move(leaf));
    }
    if (sum != f.element_size) return absl::InternalError("the struct has implicit padding");
    std::sort(f.leaves.begin(), f.leaves.end(), [](const Leaf& a, const Leaf& b) { return a.offset < b.offset; });
  }
  RETURN_IF_ERROR(ReadAttributes(plan, field, f.rules, &f));
  ReadEnum(schema, *field.type(), scalar, f.rules);
  if (!HasRule(f)) return absl::InternalError("no rule: say what its values mean, or any:\"why\"");
  return absl::OkStatus();
}

// A symbol that a rule uses must be bound by a `dim` or be solvable from one shape. Nested tables see their own only.
absl::Status CheckSymbols(const Plan& plan) {
  std::vector<bool> bound(plan.symbols.size(), false);
  for (size_t i = 0; i < bound.size(); ++i)
    bound[i] = plan.symbols[i] == kChildrenSymbol || NumberOfSymbol(plan.symbols[i]);
  for (const FieldPlan& f : plan.fields) {
    if (f.dim >= 0) bound[f.dim] = true;
  }
  for (const FieldPlan& f : plan.fields) {
    int unbound = 0;
    for (int s : f.shape) unbound += !bound[s];
    if (unbound > 1)
      return absl::InternalError(absl::StrCat(plan.table, ".", f.name, ": shape has two unbound symbols"));
    for (int s : f.shape) bound[s] = true;
  }
  for (const FieldPlan& f : plan.fields) {
    auto check = [&](int symbol) { return symbol < 0 || bound[symbol]; };
    bool ok = check(f.rules.index_below) && check(f.rules.offsets_of);
    for (const Leaf& leaf : f.leaves) ok = ok && check(leaf.rules.index_below);
    if (!ok) return absl::InternalError(absl::StrCat(plan.table, ".", f.name, ": a symbol that nothing binds"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Plan>> Compile(const reflection::Schema& schema, const StructInfo& info, int depth) {
  if (depth > 4) return absl::InternalError(absl::StrCat(info.table, ": nested too deep"));
  const reflection::Object* object = schema.objects()->LookupByKey(info.table);
  if (object == nullptr) return absl::InternalError(absl::StrCat(info.table, ": not in the binary schema"));
  auto plan = std::make_unique<Plan>();
  plan->table = info.table;
  plan->info = &info;
  if (schema.file_ident() && schema.root_table() == object) plan->identifier = schema.file_ident()->str();
  std::vector<const reflection::Field*> fields(object->fields()->begin(), object->fields()->end());
  std::sort(fields.begin(), fields.end(), [](auto* a, auto* b) { return a->id() < b->id(); });
  for (const reflection::Field* field : fields) {
    FieldPlan f;
    if (absl::Status status = CompileField(schema, *field, depth, *plan, f); !status.ok()) {
      return absl::InternalError(
          absl::StrCat(info.table, ".", field->name()->str(), ": ", std::string(status.message())));
    }
    plan->vtable_size = std::max<uint16_t>(plan->vtable_size, f.slot + 2);
    plan->fields.push_back(std::move(f));
  }
  RETURN_IF_ERROR(CheckSymbols(*plan));
  return plan;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Plan>> CompilePlan(std::span<const uint8_t> bfbs, const StructInfo& info) {
  flatbuffers::Verifier verifier(bfbs.data(), bfbs.size());
  if (!reflection::VerifySchemaBuffer(verifier)) return absl::InternalError("the embedded schema is damaged");
  return Compile(*reflection::GetSchema(bfbs.data()), info, 0);
}

Plan PlanOrNothing(std::span<const uint8_t> bfbs, const StructInfo& info) {
  absl::StatusOr<std::unique_ptr<Plan>> plan = CompilePlan(bfbs, info);
  if (plan.ok()) return std::move(**plan);
  Plan nothing;
  nothing.table = info.table;
  nothing.info = &info;
  return nothing;
}

}  // namespace pratique
