#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "container/sha256.h"
#include "registry/families.h"
#include "registry/index.h"
#include "type/change.h"

namespace pratique {
namespace {

std::string_view LastPart(std::string_view name) { return name.substr(name.rfind('.') + 1); }
std::string_view TopModule(std::string_view name) { return name.substr(0, name.find('.')); }
std::string_view ModuleOf(std::string_view name) {
  const size_t dot = name.rfind('.');
  return dot == name.npos ? std::string_view() : name.substr(0, dot);
}

// scikit-learn 0.22 made its modules private, by an underscore. A module that has none and is not the public one is
// older.
std::string_view VersionsOf(std::string_view module, const Class& type) {
  const bool is_private = LastPart(module).starts_with('_');
  const bool is_public = ModuleOf(type.name) == module;
  return is_private || is_public ? "1.0 to 1.9" : "0.21 and older";
}

std::vector<ClassInfo::Alias> AliasesOf(const Class& type) {
  std::vector<ClassInfo::Alias> aliases;
  for (std::string_view module : type.modules) {
    aliases.push_back({absl::StrCat(std::string(module), ".", std::string(type.short_name())),
                       std::string(VersionsOf(module, type))});
  }
  return aliases;
}

absl::Status Twice(const char* what, std::string_view name) {
  return absl::InvalidArgumentError(absl::StrCat("there is a ", what, " ", std::string(name), " already"));
}

}  // namespace

void Registry::Add(Index& index, const Family& family, const Class& type) {
  index.classes.push_back(&type);
  index.by_short_name.emplace(type.short_name(), &type);
  index.family[&type] = &family;
}

const Registry& Registry::Builtin() {
  static const Registry* const registry = [] {
    auto index = std::make_shared<Registry::Index>();
    for (const Family* family :
         {&LinearFamily(),     &TreeFamily(),          &BoostingFamily(),         &PreprocessingFamily(),
          &NaiveBayesFamily(), &DecompositionFamily(), &ClusterFamily(),          &NeuralFamily(),
          &DummyFamily(),      &SvmFamily(),           &NeighborsFamily(),        &TextFamily(),
          &XGBoostFamily(),    &LightGbmFamily(),      &FeatureSelectionFamily(), &ComposeFamily(),
          &EnsembleFamily(),   &MixtureFamily(),       &KernelFamily(),           &GaussianProcessFamily(),
          &MetaFamily(),       &ImageFamily(),         &InspectionFamily()}) {
      for (const Class& type : family->classes) Add(*index, *family, type);
    }
    auto* made = new Registry;
    made->index_ = std::move(index);
    return made;
  }();
  return *registry;
}

absl::StatusOr<Registry> Registry::BuiltinAnd(std::span<const Family* const> own) {
  const Index& builtin = *Builtin().index_;
  auto index = std::make_shared<Index>();
  index->classes = builtin.classes;
  index->by_short_name = builtin.by_short_name;
  index->family = builtin.family;
  Registry made;
  made.index_ = index;
  for (const Family* family : own) {
    if (made.IsFamily(family->name)) return Twice("family", family->name);
    for (const Class& type : family->classes) {
      if (type.name.find('.') == type.name.npos)
        return absl::InvalidArgumentError(absl::StrCat(std::string(type.name), " has no module before its name"));
      if (made.FindAlias(type.name) != nullptr) return Twice("name", type.name);
      for (const ClassInfo::Alias& alias : AliasesOf(type)) {
        if (made.FindAlias(alias.name) != nullptr) return Twice("name", alias.name);
      }
      Add(*index, *family, type);
    }
  }
  return made;
}

const Class* Registry::Find(std::string_view name) const {
  const Class* found = FindAlias(name);
  return found != nullptr && found->name == name ? found : nullptr;
}

const Class* Registry::FindAlias(std::string_view name) const {
  const std::string_view module = ModuleOf(name);
  const auto [first, last] = index_->by_short_name.equal_range(LastPart(name));
  const auto found = std::find_if(first, last, [&](const auto& entry) {
    return entry.second->name == name ||
           std::ranges::find(entry.second->modules, module) != entry.second->modules.end();
  });
  return found == last ? nullptr : found->second;
}

bool Registry::IsKnown(std::string_view name) const {
  if (FindAlias(name)) return true;
  // A private module of the same package counts: sklearn.svm._classes.SVC is sklearn.svm.SVC.
  using Parts = std::pair<std::string_view, std::string_view>;
  static const std::set<Parts>* const known = [] {
    auto* parts = new std::set<Parts>;
    for (std::string_view of : KnownNames()) parts->emplace(LastPart(of), TopModule(of));
    return parts;
  }();
  return known->contains({LastPart(name), TopModule(name)});
}

bool Registry::IsFamily(std::string_view family) const {
  return std::ranges::any_of(index_->family, [&](const auto& entry) { return entry.second->name == family; });
}

std::span<const Class* const> Registry::classes() const { return index_->classes; }

const Family* Registry::FamilyOf(const Class& type) const {
  auto it = index_->family.find(&type);
  return it == index_->family.end() ? nullptr : it->second;
}

std::vector<ClassInfo> Registry::List() const {
  std::vector<ClassInfo> list;
  for (const Class* type : index_->classes) {
    ClassInfo info;
    info.name = type->name;
    info.aliases = AliasesOf(*type);
    info.family = index_->family.at(type)->name;
    for (size_t m = 0; m < kMethods; ++m) {
      const std::string_view method = Name(static_cast<Method>(m));
      if (type->form->methods[m] && !HasWord(type->lacks, method)) info.methods.emplace_back(method);
    }
    for (std::string_view input : type->inputs) info.inputs.emplace_back(input);
    info.agreement = type->agreement;
    info.coverage = info.methods.empty() ? "inspect" : "predict";
    info.refuses = type->refuses;
    for (const Change* change : index_->family.at(type)->changes) {
      if (change->Concerns(type->short_name())) info.changes.push_back({change->Release(), std::string(change->what)});
    }
    list.push_back(std::move(info));
  }
  for (std::string_view known : KnownNames()) {
    if (FindAlias(known)) continue;
    ClassInfo info;
    info.name = known;
    info.coverage = "none";
    list.push_back(std::move(info));
  }
  std::ranges::sort(list, {}, &ClassInfo::name);
  return list;
}

std::string Registry::digest() const {
  std::call_once(index_->digested, [this] {
    std::string text;
    std::vector<const Class*> sorted = index_->classes;
    std::ranges::sort(sorted, {}, &Class::name);
    std::map<const void*, std::string> of_schemas;  // classes of a family share one
    for (const Class* type : sorted) {
      std::string& of_schema = of_schemas[type->form->bfbs.data()];
      if (of_schema.empty()) of_schema = Hex(Digest(std::as_bytes(type->form->bfbs)));
      absl::StrAppend(&text, std::string(type->name), " ", type->form->info->table, " ", of_schema, "\n");
    }
    index_->digest = Hex(Digest(text));
  });
  return index_->digest;
}

}  // namespace pratique
