// Run by the build over every table: a rule that no one can check stops the build, not a user.
#include <cstdio>
#include <map>
#include <string>

#include "container/manifest.h"
#include "flatbuffers/reflection.h"
#include "manifest_bfbs_generated.h"
#include "pratique/registry.h"
#include "state/plan.h"
#include "type/class.h"

int main() {
  int failures = 0;
  auto check = [&](std::span<const uint8_t> bfbs, const pratique::StructInfo& info) {
    auto plan = pratique::CompilePlan(bfbs, info);
    if (plan.ok()) return;
    ++failures;
    std::fprintf(stderr, "schema_check: %s\n", std::string(plan.status().message()).c_str());
  };
  check({pratique::fb::ManifestBinarySchema::data(), pratique::fb::ManifestBinarySchema::size()},
        pratique::InfoOf<pratique::manifest::Manifest>());
  // Two schemas that give one name to two things are two definitions of one C++ type, of which a linker takes either.
  std::map<std::string, std::string> declared;  // name: file
  auto declare = [&](const flatbuffers::String* name, const flatbuffers::String* file) {
    const auto [at, is_new] = declared.emplace(name->str(), file->str());
    if (is_new || at->second == file->str()) return;
    ++failures;
    std::fprintf(stderr, "schema_check: %s is declared by %s and by %s\n", name->c_str(), at->second.c_str(),
                 file->c_str());
  };
  for (const pratique::Class* type : pratique::Registry::Builtin().classes()) {
    check(type->form->bfbs, *type->form->info);
    const reflection::Schema& schema = *reflection::GetSchema(type->form->bfbs.data());
    for (const auto* object : *schema.objects()) declare(object->name(), object->declaration_file());
    for (const auto* values : *schema.enums()) declare(values->name(), values->declaration_file());
  }
  return failures == 0 ? 0 : 1;
}
