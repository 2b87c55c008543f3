#include "registry/schema_faults.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "flatbuffers/reflection.h"
#include "state/plan.h"
#include "type/class.h"

namespace pratique {

std::vector<std::string> SchemaFaults(const Registry& registry) {
  std::vector<std::string> faults;
  // Two schemas that give one name to two things are two definitions of one C++ type, of which a linker takes either.
  std::map<std::string, std::string> declared;  // name: file
  const auto declare = [&](const flatbuffers::String* name, const flatbuffers::String* file) {
    const auto [at, is_new] = declared.emplace(name->str(), file->str());
    if (is_new || at->second == file->str()) return;
    faults.push_back(absl::StrCat(name->str(), " is declared by ", at->second, " and by ", file->str()));
  };
  for (const Class* type : registry.classes()) {
    const auto plan = CompilePlan(type->form->bfbs, *type->form->info);
    if (!plan.ok()) faults.emplace_back(plan.status().message());
    const reflection::Schema& schema = *reflection::GetSchema(type->form->bfbs.data());
    for (const auto* object : *schema.objects()) declare(object->name(), object->declaration_file());
    for (const auto* values : *schema.enums()) declare(values->name(), values->declaration_file());
  }
  return faults;
}

}  // namespace pratique
